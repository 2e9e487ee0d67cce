/* SPDX-License-Identifier: MIT */
/*
 * A recurrent layer and a linear one, small enough to print, and its parameters, gradients and
 * inputs as plain arrays. For the tests of trainers.
 */
#ifndef SEQNET_TESTS_SMALL_MODEL_H
#define SEQNET_TESTS_SMALL_MODEL_H

#include "support/assert.h"

#include <seqnet/seqnet.h>

#define INPUT 3   /* features, or tokens */
#define HIDDEN 5  /* of the recurrent layer */
#define CLASSES 4 /* outputs */
#define STREAM 10 /* floats of one stream's state, at most: h and c */
#define MOST 1000 /* at least as many floats as the model has parameters */

struct small_model {
    int32_t kind;        /* SEQNET_RNN, SEQNET_LSTM or SEQNET_GRU */
    int32_t token_input; /* 1: an embedding of INPUT tokens comes first */
    float dropout;       /* after the recurrent layer; 0: no such layer */
};

/* Equal models have equal parameters. */
seqnet_layer *small_model_new(const struct small_model *model);

/* All parameters, one tensor after the other, into values[MOST]; gives their number. */
size_t parameters_read(const seqnet_layer *layer, float *values);
void parameters_write(seqnet_layer *layer, const float *values);

/* The gradients of a training context in the same order. */
size_t gradients_read(seqnet_context *context, const seqnet_layer *layer, float *values);

/* Normal numbers, tokens and classes that depend on `stream` only. */
void fill_normal(float *values, size_t count, uint64_t stream);
void fill_below(int32_t *values, size_t count, int32_t bound, uint64_t stream);

/* |actual - expected| <= tolerance * (1 + |expected|); NaN is never near. */
#define assert_near(actual, expected, tolerance) \
    assert_near_at((actual), (expected), (tolerance), __FILE__, __LINE__)
void assert_near_at(double actual, double expected, double tolerance, const char *file, int line);

#endif
