/* SPDX-License-Identifier: MIT */
/* Results of a test, summed over batches, and how they are told. */
#ifndef SEQNET_TOOL_SCORE_H
#define SEQNET_TOOL_SCORE_H

#include "task.h"

struct score {
    double loss; /* sum over targets: nats, or squared error of standardised values */
    int64_t count;
    int64_t correct;
    double baseline; /* as the feed's */
};

void score_add(struct score *score, const seqnet_result *result);

/* Per target; 0 for none. */
double score_loss(const struct score *score);

/*
 * 1 if `a` is the better result for this problem: more correct answers where they are counted, else
 * less loss.
 */
int score_better(const struct problem *problem, const struct score *a, const struct score *b);

/* A mean loss in the units people know: "1.6352 nats, 2.359 bits/char". */
void score_print_loss(const struct problem *problem, double loss, char *text, size_t size);

/* All of it: with accuracy, or with persistence beside the forecast. */
void score_print(const struct problem *problem, const struct score *score, char *text, size_t size);

/* The same figures as a new JSON object. */
json_t *score_to_json(const struct problem *problem, const struct score *score);

/* The sums, exactly, for a checkpoint. */
json_t *score_save(const struct score *score);
void score_restore(struct score *score, const json_t *object);

#endif
