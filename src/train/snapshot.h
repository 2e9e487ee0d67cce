/* SPDX-License-Identifier: MIT */
/*
 * Everything a trainer must remember to go on with the same bits, as a list of named arrays:
 * parameters, moments and pending gradients by layer and PyTorch's names (so that a checkpoint does
 * not depend on how they are stored), state, history, and the counters.
 */
#ifndef SEQNET_TRAIN_SNAPSHOT_H
#define SEQNET_TRAIN_SNAPSHOT_H

#include "train/trainer.h"

/* One array: of reals, if `reals` or `parameter` is set; else of tokens, integers or doubles. */
struct snapshot_item {
    char name[96];
    int64_t count;
    const struct parameter *parameter; /* the piece of `reals` it is; NULL: all `count` of them */
    struct gradient *gradient;         /* that `reals` or `int64s`, touched rows, belong to */
    real *reals;
    int32_t *int32s; /* tokens */
    int64_t *int64s;
    double *doubles;
};

/* Scalars of a trainer in one array. */
#define SNAPSHOT_COUNTERS 12

struct snapshot {
    seqnet_trainer *trainer;
    int64_t counters[SNAPSHOT_COUNTERS];
    double plateau[2];
};

/* Take the scalars of the trainer. */
void snapshot_take(struct snapshot *snapshot, seqnet_trainer *trainer);

/* Whether counters that were read are of a trainer like this one and in range; 1: yes. */
int snapshot_fits(const struct snapshot *snapshot);

/* Whether an item's data that were read, aligned, can be used: tokens are those of the layer. */
int snapshot_item_fits(const struct snapshot *snapshot, const struct snapshot_item *item,
                       const void *data);

/* Put the scalars back into the trainer. */
void snapshot_restore(const struct snapshot *snapshot);

/*
 * Item `index`; 0 past the last. Which there are depends on the counters. Touched rows come before
 * the gradients, which are written to them.
 */
int snapshot_item(struct snapshot *snapshot, int32_t index, struct snapshot_item *item);

#endif
