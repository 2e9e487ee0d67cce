/* SPDX-License-Identifier: MIT */
/*
 * How functions fail: set this thread's message, give a code; and the two macros that may leave a
 * function.
 */
#ifndef SEQNET_CORE_ERROR_H
#define SEQNET_CORE_ERROR_H

#include <seqnet/error.h>

/* Formats this thread's error message (cut at 255 bytes) and returns `code`. */
int32_t error_set(int32_t code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Fail with `code` and a message if `condition` does not hold. For argument checks, before anything
 * is owned.
 */
#define RETURN_UNLESS(condition, code, ...)        \
    do {                                           \
        if (!(condition))                          \
            return error_set((code), __VA_ARGS__); \
    } while (0)

/* Hand a failure of `call` on to the caller. Never in a function that owns something. */
#define RETURN_IF_ERROR(call)         \
    do {                              \
        int32_t return_code = (call); \
        if (return_code != SEQNET_OK) \
            return return_code;       \
    } while (0)

#endif
