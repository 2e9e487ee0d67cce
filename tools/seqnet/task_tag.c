/* SPDX-License-Identifier: MIT */
/*
 * Tagging: lines of token<TAB>tag, a blank line between sequences. A random part of the sequences
 * is held out.
 */
#include "memory.h"
#include "report.h"
#include "task.h"

#include <stdlib.h>
#include <string.h>

static const struct task_default defaults[] = {
    { "level", "word" }, { "punctuation", "keep" }, { "validation", "0.2" }, { "cell", "lstm" },
    { "layers", "1" },   { "hidden", "128" },       { "embedding", "64" },   { "batch", "32" },
    { "bptt", "0" },     { "epochs", "10" },        { NULL, NULL },
};

struct tagged {
    struct slice *token; /* (count) */
    struct slice *tag;
    int64_t count;
    int64_t *begin; /* (sequences + 1): of each sequence, then the end */
    int64_t sequences;
};

static void tagged_free(struct tagged *tagged)
{
    free(tagged->token);
    free(tagged->tag);
    free(tagged->begin);
}

static void add_token(struct tagged *tagged, struct slice token, struct slice tag)
{
    const size_t count = (size_t)tagged->count;
    tagged->token = memory_grow(tagged->token, count, sizeof(token));
    tagged->tag = memory_grow(tagged->tag, count, sizeof(tag));
    tagged->token[count] = token;
    tagged->tag[count] = tag;
    tagged->count++;
}

static void end_sequence(struct tagged *tagged)
{
    if (tagged->count == tagged->begin[tagged->sequences])
        return;
    tagged->sequences++;
    tagged->begin = memory_grow(tagged->begin, (size_t)tagged->sequences, sizeof(*tagged->begin));
    tagged->begin[tagged->sequences] = tagged->count;
}

static int tagged_read(const struct text *data, struct tagged *tagged)
{
    struct lines lines = lines_of(data);
    struct slice line, token, tag;
    *tagged = (struct tagged){ .begin = memory_array(1, sizeof(*tagged->begin)) };
    while (lines_next(&lines, &line)) {
        if (line.size == 0)
            end_sequence(tagged);
        else if (!slice_cut_tab(line, &token, &tag) || token.size == 0 || tag.size == 0)
            return report(STATUS_USAGE, "%s:%lld: need token<TAB>tag", data->name,
                          (long long)lines.number);
        else
            add_token(tagged, token, tag);
    }
    end_sequence(tagged);
    return tagged->sequences ? STATUS_OK
                             : report(STATUS_USAGE, "%s: there are only empty lines", data->name);
}

/*
 * Tokens `begin`..`end`-1 as one text: words with a space between them, characters and bytes
 * without.
 */
static size_t join(const struct problem *problem, const struct tagged *tagged, int64_t begin,
                   int64_t end, char *joined)
{
    size_t size = 0;
    for (int64_t i = begin; i < end; i++) {
        memcpy(joined + size, tagged->token[i].bytes, tagged->token[i].size);
        size += tagged->token[i].size;
        if (problem->options.level == LEVEL_WORD)
            joined[size++] = ' ';
    }
    return size;
}

static int learn_vocabulary(struct problem *problem, const struct tagged *tagged,
                            const struct text *data)
{
    unsigned char *held_out = problem_hold_out(problem, tagged->sequences);
    char *joined = memory_array(data->size + 1, 1);
    size_t size = 0;
    for (int64_t s = 0; s < tagged->sequences; s++)
        if (!held_out[s])
            size += join(problem, tagged, tagged->begin[s], tagged->begin[s + 1], joined + size);
    const int status = problem_build_vocabulary(problem, joined, size, data->name);
    free(joined);
    free(held_out);
    return status;
}

static int learn(struct problem *problem, const struct text *data)
{
    struct tagged tagged;
    int status = tagged_read(data, &tagged);
    if (status == STATUS_OK)
        status = labels_collect(&problem->labels, tagged.tag, tagged.count);
    if (status == STATUS_OK)
        status = learn_vocabulary(problem, &tagged, data);
    tagged_free(&tagged);
    return status;
}

/* Tags of one sequence as numbers. */
static int find_tags(const struct problem *problem, const struct tagged *tagged, int64_t begin,
                     int64_t end, const char *name, int32_t *tags)
{
    for (int64_t i = begin; i < end; i++) {
        tags[i - begin] = labels_find(&problem->labels, tagged->tag[i]);
        if (tags[i - begin] < 0)
            return report(STATUS_USAGE, "%s: the model has no tag '%.*s'", name,
                          (int)tagged->tag[i].size, tagged->tag[i].bytes);
    }
    return STATUS_OK;
}

static int add_encoded(const struct problem *problem, const int32_t *tokens, int64_t count,
                       const int32_t *tags, seqnet_dataset *dataset)
{
    const int64_t most = problem->options.bptt ? problem->options.bptt : INT32_MAX;
    const int32_t length = (int32_t)(count < most ? count : most);
    const int32_t code = seqnet_dataset_add(dataset, tokens, length, tags);
    return code == SEQNET_OK ? STATUS_OK : report_library(code, "a sequence");
}

/*
 * The token of the first tag that does not match is most likely one with a space, or of several
 * characters.
 */
static int add_sequence(const struct problem *problem, const struct tagged *tagged, int64_t begin,
                        int64_t end, seqnet_dataset *dataset, const char *name)
{
    const char *last = tagged->token[end - 1].bytes + tagged->token[end - 1].size;
    char *joined = memory_array((size_t)(last - tagged->token[begin].bytes) + 1, 1);
    int32_t *tags = memory_array((size_t)(end - begin), sizeof(*tags));
    int32_t *tokens = NULL;
    int64_t count = 0;
    const struct slice text = { joined, join(problem, tagged, begin, end, joined) };
    int status = problem_encode(problem, text, name, &tokens, &count);
    if (status == STATUS_OK && count != end - begin)
        status = report(STATUS_USAGE,
                        "%s: the sequence that begins with '%.*s' has %lld tags, but %lld %ss",
                        name, (int)tagged->token[begin].size, tagged->token[begin].bytes,
                        (long long)(end - begin), (long long)count, problem_symbol(problem));
    if (status == STATUS_OK)
        status = find_tags(problem, tagged, begin, end, name, tags);
    if (status == STATUS_OK)
        status = add_encoded(problem, tokens, count, tags, dataset);
    free(tokens);
    free(tags);
    free(joined);
    return status;
}

static int add_part(const struct problem *problem, const struct tagged *tagged, enum part part,
                    seqnet_dataset *dataset, const char *name)
{
    unsigned char *held_out = problem_hold_out(problem, tagged->sequences);
    int status = STATUS_OK;
    for (int64_t s = 0; s < tagged->sequences && status == STATUS_OK; s++)
        if (part_has(part, held_out[s]))
            status = add_sequence(problem, tagged, tagged->begin[s], tagged->begin[s + 1], dataset,
                                  name);
    free(held_out);
    if (status == STATUS_OK && seqnet_dataset_count(dataset) == 0)
        status = report(STATUS_USAGE, "%s: no sequences are left to %s on", name,
                        part == PART_TRAINING ? "train" : "test");
    return status;
}

static int open_part(const struct problem *problem, const struct text *data, enum part part,
                     struct feed **feed)
{
    struct tagged tagged;
    seqnet_dataset *dataset = NULL;
    int status = tagged_read(data, &tagged);
    if (status == STATUS_OK) {
        const int32_t code = seqnet_dataset_create(1, 0, NULL, &dataset);
        status = code == SEQNET_OK ? add_part(problem, &tagged, part, dataset, data->name)
                                   : report_library(code, "%s", data->name);
    }
    tagged_free(&tagged);
    if (status == STATUS_OK)
        *feed = feed_open_dataset(dataset, (int32_t)problem->options.batch);
    else
        seqnet_dataset_destroy(dataset);
    return status;
}

const struct task task_tag = {
    .name = "tag",
    .items = "sequences",
    .targets = "tags",
    .defaults = defaults,
    .measure = MEASURE_ACCURACY,
    .whole_sequences = 1,
    .learn = learn,
    .open = open_part,
};
