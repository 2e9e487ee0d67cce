/* SPDX-License-Identifier: MIT */
#include "train/clip.h"

#include "kernels/training.h"

#include <math.h>

/* Numbers that stay in the first cache level between the three passes of clipping by value. */
#define BLOCK 2048

void clip_add(struct clip_sums *sums, real *gradients, size_t count, double clip_value)
{
    const struct gradient_kernels *kernels = training_kernels_get()->gradient;
    for (size_t first = 0; first < count; first += BLOCK) {
        const size_t length = count - first < BLOCK ? count - first : BLOCK;
        const double squares = kernels->square_sum(gradients + first, length);
        sums->squares += squares;
        if (clip_value > 0) {
            kernels->clamp(gradients + first, length, (real)clip_value);
            sums->clipped_squares += kernels->square_sum(gradients + first, length);
        } else {
            sums->clipped_squares += squares;
        }
    }
}

double clip_norm(const struct clip_sums *sums)
{
    return sqrt(sums->squares);
}

double clip_factor(const struct clip_sums *sums, double limit)
{
    const double norm = sqrt(sums->clipped_squares);
    return limit > 0 && norm > limit ? limit / norm : 1;
}
