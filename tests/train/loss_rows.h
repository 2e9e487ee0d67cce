/* SPDX-License-Identifier: MIT */
/* What the tests of both losses share: rows of random outputs with a gap after each. */
#ifndef SEQNET_TESTS_LOSS_ROWS_H
#define SEQNET_TESTS_LOSS_ROWS_H

#include "support/assert.h"

#include "core/random.h"
#include "train/loss.h"

#include <math.h>

#ifdef SEQNET_DOUBLE
#define RTOL 1e-12
#else
#define RTOL 2e-6
#endif

#define ROWS 5
#define GAP (real)77 /* fills the part of a row beyond its size, which nobody may touch */

static inline void assert_near(double actual, double expected, double rtol)
{
    if (!(fabs(actual - expected) <= rtol * (1 + fabs(expected))))
        fail_msg("%.17g, expected %.17g", actual, expected);
}

static inline void fill(real *x, const struct loss_rows *shape, double spread)
{
    for (size_t i = 0; i < shape->rows * shape->stride; i++)
        x[i] = i % shape->stride < shape->size
                   ? (real)(spread * (double)random_normal(5, shape->size, i))
                   : GAP;
}

#endif
