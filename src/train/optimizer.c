/* SPDX-License-Identifier: MIT */
#include "train/optimizer.h"

#include <assert.h>
#include <math.h>

enum rule_id { SGD, SGD_MOMENTUM, ADAGRAD, RMSPROP, RMSPROP_MOMENTUM, ADAM, ADAMW };

static const struct optimizer_rule rules[] = {
    [SGD] = { "sgd", 0, 1, OPTIMIZER_SGD },
    [SGD_MOMENTUM] = { "sgd_momentum", 1, 0, OPTIMIZER_SGD_MOMENTUM },
    [ADAGRAD] = { "adagrad", 1, 1, OPTIMIZER_ADAGRAD },
    [RMSPROP] = { "rmsprop", 1, 0, OPTIMIZER_RMSPROP },
    [RMSPROP_MOMENTUM] = { "rmsprop_momentum", 2, 0, OPTIMIZER_RMSPROP_MOMENTUM },
    [ADAM] = { "adam", 2, 0, OPTIMIZER_ADAM },
    [ADAMW] = { "adamw", 2, 0, OPTIMIZER_ADAM },
};

/* What a public optimizer is: its rules without and with momentum, and its defaults. */
static const struct {
    enum rule_id plain, with_momentum;
    double learning_rate, beta2, epsilon, weight_decay;
} optimizers[] = {
    [SEQNET_SGD] = { SGD, SGD_MOMENTUM, 0.01, 0.999, 1e-8, 0 },
    [SEQNET_ADAGRAD] = { ADAGRAD, ADAGRAD, 0.01, 0.999, 1e-10, 0 },
    [SEQNET_RMSPROP] = { RMSPROP, RMSPROP_MOMENTUM, 0.01, 0.99, 1e-8, 0 },
    [SEQNET_ADAM] = { ADAM, ADAM, 0.001, 0.999, 1e-8, 0 },
    [SEQNET_ADAMW] = { ADAMW, ADAMW, 0.001, 0.999, 1e-8, 0.01 },
};

static double value_or(double value, double standard)
{
    return value != 0 ? value : standard;
}

void optimizer_settings_init(struct optimizer_settings *settings,
                             const seqnet_trainer_options *options)
{
    const int32_t id = options->optimizer;
    assert(id >= SEQNET_SGD && id <= SEQNET_ADAMW);
    const int has_momentum = options->momentum != 0;
    const double weight_decay = value_or(options->weight_decay, optimizers[id].weight_decay);
    *settings = (struct optimizer_settings){
        .rule = &rules[has_momentum ? optimizers[id].with_momentum : optimizers[id].plain],
        .decoupled = id == SEQNET_ADAMW,
        .nesterov = options->nesterov,
        .learning_rate = value_or(options->learning_rate, optimizers[id].learning_rate),
        .momentum = options->momentum,
        .beta1 = value_or(options->beta1, 0.9),
        .beta2 = value_or(options->beta2, optimizers[id].beta2),
        .epsilon = value_or(options->epsilon, optimizers[id].epsilon),
        .weight_decay = weight_decay < 0 ? 0 : weight_decay,
    };
}

int optimizer_is_sparse_safe(const struct optimizer_settings *settings)
{
    return settings->rule->zero_is_idle && settings->weight_decay == 0;
}

/* 1 - beta^t for t = 1, 2, .. */
static double bias_correction(double beta, int64_t update)
{
    return 1 - pow(beta, (double)update + 1);
}

void optimizer_begin(struct optimizer_step *step, const struct optimizer_settings *settings,
                     double learning_rate, int64_t update, double gradient_scale)
{
    const double decay = settings->weight_decay;
    const int is_adam = settings->rule->kernel == OPTIMIZER_ADAM;
    const double mean_correction = is_adam ? bias_correction(settings->beta1, update) : 1;
    const double square_correction = is_adam ? bias_correction(settings->beta2, update) : 1;
    step->kernel = training_kernels_get()->optimizer[settings->rule->kernel];
    step->coefficients = (struct optimizer_coefficients){
        .gradient_scale = (real)gradient_scale,
        .decay = settings->decoupled ? 0 : (real)decay,
        .shrink = settings->decoupled ? (real)(learning_rate * decay) : 0,
        .rate = (real)(learning_rate / mean_correction),
        .momentum = (real)settings->momentum,
        .direct = settings->nesterov ? 1 : 0,
        .through = settings->nesterov ? (real)settings->momentum : 1,
        .mean_share = (real)(1 - settings->beta1),
        .square_keep = (real)settings->beta2,
        .square_share = (real)(1 - settings->beta2),
        .root_scale = (real)(1 / sqrt(square_correction)),
        .epsilon = (real)settings->epsilon,
    };
}

void optimizer_update(const struct optimizer_step *step, const struct optimizer_span *span)
{
    step->kernel(span, &step->coefficients);
}
