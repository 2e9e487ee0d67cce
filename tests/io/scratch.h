/* SPDX-License-Identifier: MIT */
/* A directory of a test's own, and files made by hand in it. */
#ifndef SEQNET_TESTS_SCRATCH_H
#define SEQNET_TESTS_SCRATCH_H

#include "support/assert.h"

/* Set-up and tear-down of a CMocka test: an empty directory, and its removal with all in it. */
int scratch_begin(void **state);
int scratch_end(void **state);

/* A test that runs in a scratch directory. */
#define scratch_test(function) cmocka_unit_test_setup_teardown(function, scratch_begin, scratch_end)

/* Path of a name in the directory, "" for the directory; good for the next three calls too. */
const char *scratch_path(const char *name);

/* Names in the directory. */
int scratch_entries(void);

/* Write a file as it is; read one (the number of bytes; the test fails if there are more). */
void scratch_write(const char *name, const void *bytes, size_t count);
size_t scratch_read(const char *name, void *bytes, size_t limit);

/* The file is there and holds just this text. */
void assert_holds(const char *name, const char *text);

/* A safetensors file made by hand: the header's length, the header as it is, the data. */
void scratch_safetensors(const char *name, const char *header, const void *data, size_t count);

/*
 * Make LC_NUMERIC one with a decimal comma, or skip the test. scratch_end sets it back.
 */
void use_comma_locale(void);

#endif
