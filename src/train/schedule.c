/* SPDX-License-Identifier: MIT */
#include "train/schedule.h"

#include <float.h>
#include <math.h>

#define PI 3.14159265358979323846

/* Smallest relative gain that counts, and smallest change of the rate that is made. */
#define PLATEAU_THRESHOLD 1e-4
#define PLATEAU_EPSILON 1e-8

static double default_gamma(int32_t kind)
{
    return kind == SEQNET_EXPONENTIAL ? 0.999 : 0.1;
}

void schedule_init(struct schedule *schedule, const seqnet_trainer_options *options,
                   double learning_rate)
{
    *schedule = (struct schedule){
        .kind = options->schedule,
        .patience = options->patience ? options->patience : 10,
        .warmup = options->warmup,
        .period = options->period,
        .learning_rate = learning_rate,
        .gamma = options->gamma != 0 ? options->gamma : default_gamma(options->schedule),
        .min_learning_rate = options->min_learning_rate,
    };
}

void plateau_init(struct plateau *plateau)
{
    *plateau = (struct plateau){ .best = DBL_MAX, .factor = 1 };
}

static double plateau_rate(const struct schedule *schedule, double factor)
{
    return fmax(schedule->learning_rate * factor, schedule->min_learning_rate);
}

void plateau_report(struct plateau *plateau, const struct schedule *schedule, double loss)
{
    if (schedule->kind != SEQNET_PLATEAU)
        return;
    if (loss < plateau->best * (1 - PLATEAU_THRESHOLD)) {
        plateau->best = loss;
        plateau->bad = 0;
        return;
    }
    plateau->bad++;
    if (plateau->bad <= schedule->patience)
        return;
    const double reduced = plateau->factor * schedule->gamma;
    const double change = plateau_rate(schedule, plateau->factor) - plateau_rate(schedule, reduced);
    if (change > PLATEAU_EPSILON)
        plateau->factor = reduced;
    plateau->bad = 0;
}

static double step_rate(const struct schedule *schedule, int64_t update)
{
    return schedule->learning_rate * pow(schedule->gamma, (double)(update / schedule->period));
}

static double exponential_rate(const struct schedule *schedule, int64_t update)
{
    return schedule->learning_rate * pow(schedule->gamma, (double)update);
}

static double cosine_rate(const struct schedule *schedule, int64_t update)
{
    const double least = schedule->min_learning_rate;
    if (update >= schedule->period)
        return least;
    const double angle = PI * (double)update / (double)schedule->period;
    return least + (schedule->learning_rate - least) * (1 + cos(angle)) / 2;
}

static double base_rate(const struct schedule *schedule, const struct plateau *plateau,
                        int64_t update)
{
    switch (schedule->kind) {
    case SEQNET_STEP:
        return step_rate(schedule, update);
    case SEQNET_EXPONENTIAL:
        return exponential_rate(schedule, update);
    case SEQNET_COSINE:
        return cosine_rate(schedule, update);
    case SEQNET_PLATEAU:
        return plateau_rate(schedule, plateau->factor);
    default:
        return schedule->learning_rate;
    }
}

double schedule_rate(const struct schedule *schedule, const struct plateau *plateau, int64_t update)
{
    if (update >= schedule->warmup)
        return base_rate(schedule, plateau, update - schedule->warmup);
    const double ramp = ((double)update + 1) / ((double)schedule->warmup + 1);
    return base_rate(schedule, plateau, 0) * ramp;
}
