/* SPDX-License-Identifier: MIT */
/*
 * From the packed outputs of a forward call to a loss and, in place, its gradient by the outputs:
 * which rows have targets (every step, the last one, the mean over time) and where the caller's
 * targets of a row are.
 */
#ifndef SEQNET_TRAIN_OBJECTIVE_H
#define SEQNET_TRAIN_OBJECTIVE_H

#include "layers/context.h"
#include "train/loss.h"

#include <seqnet/trainer.h>

/* Exactly one of classes and values, as the loss needs. Checked by the caller. */
struct targets {
    const int32_t *classes;
    const real *values;   /* rows of output_size numbers */
    struct layout layout; /* in rows: (t, b) is row t * step + b * sample; many-to-one: step 0 */
    int32_t first_step;   /* steps of the window before this one have no loss */
};

/* Number of targets (cross entropy) or elements (squared error) the window has. */
int64_t objective_count(const seqnet_context *context, const seqnet_loss_options *loss,
                        const struct targets *targets);

/* Add the window's loss to `sum`; context->output is used up. */
void objective_evaluate(seqnet_context *context, const seqnet_loss_options *loss,
                        const struct targets *targets, struct loss_sum *sum);

/* The same, and context->output becomes the gradient times `scale`. */
void objective_gradient(seqnet_context *context, const seqnet_loss_options *loss,
                        const struct targets *targets, double scale, struct loss_sum *sum);

#endif
