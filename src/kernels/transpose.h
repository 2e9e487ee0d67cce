/* SPDX-License-Identifier: MIT */
/* Transposed copies: how weights get from rows to panels. */
#ifndef SEQNET_KERNELS_TRANSPOSE_H
#define SEQNET_KERNELS_TRANSPOSE_H

#include "core/real.h"
#include "kernels/isa.h"

#include <stddef.h>
#include <stdint.h>

/* to[c * to_row + r] = from[r * from_row + c],  r < rows, c < columns. */
typedef void transpose_function(real *to, ptrdiff_t to_row, const real *from, ptrdiff_t from_row,
                                int64_t rows, int64_t columns);

#endif
