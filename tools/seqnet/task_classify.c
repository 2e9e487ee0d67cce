/* SPDX-License-Identifier: MIT */
/* Classification: lines of label<TAB>text. A random part of the lines is held out. */
#include "memory.h"
#include "report.h"
#include "task.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const struct task_default defaults[] = {
    { "punctuation", "split" }, { "validation", "0.2" }, { "cell", "lstm" }, { "layers", "1" },
    { "hidden", "128" },        { "embedding", "64" },   { "batch", "32" },  { "bptt", "0" },
    { "epochs", "8" },          { NULL, NULL },
};

/* From this many words on, words tell more than characters. */
enum { WORDY = 4 };

struct examples {
    struct slice *label; /* (count) */
    struct slice *text;
    int64_t count;
};

static void examples_free(struct examples *examples)
{
    free(examples->label);
    free(examples->text);
}

static void examples_add(struct examples *examples, struct slice label, struct slice text)
{
    const size_t count = (size_t)examples->count;
    examples->label = memory_grow(examples->label, count, sizeof(label));
    examples->text = memory_grow(examples->text, count, sizeof(text));
    examples->label[count] = label;
    examples->text[count] = text;
    examples->count++;
}

/* Empty lines are passed over. */
static int examples_read(const struct text *data, struct examples *examples)
{
    struct lines lines = lines_of(data);
    struct slice line, label, text;
    *examples = (struct examples){ 0 };
    while (lines_next(&lines, &line)) {
        if (line.size == 0)
            continue;
        if (!slice_cut_tab(line, &label, &text) || label.size == 0)
            return report(STATUS_USAGE, "%s:%lld: need label<TAB>text", data->name,
                          (long long)lines.number);
        examples_add(examples, label, text);
    }
    return examples->count ? STATUS_OK
                           : report(STATUS_USAGE, "%s: there are only empty lines", data->name);
}

static int64_t count_words(struct slice text)
{
    int64_t words = 0;
    for (size_t i = 0; i < text.size; i++)
        words += !isspace((unsigned char)text.bytes[i]) &&
                 (i == 0 || isspace((unsigned char)text.bytes[i - 1]));
    return words;
}

static void choose_level(struct problem *problem, const struct examples *examples)
{
    int64_t words = 0;
    for (int64_t i = 0; i < examples->count; i++)
        words += count_words(examples->text[i]);
    if (problem->options.level < 0)
        problem->options.level = words >= WORDY * examples->count ? LEVEL_WORD : LEVEL_CHAR;
}

/*
 * The training texts one behind the other, as the vocabulary is to see them; words must not grow
 * together.
 */
static int learn_vocabulary(struct problem *problem, const struct examples *examples,
                            const struct text *data)
{
    unsigned char *held_out = problem_hold_out(problem, examples->count);
    char *joined = memory_array(data->size + (size_t)examples->count, 1);
    size_t size = 0;
    for (int64_t i = 0; i < examples->count; i++) {
        if (held_out[i])
            continue;
        memcpy(joined + size, examples->text[i].bytes, examples->text[i].size);
        size += examples->text[i].size;
        if (problem->options.level == LEVEL_WORD)
            joined[size++] = ' ';
    }
    const int status = problem_build_vocabulary(problem, joined, size, data->name);
    free(joined);
    free(held_out);
    return status;
}

static int learn(struct problem *problem, const struct text *data)
{
    struct examples examples;
    int status = examples_read(data, &examples);
    if (status == STATUS_OK)
        choose_level(problem, &examples);
    if (status == STATUS_OK)
        status = labels_collect(&problem->labels, examples.label, examples.count);
    if (status == STATUS_OK)
        status = learn_vocabulary(problem, &examples, data);
    examples_free(&examples);
    return status;
}

/* A text without a known beginning still needs a step to be judged by: one unknown symbol. */
static int add_example(const struct problem *problem, seqnet_dataset *dataset, struct slice text,
                       struct slice label, const char *name)
{
    const int32_t unknown = seqnet_vocabulary_special(problem->vocabulary, SEQNET_UNK);
    const int32_t class = labels_find(&problem->labels, label);
    const int64_t most = problem->options.bptt ? problem->options.bptt : INT32_MAX;
    int32_t *tokens = NULL;
    int64_t count = 0;
    if (class < 0)
        return report(STATUS_USAGE, "%s: the model has no label '%.*s'", name, (int)label.size,
                      label.bytes);
    const int status = problem_encode(problem, text, name, &tokens, &count);
    if (status != STATUS_OK)
        return status;
    const int32_t length = (int32_t)(count < most ? count : most);
    const int32_t code =
        seqnet_dataset_add(dataset, length ? tokens : &unknown, length ? length : 1, &class);
    free(tokens);
    return code == SEQNET_OK ? STATUS_OK : report_library(code, "%s", name);
}

static int add_part(const struct problem *problem, const struct examples *examples, enum part part,
                    seqnet_dataset *dataset, const char *name)
{
    unsigned char *held_out = problem_hold_out(problem, examples->count);
    int status = STATUS_OK;
    for (int64_t i = 0; i < examples->count && status == STATUS_OK; i++)
        if (part_has(part, held_out[i]))
            status = add_example(problem, dataset, examples->text[i], examples->label[i], name);
    free(held_out);
    if (status == STATUS_OK && seqnet_dataset_count(dataset) == 0)
        status = report(STATUS_USAGE, "%s: no lines are left to %s on", name,
                        part == PART_TRAINING ? "train" : "test");
    return status;
}

static int open_part(const struct problem *problem, const struct text *data, enum part part,
                     struct feed **feed)
{
    struct examples examples;
    seqnet_dataset *dataset = NULL;
    int status = examples_read(data, &examples);
    if (status == STATUS_OK) {
        const int32_t code = seqnet_dataset_create(0, 0, NULL, &dataset);
        status = code == SEQNET_OK ? add_part(problem, &examples, part, dataset, data->name)
                                   : report_library(code, "%s", data->name);
    }
    examples_free(&examples);
    if (status == STATUS_OK)
        *feed = feed_open_dataset(dataset, (int32_t)problem->options.batch);
    else
        seqnet_dataset_destroy(dataset);
    return status;
}

const struct task task_classify = {
    .name = "classify",
    .items = "texts",
    .targets = "texts",
    .defaults = defaults,
    .measure = MEASURE_ACCURACY,
    .whole_sequences = 1,
    .one_target = 1,
    .learn = learn,
    .open = open_part,
};
