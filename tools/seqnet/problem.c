/* SPDX-License-Identifier: MIT */
#include "memory.h"
#include "random.h"
#include "report.h"
#include "task.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void problem_free(struct problem *problem)
{
    seqnet_vocabulary_destroy(problem->vocabulary);
    labels_free(&problem->labels);
    *problem = (struct problem){ 0 };
}

void problem_loss(const struct problem *problem, seqnet_loss_options *loss)
{
    seqnet_loss_options_init(loss, sizeof(*loss));
    if (!problem->vocabulary)
        loss->loss = SEQNET_MEAN_SQUARED_ERROR;
    if (problem->task->one_target)
        loss->target_mode =
            problem->options.pool == POOL_LAST ? SEQNET_LAST_STEP : SEQNET_MEAN_STEP;
    if (problem->vocabulary) {
        loss->has_ignore_index = 1;
        loss->ignore_index = -1; /* what padding has as its target */
    }
}

int32_t problem_inputs(const struct problem *problem)
{
    return problem->vocabulary ? seqnet_vocabulary_size(problem->vocabulary) : 1;
}

int32_t problem_outputs(const struct problem *problem)
{
    return problem->labels.count ? problem->labels.count : problem_inputs(problem);
}

const char *problem_symbol(const struct problem *problem)
{
    static const char *const names[] = { "char", "byte", "word" };
    return names[problem->options.level];
}

void problem_targets(const struct problem *problem, char *name, size_t size)
{
    if (problem->task->targets)
        snprintf(name, size, "%s", problem->task->targets);
    else
        snprintf(name, size, "%ss", problem_symbol(problem));
}

static int32_t library_level(int64_t level)
{
    static const int32_t levels[] = {
        [LEVEL_CHAR] = SEQNET_LEVEL_CHARACTER,
        [LEVEL_BYTE] = SEQNET_LEVEL_BYTE,
        [LEVEL_WORD] = SEQNET_LEVEL_WORD,
    };
    return levels[level];
}

/* Words of a running text remember where lines end; elsewhere a line is a sequence of its own. */
static int32_t specials(const struct problem *problem)
{
    const int running = problem->task->predicts_input && problem->options.level == LEVEL_WORD;
    return SEQNET_UNK | (running ? SEQNET_EOS : 0);
}

int problem_build_vocabulary(struct problem *problem, const char *text, size_t size,
                             const char *name)
{
    const struct train_options *options = &problem->options;
    seqnet_vocabulary_options wanted = SEQNET_VOCABULARY_OPTIONS_INIT;
    wanted.level = library_level(options->level);
    wanted.specials = specials(problem);
    wanted.max_size = (int32_t)options->vocab_size;
    wanted.min_count = (int32_t)options->min_count;
    wanted.fold_case = options->lower != 0;
    wanted.split_punctuation =
        options->level == LEVEL_WORD && options->punctuation == PUNCTUATION_SPLIT;
    const int32_t code = seqnet_vocabulary_build(text, size, &wanted, &problem->vocabulary);
    if (code == SEQNET_EFORMAT)
        return report(STATUS_USAGE, "%s: %s; --level byte takes any file", name,
                      seqnet_error_message());
    return code == SEQNET_OK ? STATUS_OK : report_library(code, "%s", name);
}

int problem_encode(const struct problem *problem, struct slice text, const char *name,
                   int32_t **tokens, int64_t *count)
{
    *tokens = NULL;
    int32_t code =
        seqnet_vocabulary_encode(problem->vocabulary, text.bytes, text.size, NULL, 0, count);
    if (code == SEQNET_OK || code == SEQNET_ESHAPE) {
        *tokens = memory_array((size_t)*count, sizeof(int32_t));
        code = seqnet_vocabulary_encode(problem->vocabulary, text.bytes, text.size, *tokens, *count,
                                        count);
    }
    if (code == SEQNET_OK)
        return STATUS_OK;
    free(*tokens);
    *tokens = NULL;
    return report_library(code, "%s", name);
}

unsigned char *problem_hold_out(const struct problem *problem, int64_t count)
{
    unsigned char *marks = memory_array((size_t)count, 1);
    int64_t *order = memory_array((size_t)count, sizeof(*order));
    struct random random = random_start(problem->options.seed, RANDOM_SPLIT);
    random_permutation(&random, order, count);
    const int64_t held_out = (int64_t)(problem->options.validation * (double)count + 0.5);
    for (int64_t i = 0; i < held_out; i++)
        marks[order[i]] = 1;
    free(order);
    return marks;
}

int part_has(enum part part, unsigned char held_out)
{
    return part == PART_ALL || (part == PART_HELD_OUT) == (held_out != 0);
}
