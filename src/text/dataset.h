/* SPDX-License-Identifier: MIT */
/* The work behind seqnet_dataset_*, with arguments that were checked. */
#ifndef SEQNET_TEXT_DATASET_H
#define SEQNET_TEXT_DATASET_H

#include <seqnet/text.h>

struct sequence {
    size_t start; /* of its tokens, and of its targets if there is one for each step */
    int32_t length;
};

struct seqnet_dataset {
    seqnet_allocator memory;
    int32_t targets_per_step;
    int32_t pad_token;

    /* all sequences one after the other */
    struct sequence *sequences;
    size_t count, sequence_capacity;
    int32_t *tokens;
    size_t token_count, token_capacity;
    int32_t *targets;
    size_t target_count, target_capacity;
    int32_t
        max_steps; /* most steps of a batch: the longest sequence's, at least 1 if there is any */

    /* the epoch: batch p is sequences order[p * batch] .. order[(p + 1) * batch - 1] */
    int32_t *order; /* NULL: none was started; later additions are not in it */
    int32_t order_count;
    int32_t batch;
    int64_t position;
};

int32_t dataset_create(int32_t targets_per_step, int32_t pad_token,
                       const seqnet_allocator *allocator, seqnet_dataset **dataset);

void dataset_destroy(seqnet_dataset *dataset);

int32_t dataset_add(seqnet_dataset *dataset, const int32_t *tokens, int32_t length,
                    const int32_t *targets);

int32_t dataset_start(seqnet_dataset *dataset, int32_t batch, uint64_t seed);

/* Number of batches of the epoch. */
int64_t dataset_batches(const seqnet_dataset *dataset);

/* The next batch; returns its B, 0 at the end of the epoch. */
int32_t dataset_next(seqnet_dataset *dataset, int32_t *inputs, int32_t *targets, int32_t *lengths,
                     int32_t *steps);

#endif
