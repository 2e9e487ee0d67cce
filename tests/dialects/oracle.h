/* SPDX-License-Identifier: MIT */
/*
 * What the tensors of a recurrent layer must be in each dialect, written down element by element
 * from the equations and from what the frameworks say of their arrays: a weight is known by level,
 * direction, gate (a letter of the equations), unit and column, wherever a dialect has it.
 */
#ifndef SEQNET_TESTS_ORACLE_H
#define SEQNET_TESTS_ORACLE_H

#include <seqnet/interchange.h>

struct oracle {
    const char *base; /* what the names begin with */
    int32_t dialect;
    int32_t kind; /* SEQNET_RNN, SEQNET_LSTM or SEQNET_GRU */
    int32_t input, hidden, projection;
    int32_t levels, directions;
    int32_t has_bias, reset_before;
};

/* A layer of that kind with all its weights set. */
seqnet_layer *oracle_layer(const struct oracle *oracle);

/* The layer that import makes of the tensors: with sums of biases where a dialect has them. */
seqnet_layer *oracle_imported_layer(const struct oracle *oracle);

/* Add the tensors of the dialect. */
void oracle_tensors(const struct oracle *oracle, seqnet_tensors *tensors);

/* 1: the dialect can say it, and PyTorch's without being asked twice. */
int oracle_can_be_said(const struct oracle *oracle);

/* Equal names, shapes and bits. */
void assert_same_tensors(const seqnet_tensors *actual, const seqnet_tensors *expected);

/* Equal kinds, options and bits of all parameters. */
void assert_same_layers(const seqnet_layer *actual, const seqnet_layer *expected);

/* An empty collection. */
seqnet_tensors *new_tensors(void);

#endif
