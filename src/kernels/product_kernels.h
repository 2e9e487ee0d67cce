/* SPDX-License-Identifier: MIT */
/* The inner loops of products, compiled once per instruction set. */
#ifndef SEQNET_KERNELS_PRODUCT_KERNELS_H
#define SEQNET_KERNELS_PRODUCT_KERNELS_H

#include "kernels/isa.h"
#include "kernels/stream.h"
#include "kernels/strips.h"
#include "kernels/tile.h"
#include "kernels/transpose.h"

struct product_kernels {
    const struct tile_kernels *tile;
    const struct stream_kernels *stream;
    transpose_function *transpose;
    strips_function *pack_strips;
};

/* Those for the instruction set in use. */
const struct product_kernels *product_kernels_get(void);

/* Those compiled for a set that isa_available says is there; for tests. */
const struct product_kernels *product_kernels_get_isa(enum isa isa);

#endif
