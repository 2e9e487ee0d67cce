/* SPDX-License-Identifier: MIT */
/**
 * @file trainer.h
 * @brief Training by (truncated) back-propagation through time: losses, optimizers, clipping,
 *        schedules, checkpoints.
 *
 * A trainer owns a training context of its layer, the optimizer's moments, the schedule and the
 * counters. It updates the layer's parameters in place, so nobody else may use the layer during
 * seqnet_trainer_train.
 *
 * Threads: a trainer and its context are for one thread at a time (SEQNET_EBUSY). The option
 *          `threads` is that of the context (context.h), whose team shares the losses, the norm and
 *          the update too. A training has the same bits with any number of threads, and can be
 *          resumed with another one.
 */
#ifndef SEQNET_TRAINER_H
#define SEQNET_TRAINER_H

#include <seqnet/context.h>

SEQNET_BEGIN_DECLS

typedef struct seqnet_trainer seqnet_trainer;

/* ---------------------------------------------------------------- loss */

/** Losses. */
#define SEQNET_CROSS_ENTROPY 0      /**< negative log of softmax, mean over valid targets, nats */
#define SEQNET_MEAN_SQUARED_ERROR 1 /**< mean over all elements of all valid steps */

/** Which outputs have targets. */
#define SEQNET_EVERY_STEP 0  /**< many-to-many: targets (T, B) or (T, B, N) */
#define SEQNET_LAST_STEP 1   /**< many-to-one: last valid output; targets (B) or (B, N) */
#define SEQNET_MEAN_STEP 2   /**< many-to-one: mean of the valid outputs; targets (B) or (B, N) */
#define SEQNET_REPEAT_STEP 3 /**< one-to-many: x is (1, B, I), repeated for each of the T targets */

typedef struct seqnet_loss_options {
    size_t struct_size;
    int32_t loss;             /**< SEQNET_CROSS_ENTROPY or SEQNET_MEAN_SQUARED_ERROR */
    int32_t target_mode;      /**< SEQNET_EVERY_STEP .. SEQNET_REPEAT_STEP */
    int32_t has_ignore_index; /**< 1: targets equal to ignore_index have no loss and no gradient */
    int32_t ignore_index;
} seqnet_loss_options;

/* clang-format off */
#define SEQNET_LOSS_OPTIONS_INIT { sizeof(seqnet_loss_options), 0, 0, 0, 0 }
/* clang-format on */

SEQNET_API void seqnet_loss_options_init(seqnet_loss_options *options, size_t struct_size);

/* ---------------------------------------------------------------- trainer */

/** Optimizers; formulas and defaults as in torch.optim. */
#define SEQNET_SGD 0
#define SEQNET_ADAGRAD 1
#define SEQNET_RMSPROP 2
#define SEQNET_ADAM 3
#define SEQNET_ADAMW 4

/** Learning rate schedules; u counts updates from 0, those of the warm-up left out. */
#define SEQNET_CONSTANT 0
#define SEQNET_STEP 1        /**< lr * gamma^floor(u / period) */
#define SEQNET_EXPONENTIAL 2 /**< lr * gamma^u */
#define SEQNET_COSINE 3      /**< from lr to min_learning_rate in `period` updates, then constant */
#define SEQNET_PLATEAU 4     /**< lr *= gamma after more than `patience` bad reports in a row */

typedef struct seqnet_trainer_options {
    size_t struct_size;
    const seqnet_allocator *allocator; /**< NULL: malloc */
    const seqnet_loss_options *loss;   /**< NULL: cross-entropy at every step; copied */
    uint64_t seed;                     /**< of dropout masks */

    /* truncated back-propagation through time */
    int32_t max_batch;    /**< 0: 1. Most rows B of one batch */
    int32_t back_steps;   /**< k2: steps one back-propagation covers; 0: 32 */
    int32_t update_steps; /**< k1: steps between updates; 0: k2. Above k2: a multiple of k2 */
    int32_t burn_in;    /**< first steps of each train call without loss: they only set the state */
    int32_t carry;      /**< 1: each train call goes on from the last one's state; 0: from zero */
    int32_t accumulate; /**< 0: 1. Windows of k1 steps whose gradients are averaged in one update */

    /* optimizer */
    int32_t optimizer;    /**< SEQNET_SGD .. SEQNET_ADAMW */
    int32_t nesterov;     /**< SGD: 1: Nesterov momentum */
    double learning_rate; /**< 0: 0.01 (SGD, Adagrad, RMSprop) or 0.001 (Adam, AdamW) */
    double momentum;      /**< SGD, RMSprop */
    double beta1;         /**< Adam, AdamW; 0: 0.9 */
    double beta2;         /**< Adam, AdamW; 0: 0.999. RMSprop's smoothing alpha; 0: 0.99 */
    double epsilon;       /**< 0: 1e-8 (Adagrad: 1e-10) */
    double weight_decay;  /**< L2 in the gradient; AdamW: decoupled, 0: 0.01. Negative: none */

    /* clipping; the reported norm is the one before it */
    double clip_value; /**< > 0: every gradient element into [-clip_value, clip_value] */
    double clip_norm;  /**< > 0: scale all gradients to a global L2 norm of at most this */

    /* schedule */
    int32_t schedule;         /**< SEQNET_CONSTANT .. SEQNET_PLATEAU */
    int32_t patience;         /**< SEQNET_PLATEAU; 0: 10 */
    int64_t warmup;           /**< any schedule: so many updates come first, with the start's rate
                                   times 1 / (warmup + 1), 2 / (warmup + 1), .. */
    int64_t period;           /**< SEQNET_STEP, SEQNET_COSINE: in updates; needed there */
    double gamma;             /**< 0: 0.1 (STEP, PLATEAU) or 0.999 (EXPONENTIAL) */
    double min_learning_rate; /**< floor of COSINE and PLATEAU */

    int32_t threads;   /**< as seqnet_context_options.threads; results do not depend on it */
    int32_t recompute; /**< as seqnet_context_options.recompute: less memory, more time */
} seqnet_trainer_options;

/* clang-format off */
#define SEQNET_TRAINER_OPTIONS_INIT \
    { sizeof(seqnet_trainer_options), NULL, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.0, 0.0, 0.0, \
      0.0, 0.0, 0.0, 0.0, 0.0, 0, 0, 0, 0, 0.0, 0.0, 0, 0 }
/* clang-format on */

SEQNET_API void seqnet_trainer_options_init(seqnet_trainer_options *options, size_t struct_size);

/**
 * @brief Make a trainer for a layer.
 *
 * @param layer   retained until the trainer is destroyed.
 * @param options NULL: SGD, cross-entropy, one row, windows of 32 steps.
 * @param[out] trainer the new trainer, NULL on error.
 * @retval SEQNET_EINVAL  an option or combination outside its values.
 * @retval SEQNET_ENOTSUP k1 < k2 with a bidirectional layer or a many-to-one loss, or a newer
 *                        option struct.
 * @retval SEQNET_ENOMEM  out of memory, or the system starts no more threads.
 */
SEQNET_API int32_t seqnet_trainer_create(seqnet_layer *layer, const seqnet_trainer_options *options,
                                         seqnet_trainer **trainer);

/** @brief Free a trainer; the layer keeps the trained parameters. NULL is accepted. */
SEQNET_API void seqnet_trainer_destroy(seqnet_trainer *trainer);

/** Inputs and targets of one call. */
typedef struct seqnet_batch {
    size_t struct_size;
    const float *x;             /**< (T, B, I), or (1, B, I) to repeat; layers that take floats */
    const int32_t *tokens;      /**< (T, B), or (1, B) to repeat; layers that take tokens */
    const int32_t *targets;     /**< cross-entropy: (T, B), or (B) for many-to-one */
    const float *target_values; /**< mean squared error: (T, B, N), or (B, N) for many-to-one */
    const int32_t *lengths;     /**< (B), each 0..T, any order; NULL: all T */
    int32_t steps;              /**< T, 1 or more */
    int32_t batch;              /**< B, 1..max_batch */
    int32_t batch_major;        /**< 1: inputs and targets are (B, T, ..) */
    int32_t reserved;           /**< 0 */
} seqnet_batch;

/* clang-format off */
#define SEQNET_BATCH_INIT { sizeof(seqnet_batch), NULL, NULL, NULL, NULL, NULL, 0, 0, 0, 0 }
/* clang-format on */

SEQNET_API void seqnet_batch_init(seqnet_batch *batch, size_t struct_size);

/** What a train or evaluate call found. */
typedef struct seqnet_result {
    size_t struct_size;
    double loss;          /**< mean: nats per counted target, or squared error per element */
    int64_t count;        /**< counted targets (cross-entropy) or elements (squared error) */
    int64_t correct;      /**< cross-entropy: targets that had the largest logit */
    int64_t updates;      /**< updates made by this call */
    double gradient_norm; /**< global L2 norm of the last update, before clipping; 0: no update */
    double learning_rate; /**< of the last update; 0: no update */
} seqnet_result;

/* clang-format off */
#define SEQNET_RESULT_INIT { sizeof(seqnet_result), 0.0, 0, 0, 0, 0.0, 0.0 }
/* clang-format on */

/**
 * @brief Train on one batch of sequences: forward, loss, backward, clip, update, for each window of
 *        k1 steps.
 *
 * Cross-entropy at every step (SEQNET_EVERY_STEP) and SEQNET_REPEAT_STEP take any T: the T steps
 * are walked in windows of k1 steps. Each window's loss is back-propagated through at most k2
 * steps: with k1 < k2 the window is run again from the state k2 - k1 steps before it, with today's
 * weights, and errors enter at its last k1 steps only; with carry this reaches back into earlier
 * calls. With k1 > k2 an update takes the mean gradient of k1 / k2 windows. Many-to-one needs T <=
 * k2.
 *
 * @param[out] result loss, counts, norm; its struct_size is set by the caller. NULL: not wanted.
 * @retval SEQNET_ENONFINITE a loss or gradient is NaN or infinite: the parameters are those of the
 *                           last finite update; the gradients, the carried state and the history
 *                           are cleared.
 * @retval SEQNET_ERANGE     a token or target is outside its range; nothing was done.
 * @retval SEQNET_ESHAPE     steps, batch or a length does not fit, or with carry the batch is not
 *                           the carried one (seqnet_trainer_reset); nothing was done.
 * @retval SEQNET_ENOTSUP    lengths with k1 < k2, reserved is not 0, or a newer struct.
 * @retval SEQNET_EINVAL, SEQNET_EBUSY
 *
 * Memory: allocates nothing.
 */
SEQNET_API int32_t seqnet_trainer_train(seqnet_trainer *trainer, const seqnet_batch *batch,
                                        seqnet_result *result);

/**
 * @brief Clip, check and apply the gradients now in the trainer's context as one update, then clear
 *        them.
 *
 * For losses of one's own: seqnet_context_forward and _backward on seqnet_trainer_context, then
 * this.
 * @param[out] result updates, norm and learning rate; NULL: not wanted.
 * @retval SEQNET_ENONFINITE a gradient is NaN or infinite: nothing was updated, the gradients are
 *                           cleared.
 * @retval SEQNET_EINVAL, SEQNET_EBUSY
 */
SEQNET_API int32_t seqnet_trainer_update(seqnet_trainer *trainer, seqnet_result *result);

/** @brief The trainer's own training context: borrowed, max_steps = k2; never destroy it. */
SEQNET_API seqnet_context *seqnet_trainer_context(seqnet_trainer *trainer);

/**
 * @brief Forget the carried state and history: the next train call starts at zero.
 * @retval SEQNET_EINVAL, SEQNET_EBUSY
 */
SEQNET_API int32_t seqnet_trainer_reset(seqnet_trainer *trainer);

/**
 * @brief Tell the plateau schedule a validation loss (once per epoch, say). Other schedules ignore
 *        it.
 *
 * A report that is NaN, or not below (1 - 1e-4) times the best one so far, is a bad one. One bad
 * report more than `patience` in a row lowers the rate, not below min_learning_rate, and starts the
 * count anew.
 * @retval SEQNET_EINVAL, SEQNET_EBUSY
 */
SEQNET_API int32_t seqnet_trainer_report(seqnet_trainer *trainer, double validation_loss);

/** @brief The learning rate the next update will use. */
SEQNET_API double seqnet_trainer_learning_rate(const seqnet_trainer *trainer);

/** @brief Updates made since creation, those before a resumed checkpoint included. */
SEQNET_API int64_t seqnet_trainer_updates(const seqnet_trainer *trainer);

/**
 * @brief Loss and accuracy of a batch without training; dropout is off.
 *
 * @param context any context of the layer; its state is carried on as in seqnet_context_forward, so
 *                a long text can be evaluated in pieces (seqnet_context_reset starts anew). In a
 *                training context the tape of a pending forward is lost.
 * @param loss    NULL: cross-entropy at every step.
 * @param batch   SEQNET_EVERY_STEP and SEQNET_REPEAT_STEP take any T; many-to-one needs T <=
 *                max_steps.
 * @param[out] result as in seqnet_trainer_train.
 * @retval SEQNET_ERANGE, SEQNET_ESHAPE, SEQNET_EINVAL, SEQNET_ENOTSUP, SEQNET_EBUSY: as there. A
 *         loss that is not finite is no error: the result says so.
 *
 * Memory: allocates nothing.
 */
SEQNET_API int32_t seqnet_evaluate(seqnet_context *context, const seqnet_loss_options *loss,
                                   const seqnet_batch *batch, seqnet_result *result);

/* ---------------------------------------------------------------- checkpoints */

/**
 * @brief Save all a resumed training needs for the same bits: parameters, moments, schedule,
 *        dropout counters, carried state and history, and a note of the caller (data position,
 *        epoch, ..).
 *
 * The file appears under its name only when it is complete and on disk (written beside it, synced,
 * renamed), so a crash at any moment leaves the old or the new checkpoint.
 *
 * @param note UTF-8 text to keep with it; NULL: "".
 * @retval SEQNET_EINVAL the note is not valid UTF-8, or path is NULL.
 * @retval SEQNET_EIO    as seqnet_model_save, which also says what is not written over.
 * @retval SEQNET_ENOMEM, SEQNET_EBUSY
 */
SEQNET_API int32_t seqnet_trainer_save(seqnet_trainer *trainer, const char *path, const char *note);

/**
 * @brief Load a checkpoint into a trainer of an equal layer with an equal optimizer.
 * @retval SEQNET_EFORMAT not a checkpoint, damaged, or of another layer or optimizer; nothing was
 *                        changed.
 * @retval SEQNET_EIO, SEQNET_ENOMEM, SEQNET_EINVAL, SEQNET_EBUSY; nothing was changed.
 */
SEQNET_API int32_t seqnet_trainer_load(seqnet_trainer *trainer, const char *path);

/**
 * @brief The note of the checkpoint last loaded, "" if none; valid until the next load or destroy.
 */
SEQNET_API const char *seqnet_trainer_note(const seqnet_trainer *trainer);

SEQNET_END_DECLS

#endif
