/* SPDX-License-Identifier: MIT */
/* One column of numbers from a file of comma separated values (RFC 4180, fields on one line). */
#ifndef SEQNET_TOOL_CSV_H
#define SEQNET_TOOL_CSV_H

#include "text.h"

/*
 * `column`: a title, a number from 1, or NULL for the last one. The first line is titles if that is
 * asked for by a title, or if its field is no number. `values` is new memory, also to be freed
 * after a failure.
 */
int csv_read_column(const struct text *data, const char *column, double **values, int64_t *count);

#endif
