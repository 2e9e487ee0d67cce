/* SPDX-License-Identifier: MIT */
#include "train/loss.h"

#include "kernels/training.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* Whether x[target] is the largest, and no earlier class equals it. */
static int is_first_largest(const real *row, size_t target, real largest)
{
    size_t earlier = 0;
    if (!(row[target] >= largest))
        return 0;
    for (size_t j = 0; j < target; j++)
        earlier += row[j] >= largest;
    return earlier == 0;
}

static void add_row(struct loss_sum *sum, double exp_sum, double below_largest, int correct)
{
    sum->loss += log(exp_sum) + below_largest;
    sum->count++;
    sum->correct += correct;
}

static void row_loss(const struct softmax_kernels *softmax, const real *row, size_t size,
                     size_t target, struct loss_sum *sum)
{
    const real largest = softmax->largest(row, size);
    const double exp_sum = softmax->exp_sum(row, size, largest);
    add_row(sum, exp_sum, (double)largest - (double)row[target],
            is_first_largest(row, target, largest));
}

/* The target's own gradient is (e - sum) / sum in double: e / sum - 1 would cancel near e = sum. */
static void row_gradient(const struct softmax_kernels *softmax, real *row, size_t size,
                         size_t target, double scale, struct loss_sum *sum)
{
    const real largest = softmax->largest(row, size);
    const double below_largest = (double)largest - (double)row[target];
    const int correct = is_first_largest(row, target, largest);
    const double exp_sum = softmax->exp_in_place(row, size, largest);
    const double at_target = (double)row[target];
    softmax->scale(row, size, (real)(scale / exp_sum));
    row[target] = (real)((at_target - exp_sum) / exp_sum * scale);
    add_row(sum, exp_sum, below_largest, correct);
}

void cross_entropy(const real *logits, const struct loss_rows *shape, const int32_t *targets,
                   struct loss_sum *sum)
{
    const struct softmax_kernels *softmax = training_kernels_get()->softmax;
    for (size_t r = 0; r < shape->rows; r++) {
        if (targets[r] < 0)
            continue;
        assert((size_t)targets[r] < shape->size);
        row_loss(softmax, logits + r * shape->stride, shape->size, (size_t)targets[r], sum);
    }
}

void cross_entropy_gradient(real *logits, const struct loss_rows *shape, const int32_t *targets,
                            double scale, struct loss_sum *sum)
{
    const struct softmax_kernels *softmax = training_kernels_get()->softmax;
    for (size_t r = 0; r < shape->rows; r++) {
        real *row = logits + r * shape->stride;
        if (targets[r] < 0) {
            memset(row, 0, shape->size * sizeof *row);
            continue;
        }
        assert((size_t)targets[r] < shape->size);
        row_gradient(softmax, row, shape->size, (size_t)targets[r], scale, sum);
    }
}
