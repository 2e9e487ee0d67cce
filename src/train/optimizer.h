/* SPDX-License-Identifier: MIT */
/*
 * The optimizers of seqnet/trainer.h: settings with the defaults filled in, and one update as a
 * function of a span of parameters, its gradients and its moments. Moments start at zero.
 *
 *     optimizer_settings_init(&settings, &options);            once; moments per parameter:
 *     settings.rule->moments                                   0, 1 or 2
 *     optimizer_begin(&step, &settings, rate, update, factor); once an update
 *     optimizer_update(&step, &span);                          for every span
 */
#ifndef SEQNET_TRAIN_OPTIMIZER_H
#define SEQNET_TRAIN_OPTIMIZER_H

#include "kernels/training.h"

#include <seqnet/trainer.h>

struct optimizer_rule {
    const char *name;
    int32_t moments; /* arrays of as many numbers as there are parameters */
    /* Without weight decay, a zero gradient leaves parameter and moments as they are. */
    int32_t zero_is_idle;
    enum optimizer_kernel_id kernel;
};

struct optimizer_settings {
    const struct optimizer_rule *rule;
    int32_t decoupled; /* AdamW: weight decay acts on the parameter, not on the gradient */
    int32_t nesterov;
    double learning_rate; /* before the schedule */
    double momentum;
    double beta1;
    double beta2; /* RMSprop: alpha */
    double epsilon;
    double weight_decay;
};

struct optimizer_step {
    optimizer_kernel *kernel;
    struct optimizer_coefficients coefficients;
};

/* options->optimizer is one of the header's; the other members are taken as they are. */
void optimizer_settings_init(struct optimizer_settings *settings,
                             const seqnet_trainer_options *options);

/* Whether rows whose gradient is zero may be left out of an update. */
int optimizer_is_sparse_safe(const struct optimizer_settings *settings);

/*
 * Prepare update number `update` (from 0) at `learning_rate` (after the schedule). Gradients are
 * multiplied by `gradient_scale` as they are read: the factor of clip_factor, or 1.
 */
void optimizer_begin(struct optimizer_step *step, const struct optimizer_settings *settings,
                     double learning_rate, int64_t update, double gradient_scale);

void optimizer_update(const struct optimizer_step *step, const struct optimizer_span *span);

#endif
