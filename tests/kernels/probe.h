/* SPDX-License-Identifier: MIT */
/* The inline functions of kernels/activation.h in loops, compiled once per instruction set. */
#ifndef SEQNET_TESTS_PROBE_H
#define SEQNET_TESTS_PROBE_H

#include "core/real.h"
#include "kernels/isa.h"

#include <stddef.h>

typedef void probe_function(const real *x, real *y, size_t count);

enum probe_id { PROBE_EXP, PROBE_SIGMOID, PROBE_TANH, PROBE_COUNT };

extern probe_function *const probe_table_baseline[PROBE_COUNT];
extern probe_function *const probe_table_avx2[PROBE_COUNT];
extern probe_function *const probe_table_avx512[PROBE_COUNT];

#endif
