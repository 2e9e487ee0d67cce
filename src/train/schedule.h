/* SPDX-License-Identifier: MIT */
/*
 * Learning rate schedules in closed form: the rate is a function of the update's number and, for
 * the plateau, of what has been reported. With w warm-up updates, update u = 0, 1, .. has
 *
 *     rate(u) = base(max(0, u - w)) * min(1, (u + 1) / (w + 1))
 *
 * so the ramp ends at update w with the full rate, and the schedule proper begins there:
 *
 *     constant     base(u) = lr                                 torch.optim.lr_scheduler:
 *     step         base(u) = lr gamma^floor(u / period)         StepLR
 *     exponential  base(u) = lr gamma^u                         ExponentialLR
 *     cosine       base(u) = min + (lr - min) (1 + cos(pi u / period)) / 2 up to u = period,
 *                            then min                           CosineAnnealingLR, held at its end
 *     plateau      base(u) = max(lr factor, min)                ReduceLROnPlateau
 *
 * Plateau (mode min, relative threshold 1e-4, no cooldown): a report is better if it is below
 * best * (1 - 1e-4), which NaN never is. When more than `patience` reports in a row were not better
 * the factor is multiplied by gamma, unless that would lower the rate by 1e-8 or less.
 */
#ifndef SEQNET_TRAIN_SCHEDULE_H
#define SEQNET_TRAIN_SCHEDULE_H

#include <seqnet/trainer.h>

struct schedule {
    int32_t kind; /* SEQNET_CONSTANT .. SEQNET_PLATEAU */
    int32_t patience;
    int64_t warmup;
    int64_t period;
    double learning_rate;
    double gamma;
    double min_learning_rate; /* at most learning_rate */
};

/* All that a checkpoint needs to save. */
struct plateau {
    double best; /* finite, so that every number format can hold it */
    double factor;
    int64_t bad; /* reports in a row that were not better */
};

/* Fill in the defaults; learning_rate is that of optimizer_settings. */
void schedule_init(struct schedule *schedule, const seqnet_trainer_options *options,
                   double learning_rate);

void plateau_init(struct plateau *plateau);

/* Take in a validation loss. Schedules other than SEQNET_PLATEAU ignore it. */
void plateau_report(struct plateau *plateau, const struct schedule *schedule, double loss);

/* The rate of update number `update`, from 0. */
double schedule_rate(const struct schedule *schedule, const struct plateau *plateau,
                     int64_t update);

#endif
