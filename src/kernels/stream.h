/* SPDX-License-Identifier: MIT */
/*
 * Products that read or write a large matrix once and do little with it: what counts is to walk
 * along its rows. The chains are those of tiles (tile.h), bit for bit.
 */
#ifndef SEQNET_KERNELS_STREAM_H
#define SEQNET_KERNELS_STREAM_H

#include "core/real.h"
#include "kernels/isa.h"

#include <stddef.h>
#include <stdint.h>

/* Most steps of an outer product. */
#define STREAM_STEPS 4

struct stream {
    const real *a;
    ptrdiff_t lda;
    const real *b;
    ptrdiff_t ldb;
    real *c;
    ptrdiff_t ldc;
    int64_t rows; /* of the matrix that is walked along: B (k, n) of `row`, C (m, n) of `outer` */
    int64_t columns;
    int64_t steps; /* of `outer`, 1..STREAM_STEPS */
    int is_far; /* 1: the matrix comes from beyond the second-level cache: ask for the next rows */
};

struct stream_kernels {
    /* c(j) += sum over k of a(k) * B(k, j): a is one row, lda and ldc do not matter. */
    void (*row)(const struct stream *s);

    /* C(i, j) += sum over k < steps of A(k, i) * B(k, j). */
    void (*outer)(const struct stream *s);
};

#endif
