/* SPDX-License-Identifier: MIT */
/*
 * Buffers between pages that nobody may touch: one element read or written outside kills the test.
 * New buffers are filled with bytes 0xFF (NaN as float or double, -1 as an integer).
 */
#ifndef SEQNET_TESTS_GUARD_H
#define SEQNET_TESTS_GUARD_H

#include <stddef.h>

/* Which end of the buffer touches a forbidden page; the other one may have slack. */
#define GUARD_END 0
#define GUARD_START 1

struct guard {
    void *data;
    void *pages; /* all that was mapped */
    size_t pages_bytes;
};

/* A buffer of `bytes` bytes, also guard->data. With GUARD_END it is only as aligned as `bytes`. */
void *guard_new(struct guard *guard, size_t bytes, int side);

/* From now on writing to the buffer kills the test: for inputs that must not be changed. */
void guard_read_only(const struct guard *guard);

void guard_free(struct guard *guard);

#endif
