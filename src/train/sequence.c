/* SPDX-License-Identifier: MIT */
/* Pieces of a caller's sequences, and losses without training. */
#include "train/trainer.h"

void sequence_slice(const struct sequence *sequence, int32_t first, int32_t steps,
                    const seqnet_layer *layer, struct input *input, struct targets *targets)
{
    const int64_t row = first * sequence->input.layout.step;
    *input = sequence->input;
    input->steps = steps;
    if (input->x)
        input->x += row * layer->input_size;
    else
        input->tokens += row;
    const int64_t target = first * sequence->targets.layout.step;
    *targets = sequence->targets;
    if (targets->classes)
        targets->classes += target;
    else
        targets->values += target * layer->output_size;
    if (!input->lengths)
        return;
    for (int32_t b = 0; b < input->batch; b++) {
        const int32_t left = input->lengths[b] - first;
        sequence->lengths[b] = left < 0 ? 0 : (left > steps ? steps : left);
    }
    input->lengths = sequence->lengths;
}

void evaluate_sequence(seqnet_context *context, const seqnet_loss_options *loss,
                       const struct sequence *sequence, struct loss_sum *sum)
{
    context->dropout_off = 1;
    for (int32_t first = 0; first < sequence->input.steps; first += context->max_steps) {
        const int32_t left = sequence->input.steps - first;
        struct input input;
        struct targets targets;
        sequence_slice(sequence, first, left < context->max_steps ? left : context->max_steps,
                       context->layer, &input, &targets);
        objective_evaluate(context, &input, loss, &targets, sum);
    }
    context->has_tape = 0;
    context->dropout_off = 0;
}
