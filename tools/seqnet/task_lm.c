/* SPDX-License-Identifier: MIT */
/*
 * Language models: any text, the target of each symbol is the next one. The end of the text is held
 * out.
 */
#include "memory.h"
#include "report.h"
#include "task.h"

#include <stdlib.h>
#include <string.h>

static const struct task_default defaults[] = {
    { "level", "char" }, { "punctuation", "keep" }, { "validation", "0.05" },
    { "cell", "lstm" },  { "layers", "2" },         { "hidden", "128" },
    { "batch", "32" },   { "bptt", "64" },          { "epochs", "10" },
    { NULL, NULL },
};

/*
 * Rows of a test: each begins with an unknown past, so each should be long, and few would be slow.
 */
enum { TEST_ROW = 4096, TEST_ROWS = 32, TEST_WINDOW = 64 };

/* Where the held-out part begins: never within a character, at word level behind a space. */
static size_t cut(const struct problem *problem, const struct text *data)
{
    const double kept = 1 - problem->options.validation;
    size_t at = (size_t)(kept * (double)data->size);
    if (problem->options.level == LEVEL_CHAR)
        while (at < data->size && ((unsigned char)data->bytes[at] & 0xc0) == 0x80)
            at++;
    if (problem->options.level == LEVEL_WORD && at < data->size)
        at += strcspn(data->bytes + at, " \t\n");
    return at;
}

static struct slice part_of(const struct problem *problem, const struct text *data, enum part part)
{
    const size_t at = part == PART_ALL ? data->size : cut(problem, data);
    if (part == PART_HELD_OUT)
        return (struct slice){ data->bytes + at, data->size - at };
    return (struct slice){ data->bytes, at };
}

static int learn(struct problem *problem, const struct text *data)
{
    const struct slice training = part_of(problem, data, PART_TRAINING);
    return problem_build_vocabulary(problem, training.bytes, training.size, data->name);
}

static int32_t test_rows(int64_t count)
{
    const int64_t rows = count / TEST_ROW;
    return (int32_t)(rows < 1 ? 1 : rows < TEST_ROWS ? rows : TEST_ROWS);
}

static int32_t open_tokens(const struct problem *problem, enum part part, const int32_t *tokens,
                           int64_t count, struct feed **feed)
{
    const struct train_options *options = &problem->options;
    const int64_t window = options->update_steps ? options->update_steps : options->bptt;
    if (part != PART_TRAINING)
        return feed_open_corpus(tokens, count, test_rows(count), TEST_WINDOW, 0, feed);
    return feed_open_corpus(tokens, count, (int32_t)options->batch, (int32_t)window,
                            (int32_t)options->burn_in, feed);
}

static int open_part(const struct problem *problem, const struct text *data, enum part part,
                     struct feed **feed)
{
    const int64_t rows = part == PART_TRAINING ? problem->options.batch : 1;
    const int64_t overlap = part == PART_TRAINING ? problem->options.burn_in : 0;
    int32_t *tokens = NULL;
    int64_t count = 0;
    int status = problem_encode(problem, part_of(problem, data, part), data->name, &tokens, &count);
    if (status == STATUS_OK && count < rows * (overlap + 2))
        status =
            report(STATUS_USAGE, "%s: %lld %ss to %s on, need %lld or more", data->name,
                   (long long)count, problem_symbol(problem),
                   part == PART_TRAINING ? "train" : "test", (long long)(rows * (overlap + 2)));
    else if (status == STATUS_OK) {
        const int32_t code = open_tokens(problem, part, tokens, count, feed);
        status = code == SEQNET_OK ? STATUS_OK : report_library(code, "%s", data->name);
    }
    free(tokens);
    return status;
}

const struct task task_lm = {
    .name = "lm",
    .items = "symbols",
    .defaults = defaults,
    .measure = MEASURE_TEXT,
    .predicts_input = 1,
    .learn = learn,
    .open = open_part,
};
