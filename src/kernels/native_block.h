/* SPDX-License-Identifier: MIT */
/* How the native products cut their dimensions. */
#ifndef SEQNET_KERNELS_NATIVE_BLOCK_H
#define SEQNET_KERNELS_NATIVE_BLOCK_H

#include "kernels/block.h"
#include "kernels/native.h"

#include <string.h>

/*
 * A block of k takes at most BLOCK_K * 4 vectors of B: 64 KiB with AVX-512. That is more than the
 * first level has, but a tile reads it in a row and does 12 bytes a cycle, which the second level
 * gives; shorter blocks load and store C more often. The rows of A and C of a block come from the
 * second level, too, BLOCK_M at a time (block.h).
 */
#define BLOCK_K 256

/* A matrix of more bytes than this is not in the second-level cache. */
#define FAR_BYTES (3 << 19)

static inline int native_is_far(int64_t reals)
{
    return reals > FAR_BYTES / (int64_t)sizeof(real);
}

/* Pieces of at most `most`, as few and as equal as can be; at least 1. */
static inline int64_t native_piece(int64_t whole, int64_t most)
{
    const int64_t pieces = (whole + most - 1) / most;
    return pieces > 1 ? (whole + pieces - 1) / pieces : whole + !whole;
}

/* Columns of the widest tile. */
static inline int64_t native_width(void)
{
    return (int64_t)TILE_MAX_VECTORS * native_lanes();
}

static inline int64_t native_runs(const struct product *p)
{
    return p->runs ? p->runs : 1;
}

/* C = 0, for what then adds to it. */
static inline void native_clear(const struct product *p)
{
    for (int64_t i = 0; i < p->m; i++)
        memset(p->c + i * p->ldc, 0, (size_t)p->n * sizeof(real));
}

/* Where chains of a block at `k` start if it is not C. */
static inline const real *native_start(const struct product *p, int64_t k)
{
    return k == 0 && !p->accumulate ? block_zeros : NULL;
}

void native_nn(const struct product *p);
void native_tn(const struct product *p);

#endif
