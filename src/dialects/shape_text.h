/* SPDX-License-Identifier: MIT */
/* A shape as messages show it: "(4, 12)", "()" of a scalar. */
#ifndef SEQNET_DIALECTS_SHAPE_TEXT_H
#define SEQNET_DIALECTS_SHAPE_TEXT_H

#include <stdint.h>

struct shape_text {
    char text[192];
};

struct shape_text shape_text(int32_t rank, const int64_t *shape);

#endif
