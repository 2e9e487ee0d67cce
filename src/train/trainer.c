/* SPDX-License-Identifier: MIT */
#include "train/trainer.h"

#include <math.h>

void trainer_reset(seqnet_trainer *trainer)
{
    context_clear_state(trainer->context);
    trainer->history_steps = 0;
    trainer->history_batch = 0;
}

/* Copy the new steps behind the history, sequence-major, and let the window be both. */
static void prepend_history(seqnet_trainer *trainer, struct input *input, struct targets *targets)
{
    const int32_t size = trainer->context->layer->input_size;
    const int64_t batch = input->batch, history = trainer->history_steps;
    for (int32_t t = 0; t < input->steps; t++)
        for (int32_t b = 0; b < batch; b++) {
            const int64_t from = t * input->layout.step + b * input->layout.sample;
            const int64_t to = (history + t) * batch + b;
            if (input->tokens)
                trainer->history_tokens[to] = input->tokens[from];
            else
                copy_reals(trainer->history_x + to * size, input->x + from * size, size);
        }
    if (input->tokens)
        input->tokens = trainer->history_tokens;
    else
        input->x = trainer->history_x;
    input->layout = (struct layout){ batch, 1 };
    input->steps += trainer->history_steps;
    targets->first_step = trainer->history_steps;
    const int64_t back = history * targets->layout.step;
    if (targets->classes)
        targets->classes -= back;
    else
        targets->values -= back * trainer->context->layer->output_size;
}

/* Keep the last `overlap` steps of the window, and the state they start from. */
static void keep_history(seqnet_trainer *trainer, const struct input *input)
{
    const int32_t dropped = input->steps > trainer->overlap ? input->steps - trainer->overlap : 0;
    const size_t batch = (size_t)input->batch, kept = (size_t)(input->steps - dropped) * batch;
    const size_t first = (size_t)dropped * batch;
    const size_t size = (size_t)trainer->context->layer->input_size;
    context_rewind(trainer->context, dropped);
    if (input->tokens)
        memmove(trainer->history_tokens, trainer->history_tokens + first,
                kept * sizeof *trainer->history_tokens);
    else
        memmove(trainer->history_x, trainer->history_x + first * size, kept * size * sizeof(real));
    trainer->history_steps = input->steps - dropped;
}

/*
 * Forward, loss and backward of one window; its mean gradient is added as one share of an
 * update.
 */
static int32_t run_window(seqnet_trainer *trainer, const struct input *input,
                          const struct targets *targets, struct loss_sum *sum)
{
    seqnet_context *context = trainer->context;
    struct loss_sum window = { 0 };
    objective_gradient(context, input, &trainer->loss, targets, trainer->windows_per_update,
                       &window);
    context->has_tape = 0;
    if (!isfinite(window.loss))
        return SEQNET_ENONFINITE;
    if (context_finish_backward(context) != SEQNET_OK)
        return SEQNET_ENOMEM;
    sum->loss += window.loss;
    sum->count += window.count;
    sum->correct += window.correct;
    return SEQNET_OK;
}

/* One stride; an update if enough windows are pending. */
static int32_t run_stride(seqnet_trainer *trainer, const struct sequence *sequence, int32_t first,
                          int32_t steps, struct progress *progress)
{
    struct input input;
    struct targets targets;
    sequence_slice(sequence, first, steps, trainer->context->layer, &input, &targets);
    if (trainer->overlap)
        prepend_history(trainer, &input, &targets);
    int32_t code = run_window(trainer, &input, &targets, &progress->sum);
    if (code == SEQNET_OK && trainer->overlap)
        keep_history(trainer, &input);
    if (code == SEQNET_OK && ++trainer->pending >= trainer->windows_per_update)
        code = trainer_update(trainer, progress);
    return code;
}

/*
 * The state is that of the first step of the history: bring it to the end, and forget the
 * history.
 */
static void run_history(seqnet_trainer *trainer)
{
    const struct input input = {
        .x = trainer->history_x,
        .tokens = trainer->history_tokens,
        .steps = trainer->history_steps,
        .batch = trainer->history_batch,
        .layout = { trainer->history_batch, 1 },
    };
    if (input.steps)
        context_forward(trainer->context, &input, NULL);
    trainer->history_steps = 0;
}

/* The first steps of a call: forward only, in pieces of what the context takes. */
static void burn_in(seqnet_trainer *trainer, const struct sequence *sequence, int32_t steps)
{
    seqnet_context *context = trainer->context;
    run_history(trainer);
    for (int32_t first = 0; first < steps; first += context->max_steps) {
        struct input input;
        struct targets targets;
        const int32_t left = steps - first;
        sequence_slice(sequence, first, left < context->max_steps ? left : context->max_steps,
                       context->layer, &input, &targets);
        context_forward(context, &input, NULL);
    }
    context->has_tape = 0;
}

static int32_t smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

int32_t trainer_train(seqnet_trainer *trainer, const struct sequence *sequence,
                      struct progress *progress)
{
    const int32_t steps = sequence->input.steps;
    const int32_t first = smaller(trainer->options.burn_in, steps);
    int32_t code = SEQNET_OK;
    if (!trainer->options.carry)
        trainer_reset(trainer);
    trainer->history_batch = sequence->input.batch;
    if (first)
        burn_in(trainer, sequence, first);
    for (int32_t t = first; t < steps && code == SEQNET_OK; t += trainer->stride)
        code = run_stride(trainer, sequence, t, smaller(trainer->stride, steps - t), progress);
    if (code != SEQNET_OK) {
        context_clear_gradients(trainer->context);
        trainer->pending = 0;
        trainer_reset(trainer);
    }
    return code;
}
