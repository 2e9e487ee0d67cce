/* SPDX-License-Identifier: MIT */
/*
 * Assertions for numbers and error codes; includes CMocka in the order it needs.
 *
 * CMocka's own assert_float_equal takes NaN for equal to anything, so it is banned here.
 */
#ifndef SEQNET_TESTS_ASSERT_H
#define SEQNET_TESTS_ASSERT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/real.h"

/*
 * Every |actual[i] - expected[i]| <= atol + rtol * |expected[i]|, for `count` reals. NaN is close
 * to nothing, an infinity only to itself. A failure names the first bad element and the worst one.
 */
#define assert_all_close(actual, expected, count, rtol, atol) \
    assert_all_close_at((actual), (expected), (count), (rtol), (atol), __FILE__, __LINE__)

/* `call` gives SEQNET_OK; a failure prints its code and seqnet_error_message. */
#define assert_ok(call) assert_ok_at((call), #call, __FILE__, __LINE__)

/* `call` gives `code`, and seqnet_error_message then contains `part`. */
#define assert_error(call, code, part) \
    assert_error_at((call), (code), (part), #call, __FILE__, __LINE__)

/* Every byte of two blocks is equal: for outputs that must keep their bits. */
#define assert_same_bytes(actual, expected, bytes) \
    assert_same_bytes_at((actual), (expected), (bytes), __FILE__, __LINE__)

/* Largest |actual[i] - expected[i]|; NaN if any difference is. For figures a test prints. */
double largest_difference(const real *actual, const real *expected, size_t count);

/* What the macros above call. */
void assert_all_close_at(const real *actual, const real *expected, size_t count, double rtol,
                         double atol, const char *file, int line);
void assert_ok_at(int32_t code, const char *call, const char *file, int line);
void assert_error_at(int32_t actual, int32_t code, const char *part, const char *call,
                     const char *file, int line);
void assert_same_bytes_at(const void *actual, const void *expected, size_t bytes, const char *file,
                          int line);

#endif
