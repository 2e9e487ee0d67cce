/* SPDX-License-Identifier: MIT */
/* The shapes of cases.def, and the layers they stand for. */
#ifndef SEQNET_BENCH_CASES_H
#define SEQNET_BENCH_CASES_H

#include <seqnet/seqnet.h>

/* One line of cases.def; `kind` is SEQNET_RNN, SEQNET_LSTM or SEQNET_GRU. */
struct bench_case {
    const char *name;
    const char *cell;
    int32_t kind;
    int32_t layers;
    int32_t steps;  /* T */
    int32_t batch;  /* B */
    int32_t input;  /* I */
    int32_t hidden; /* H */
};

extern const struct bench_case bench_cases[];
extern const int32_t bench_case_count;

/* The case of that name, NULL if there is none. */
const struct bench_case *bench_case_find(const char *name);

/* The layer of a case, with the library's initial parameters. Ends the program on an error. */
seqnet_layer *bench_case_layer(const struct bench_case *c);

/*
 * Operations of the products of one forward pass, a multiply-add counted as two:
 * 2 G H (I + H) B T for level 1, 2 G H (H + H) B T for the others. Element-wise work is not
 * counted, and a training step counts three times as much.
 */
double bench_case_flops(const struct bench_case *c);

#endif
