/* SPDX-License-Identifier: MIT */
#include "dialects/shape_text.h"

#include <stdio.h>

struct shape_text shape_text(int32_t rank, const int64_t *shape)
{
    struct shape_text made = { "(" };
    int used = 1;
    for (int32_t axis = 0; axis < rank; axis++)
        used += snprintf(made.text + used, sizeof made.text - (size_t)used, "%s%lld",
                         axis ? ", " : "", (long long)shape[axis]);
    snprintf(made.text + used, sizeof made.text - (size_t)used, ")");
    return made;
}
