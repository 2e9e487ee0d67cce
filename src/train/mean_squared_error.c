/* SPDX-License-Identifier: MIT */
#include "train/loss.h"

#include <string.h>

static double row_loss(const real *restrict y, const real *restrict target, size_t size)
{
    double sum = 0;
    for (size_t j = 0; j < size; j++) {
        const double difference = (double)y[j] - (double)target[j];
        sum += difference * difference;
    }
    return sum;
}

static void row_gradient(real *restrict y, const real *restrict target, size_t size, real factor)
{
    for (size_t j = 0; j < size; j++)
        y[j] = factor * (y[j] - target[j]);
}

static int has_loss(const struct loss_values *targets, size_t row)
{
    return !targets->marks || targets->marks[row] >= 0;
}

void mean_squared_error(const real *outputs, const struct loss_rows *shape,
                        const struct loss_values *targets, struct loss_sum *sum)
{
    for (size_t r = 0; r < shape->rows; r++) {
        if (!has_loss(targets, r))
            continue;
        sum->loss += row_loss(outputs + r * shape->stride, targets->values + r * targets->stride,
                              shape->size);
        sum->count += (int64_t)shape->size;
    }
}

void mean_squared_error_gradient(real *outputs, const struct loss_rows *shape,
                                 const struct loss_values *targets, double scale,
                                 struct loss_sum *sum)
{
    mean_squared_error(outputs, shape, targets, sum);
    for (size_t r = 0; r < shape->rows; r++) {
        real *row = outputs + r * shape->stride;
        if (has_loss(targets, r))
            row_gradient(row, targets->values + r * targets->stride, shape->size,
                         (real)(2 * scale));
        else
            memset(row, 0, shape->size * sizeof *row);
    }
}
