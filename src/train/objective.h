/* SPDX-License-Identifier: MIT */
/*
 * A forward call, its loss and, back to before the layer that makes the outputs, the loss's
 * gradient: which rows have targets (every step, the last one, the mean over time) and where the
 * caller's targets of a row are.
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

/* Run a window forward and add its loss to `sum`. */
void objective_evaluate(seqnet_context *context, const struct input *input,
                        const seqnet_loss_options *loss, const struct targets *targets,
                        struct loss_sum *sum);

/*
 * The same, and begin the backward pass of the mean loss, divided by `shares`; the rest of it is
 * left to context_finish_backward.
 */
void objective_gradient(seqnet_context *context, const struct input *input,
                        const seqnet_loss_options *loss, const struct targets *targets,
                        int32_t shares, struct loss_sum *sum);

#endif
