/* SPDX-License-Identifier: MIT */
/* Whether a training may write its files, asked before it begins. */
#ifndef SEQNET_TOOL_OUTPUT_CHECK_H
#define SEQNET_TOOL_OUTPUT_CHECK_H

#include "train_options.h"

/*
 * The folders exist and can be written to; model, log and data are different files; a model is only
 * ever replaced by a model.
 */
int output_check(const struct train_options *options);

/* 1: two paths lead to one file. */
int output_is_same(const char *a, const char *b);

#endif
