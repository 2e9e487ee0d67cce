/* SPDX-License-Identifier: MIT */
#ifndef SEQNET_TOOL_THREADS_H
#define SEQNET_TOOL_THREADS_H

#include <stdint.h>

/*
 * Sets the threads of the BLAS library. 0: as many as it would take itself, but at most 4: a step of
 * a recurrent layer is a small product, and each product waits for the slowest of all threads.
 */
int threads_set(int64_t threads);

#endif
