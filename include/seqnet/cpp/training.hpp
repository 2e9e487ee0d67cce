/* SPDX-License-Identifier: MIT */
/**
 * @file training.hpp
 * @brief Options of a training, and what one call trains on (trainer.h).
 */
#ifndef SEQNET_CPP_TRAINING_HPP
#define SEQNET_CPP_TRAINING_HPP

#include <seqnet/cpp/span.hpp>
#include <seqnet/trainer.h>

#include <optional>

SEQNET_BEGIN_NAMESPACE

enum class loss : int32_t {
    cross_entropy = SEQNET_CROSS_ENTROPY,
    mean_squared_error = SEQNET_MEAN_SQUARED_ERROR
};

enum class target_mode : int32_t {
    every_step = SEQNET_EVERY_STEP,
    last_step = SEQNET_LAST_STEP,
    mean_step = SEQNET_MEAN_STEP,
    repeat_step = SEQNET_REPEAT_STEP
};

enum class optimizer : int32_t {
    sgd = SEQNET_SGD,
    adagrad = SEQNET_ADAGRAD,
    rmsprop = SEQNET_RMSPROP,
    adam = SEQNET_ADAM,
    adamw = SEQNET_ADAMW
};

enum class schedule : int32_t {
    constant = SEQNET_CONSTANT,
    step = SEQNET_STEP,
    exponential = SEQNET_EXPONENTIAL,
    cosine = SEQNET_COSINE,
    plateau = SEQNET_PLATEAU
};

/** @brief seqnet_loss_options. */
struct loss_options {
    seqnet::loss loss = seqnet::loss::cross_entropy;
    seqnet::target_mode target_mode = seqnet::target_mode::every_step;
    std::optional<int32_t> ignore_index = {};

    seqnet_loss_options to_c() const noexcept
    {
        seqnet_loss_options c = SEQNET_LOSS_OPTIONS_INIT;
        c.loss = static_cast<int32_t>(loss);
        c.target_mode = static_cast<int32_t>(target_mode);
        c.has_ignore_index = ignore_index.has_value();
        c.ignore_index = ignore_index.value_or(0);
        return c;
    }
};

/** @brief seqnet_trainer_options. */
struct trainer_options {
    loss_options loss = {};

    int32_t max_batch = 1;
    int32_t back_steps = 32;
    int32_t update_steps = 0;
    int32_t burn_in = 0;
    bool carry = false;
    int32_t accumulate = 1;

    seqnet::optimizer optimizer = seqnet::optimizer::sgd;
    bool nesterov = false;
    double learning_rate = 0;
    double momentum = 0;
    double beta1 = 0;
    double beta2 = 0;
    double epsilon = 0;
    double weight_decay = 0;

    double clip_value = 0;
    double clip_norm = 0;

    seqnet::schedule schedule = seqnet::schedule::constant;
    int32_t patience = 0;
    int64_t warmup = 0;
    int64_t period = 0;
    double gamma = 0;
    double min_learning_rate = 0;

    int32_t threads = 0;
    bool recompute = false;
    uint64_t seed = 0;
    const seqnet_allocator *allocator = nullptr;

    /** All but the loss, which the C struct points to. */
    seqnet_trainer_options to_c() const noexcept
    {
        seqnet_trainer_options c = SEQNET_TRAINER_OPTIONS_INIT;
        c.allocator = allocator;
        c.seed = seed;
        c.max_batch = max_batch;
        c.back_steps = back_steps;
        c.update_steps = update_steps;
        c.burn_in = burn_in;
        c.carry = carry;
        c.accumulate = accumulate;
        c.optimizer = static_cast<int32_t>(optimizer);
        c.nesterov = nesterov;
        c.learning_rate = learning_rate;
        c.momentum = momentum;
        c.beta1 = beta1;
        c.beta2 = beta2;
        c.epsilon = epsilon;
        c.weight_decay = weight_decay;
        c.clip_value = clip_value;
        c.clip_norm = clip_norm;
        c.schedule = static_cast<int32_t>(schedule);
        c.patience = patience;
        c.warmup = warmup;
        c.period = period;
        c.gamma = gamma;
        c.min_learning_rate = min_learning_rate;
        c.threads = threads;
        c.recompute = recompute;
        return c;
    }
};

/** @brief seqnet_batch: inputs and targets of one call. */
struct training_batch {
    span<const float> x = {};
    span<const int32_t> tokens = {};
    span<const int32_t> targets = {};
    span<const float> target_values = {};
    span<const int32_t> lengths = {};
    int32_t steps = 1;
    int32_t batch = 1;
    bool batch_major = false;

    seqnet_batch to_c() const noexcept
    {
        seqnet_batch c = SEQNET_BATCH_INIT;
        c.x = x.data_or_null();
        c.tokens = tokens.data_or_null();
        c.targets = targets.data_or_null();
        c.target_values = target_values.data_or_null();
        c.lengths = lengths.data_or_null();
        c.steps = steps;
        c.batch = batch;
        c.batch_major = batch_major;
        return c;
    }
};

SEQNET_END_NAMESPACE

#endif
