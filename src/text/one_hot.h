/* SPDX-License-Identifier: MIT */
#ifndef SEQNET_TEXT_ONE_HOT_H
#define SEQNET_TEXT_ONE_HOT_H

#include <stdint.h>

/* The work behind seqnet_one_hot; count >= 0, size >= 1. */
int32_t one_hot_write(const int32_t *tokens, int64_t count, int32_t size, float *out);

#endif
