/* SPDX-License-Identifier: MIT */
#ifndef SEQNET_TOOL_THREADS_H
#define SEQNET_TOOL_THREADS_H

#include <stdint.h>

/*
 * Sets the threads of the BLAS library, which make the products if that backend was asked for; the
 * native one has those of the trainer or context. 0: what suits layers of `hidden` units. Each
 * product waits for the slowest of its threads, so small ones are left to one thread: a second one
 * made training with 128 units 1.3 times as fast on an idle machine and 1.4 times as slow on a busy
 * one; with 512 units it was 1.7 times as fast.
 */
enum { THREADS_MOST = 256 };

int threads_set(int64_t threads, int64_t hidden);

#endif
