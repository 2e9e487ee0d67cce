/* SPDX-License-Identifier: MIT */
/* Datasets whose content tells where it came from, and reading whole epochs of them. */
#ifndef SEQNET_TESTS_TEXT_DATASET_SUPPORT_H
#define SEQNET_TESTS_TEXT_DATASET_SUPPORT_H

#include <seqnet/text.h>

enum { PAD = 77, MOST = 512 }; /* padding; most sequences of a dataset */

/* Sequence i is i, i, i .. of `length` (0..64); its target is 1000 + i, or that for each step. */
void add_sequence(seqnet_dataset *dataset, int32_t i, int32_t length, int per_step);

/* Sequences 0..count-1 of these lengths. */
seqnet_dataset *dataset_of(int32_t per_step, int32_t count, const int32_t *lengths);

/* Lengths of dataset_of_random: 0..63, all over the place. */
int32_t random_length(int32_t i);

seqnet_dataset *dataset_of_random(int32_t per_step, int32_t count);

struct batch {
    int32_t inputs[64 * 64], targets[64 * 64], lengths[64], steps, batch;
};

/* The next batch of the epoch; what it does not write is filled with the same bytes every time. */
void next_batch(seqnet_dataset *dataset, struct batch *batch);

/*
 * Read the epoch of a dataset with one target per sequence, in batches of `size`, checking each.
 * order[0..count-1] is then the sequences as they came; gives the number of padded steps.
 */
int32_t read_epoch(seqnet_dataset *dataset, int32_t size, int32_t count, int32_t *order);

void assert_each_once(const int32_t *order, int32_t count);

#endif
