/* SPDX-License-Identifier: MIT */
/*
 * The native backend: products as loops over register tiles. Rows are taken in blocks that stay in
 * the second-level cache together with a block of k of one panel of B. Products with B^T, packed
 * once or as it is needed, are in packed.h.
 */
#ifndef SEQNET_KERNELS_NATIVE_H
#define SEQNET_KERNELS_NATIVE_H

#include "core/products.h"
#include "kernels/packed.h"

extern const struct products native_products;

/* Most steps of a block of a tn product: packing A costs less for longer ones. */
#define NATIVE_TN_STEPS 384

/* Reals of the workspace that tn products like to have: A of a block, and 192 of its rows. */
#define NATIVE_WORKSPACE (NATIVE_TN_STEPS * 192)

/* Reals of a vector register: the width of panels is a multiple of it. */
int32_t native_lanes(void);

/* Most steps of a block of k, for so many rows and a B of so many reals. */
int64_t native_most_k(int64_t rows, int64_t reals);

#endif
