/* SPDX-License-Identifier: MIT */
/*
 * The BLAS backend. Dimensions and leading dimensions must fit 31 bits (contexts and layers check
 * that when they are made); products in runs are not its business.
 */
#ifndef SEQNET_BLAS_PRODUCTS_H
#define SEQNET_BLAS_PRODUCTS_H

#include "core/products.h"

extern const struct products blas_products;

#endif
