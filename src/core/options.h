/* SPDX-License-Identifier: MIT */
/*
 * Option structs grow at their end, and begin with struct_size. A caller's older (smaller) struct
 * leaves the new members at default (zero); a newer (larger) one is accepted as long as what this
 * library does not know is zero.
 */
#ifndef SEQNET_CORE_OPTIONS_H
#define SEQNET_CORE_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

/*
 * SEQNET_EINVAL unless a struct_size is at least sizeof(size_t) and no larger than any struct will
 * be: one that was never set would have the library read or clear memory far beyond the struct.
 */
int32_t options_check(const void *options, const char *function, const char *name);

/*
 * Copy the caller's struct into `options`, `size` bytes long, that the library knows. NULL from:
 * all zero. `function` and `name` are for the message. SEQNET_EINVAL: struct_size as options_check;
 * SEQNET_ENOTSUP: an unknown member is set.
 */
int32_t options_read(void *options, size_t size, const void *from, const char *function,
                     const char *name);

/*
 * Zero the caller's struct of `struct_size` bytes and set its first member. NULL or too small:
 * nothing.
 */
void options_init(void *options, size_t struct_size);

/*
 * Copy `size` bytes of a filled info struct out to the caller's, which may be smaller or larger
 * (its own struct_size, its first member, says so and is kept; bytes beyond `size` become zero).
 */
int32_t options_write(void *to, const void *info, size_t size, const char *function,
                      const char *name);

#endif
