/* SPDX-License-Identifier: MIT */
/*
 * Truncated back-propagation through time. A call's steps are walked in strides of `stride` steps;
 * each stride is one window of up to back_steps steps that ends with it:
 *
 *     k1 <= k2: stride = k1, window = [up to k2 - k1 steps of history | k1 new steps]
 *     k1 >  k2: stride = window = k2, an update every k1 / k2 windows
 *
 * Errors enter at the new steps only. After the window the state is rewound to the first step the
 * next window will start at. Burn-in steps run forward only.
 */
#ifndef SEQNET_TRAIN_TRAINER_H
#define SEQNET_TRAIN_TRAINER_H

#include "layers/context.h"
#include "train/clip.h"
#include "train/objective.h"
#include "train/optimizer.h"
#include "train/schedule.h"

#include <seqnet/trainer.h>

struct seqnet_trainer {
    seqnet_allocator memory;
    seqnet_trainer_options options; /* defaults filled in */
    seqnet_loss_options loss;
    struct optimizer_settings settings;
    struct schedule schedule;
    struct plateau plateau;
    seqnet_context *context; /* its flag tells that somebody is inside, of the trainer too */

    int32_t stride; /* new steps of a window */
    int32_t windows_per_update;
    int32_t pending; /* windows whose gradients wait for an update */
    int64_t updates;

    real **moments;          /* (gradient_count * 2): like the gradients' values, or NULL */
    struct clip_sums *sums;  /* of each block of the gradients, added up in their order */
    int32_t overlap;         /* k2 - k1: steps of history a window may begin with; else 0 */
    int32_t history_steps;   /* of them now in the history */
    int32_t history_batch;   /* B of the history and of the carried state; 0: none */
    real *history_x;         /* (k2, B, I), or */
    int32_t *history_tokens; /* (k2, B); history first, then the new steps */
    char *note;              /* of the checkpoint last loaded, or NULL */
};

/* A call's sequences. Checked by the caller. */
struct sequence {
    struct input input;     /* of all T steps; lengths NULL or (B) */
    struct targets targets; /* of all T steps */
    int32_t *lengths;       /* (B) scratch for a window's lengths; NULL if input.lengths is */
};

/* What has been found so far in a call. */
struct progress {
    struct loss_sum sum;
    int64_t updates;
    double gradient_norm;
    double learning_rate;
};

/* options: defaults filled in and checked by the caller. SEQNET_ENOMEM. */
int32_t trainer_create(seqnet_layer *layer, const seqnet_trainer_options *options,
                       const seqnet_loss_options *loss, seqnet_trainer **out);
void trainer_destroy(seqnet_trainer *trainer);

/*
 * SEQNET_ENONFINITE: nothing was updated by the window at fault; gradients and state are
 * cleared.
 */
int32_t trainer_train(seqnet_trainer *trainer, const struct sequence *sequence,
                      struct progress *progress);

/* Clip, check and apply the gradients of the context as one update, and clear them. */
int32_t trainer_update(seqnet_trainer *trainer, struct progress *progress);

/* Zero state, empty history. */
void trainer_reset(seqnet_trainer *trainer);

/* Loss of a whole sequence without gradients, in windows of the context's size. */
void evaluate_sequence(seqnet_context *context, const seqnet_loss_options *loss,
                       const struct sequence *sequence, struct loss_sum *sum);

/* The piece [first, first + steps) of a sequence as input and targets of one window. */
void sequence_slice(const struct sequence *sequence, int32_t first, int32_t steps,
                    const seqnet_layer *layer, struct input *input, struct targets *targets);

#endif
