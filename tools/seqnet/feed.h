/* SPDX-License-Identifier: MIT */
/*
 * A feed gives the batches of an epoch one after another, and can be put to any place of an epoch,
 * so that an interrupted one can go on. The kinds differ in what they are made of: rows of a long
 * text, short sequences, or windows of a series.
 */
#ifndef SEQNET_TOOL_FEED_H
#define SEQNET_TOOL_FEED_H

#include <seqnet/text.h>
#include <seqnet/trainer.h>

struct feed;

struct feed_kind {
    /*
     * Begin an epoch at its first batch; equal seeds give equal epochs, 0 keeps the data's order.
     */
    int32_t (*start)(struct feed *feed, uint64_t seed);
    /*
     * Point `batch` at the next one; its steps are 0 at the end. Without targets it only moves the
     * state on.
     */
    int32_t (*next)(struct feed *feed, seqnet_batch *batch);
    int64_t (*position)(const struct feed *feed);
    int32_t (*seek)(struct feed *feed, int64_t position);
    void (*destroy)(struct feed *feed);
};

struct feed {
    const struct feed_kind *kind;
    int64_t length;  /* position at the end of an epoch */
    int64_t batches; /* of an epoch */
    int64_t items;   /* that it is made of, for people: symbols, texts, values */
    int32_t max_steps;
    int32_t max_batch;
    int32_t carry;   /* 1: a batch goes on from the state of the one before */
    double baseline; /* mean squared error of the simplest forecast; 0: there is none */
};

/*
 * `rows` rows of `count` tokens, in windows of `overlap` + `window` steps, each `window` behind the
 * one before. Without overlap the state is carried.
 */
int32_t feed_open_corpus(const int32_t *tokens, int64_t count, int32_t rows, int32_t window,
                         int32_t overlap, struct feed **feed);

/* Batches of `batch` sequences; the feed owns the dataset from now on. */
struct feed *feed_open_dataset(seqnet_dataset *dataset, int32_t batch);

/*
 * Windows of `window` steps of a series in random places, `batch` of them side by side; input:
 * values[t], target: values[t+1] - values[t].
 */
struct feed *feed_open_windows(const float *values, int64_t count, int32_t window, int32_t batch);

/* The whole series as one row; the first `warm` steps have no targets. */
struct feed *feed_open_series(const float *values, int64_t count, int64_t warm);

/* NULL is accepted. */
void feed_destroy(struct feed *feed);

#endif
