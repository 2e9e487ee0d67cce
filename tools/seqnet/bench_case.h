/* SPDX-License-Identifier: MIT */
/* Timing one shape of a recurrent layer. */
#ifndef SEQNET_TOOL_BENCH_CASE_H
#define SEQNET_TOOL_BENCH_CASE_H

#include <seqnet/trainer.h>

enum { BENCH_FORWARD, BENCH_TRAIN };

struct bench_case {
    int32_t kind;  /* SEQNET_LSTM, SEQNET_GRU or SEQNET_RNN */
    int32_t size;  /* inputs and units */
    int32_t steps; /* T */
    int32_t batch; /* B */
    int what;
};

/* The least time of one call, found within about `budget` seconds. */
int bench_time(const struct bench_case *about, int64_t threads, double budget, double *seconds);

#endif
