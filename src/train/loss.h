/* SPDX-License-Identifier: MIT */
/*
 * Losses on rows of outputs. A loss without gradient only reads; a loss with gradient turns the
 * outputs into the gradient by the outputs, in place. Sums are added to by each call, row by row in
 * order, so a long sequence can be given in pieces.
 */
#ifndef SEQNET_TRAIN_LOSS_H
#define SEQNET_TRAIN_LOSS_H

#include "core/real.h"

#include <stddef.h>
#include <stdint.h>

/* Row r starts at `stride` * r and is `size` numbers long. */
struct loss_rows {
    size_t rows;
    size_t size;
    size_t stride;
};

/* Not means: the caller divides by count. */
struct loss_sum {
    double loss;     /* nats; squared error */
    int64_t count;   /* targets; elements */
    int64_t correct; /* cross entropy: targets that have the largest logit, the first of equals */
};

/*
 * Softmax cross entropy of logits x (rows, V) and class indices t (rows), for each row
 *
 *     loss = log(sum_j e^(x_j - max)) + max - x_t,     dx = (softmax(x) - onehot(t)) * scale
 *
 * A negative target marks a row without loss: it is not counted and its gradient is zero. Targets
 * are below V. Logits of -Inf are classes that cannot be; a row with +Inf or NaN, with -Inf only,
 * or with -Inf at its target has a loss that is not finite.
 */
void cross_entropy(const real *logits, const struct loss_rows *shape, const int32_t *targets,
                   struct loss_sum *sum);

void cross_entropy_gradient(real *logits, const struct loss_rows *shape, const int32_t *targets,
                            double scale, struct loss_sum *sum);

/* Wanted values, rows as the outputs' but with a stride of their own. */
struct loss_values {
    const real *values;
    size_t stride;
    const int32_t *marks; /* a row whose mark is negative has no loss; NULL: all have */
};

/* loss = sum_j (y_j - t_j)^2 for each row, dy = 2 (y - t) * scale; not finite if y or t is not. */
void mean_squared_error(const real *outputs, const struct loss_rows *shape,
                        const struct loss_values *targets, struct loss_sum *sum);

void mean_squared_error_gradient(real *outputs, const struct loss_rows *shape,
                                 const struct loss_values *targets, double scale,
                                 struct loss_sum *sum);

#endif
