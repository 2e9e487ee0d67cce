/* SPDX-License-Identifier: MIT */
#include "layers/context.h"

static void load_input(seqnet_context *context, const struct input *input)
{
    const struct window *window = &context->window;
    const int32_t size = context->layer->token_input ? 1 : context->layer->input_size;
    context->x_layout = (struct layout){ input->layout.step * size, input->layout.sample * size };
    context->y_layout =
        layout_of(input->steps, input->batch, input->batch_major, context->layer->output_size);
    if (context->layer->token_input)
        window_gather_tokens(window, context->tokens, input->tokens, context->x_layout);
    else
        window_gather(window, context->part[0]->x, input->x, context->x_layout, size);
}

/*
 * A dense sequence-major y has the layout of the packed rows: the last layer may write it
 * itself.
 */
static int is_packed(const struct window *window, const struct layout *layout, int64_t size)
{
    return window->dense && (layout->sample == size || window->batch == 1) &&
           (layout->step == window->batch * size || window->steps == 1);
}

static void run_forward(seqnet_context *context, struct rows y)
{
    for (int32_t i = 0; i < context->leaf_count; i++) {
        struct part *part = context->part[i];
        const int is_last = i + 1 == context->leaf_count;
        part->layer->ops->forward(part, &context->window, is_last ? y : context->part[i + 1]->x);
    }
}

void context_forward(seqnet_context *context, const struct input *input, real *y)
{
    struct window *window = &context->window;
    const int32_t size = context->layer->output_size;
    window_pack(window, input->steps, input->batch, input->lengths);
    window->call = context->calls++;
    window->dropout = context->training && !context->dropout_off;
    load_input(context, input);
    const int direct = y && is_packed(window, &context->y_layout, size);
    run_forward(context, direct ? (struct rows){ y, size } : context->output);
    if (y && !direct)
        window_scatter(window, y, context->output, context->y_layout, size);
    if (context->training)
        context_clear_state_gradients(context);
    context->has_tape = context->training;
}

static void run_backward(seqnet_context *context, int wants_dx)
{
    struct rows dy = context->output;
    for (int32_t i = context->leaf_count - 1; i >= 0; i--) {
        struct part *part = context->part[i];
        part->layer->ops->backward(part, &context->window, dy, i > 0 || wants_dx);
        dy = part->x;
    }
}

void context_backward_packed(seqnet_context *context, real *dx)
{
    const int wants_dx = dx && !context->layer->token_input;
    run_backward(context, wants_dx);
    if (wants_dx)
        window_scatter(&context->window, dx, context->part[0]->x, context->x_layout,
                       context->layer->input_size);
    context->has_tape = 0;
}

void context_backward(seqnet_context *context, const real *dy, real *dx)
{
    const int32_t size = context->layer->output_size;
    if (dy)
        window_gather(&context->window, context->output, dy, context->y_layout, size);
    else
        zero_reals(context->output.data, context->window.rows * size);
    context_backward_packed(context, dx);
}

void context_clear_gradients(seqnet_context *context)
{
    for (int32_t i = 0; i < context->gradient_count; i++)
        gradient_clear(&context->gradient[i]);
}

static int64_t state_size(const seqnet_context *context, const struct state *state)
{
    return (int64_t)state->slots * context->max_batch * state->size;
}

void context_clear_state(seqnet_context *context)
{
    for (int32_t i = 0; i < context_state_count(context); i++) {
        const struct state *state = context_state(context, i, NULL);
        zero_reals(state->values, state_size(context, state));
    }
}

void context_clear_state_gradients(seqnet_context *context)
{
    for (int32_t i = 0; i < context_state_count(context); i++) {
        const struct state *state = context_state(context, i, NULL);
        zero_reals(state->gradients, state_size(context, state));
    }
}

void context_rewind(seqnet_context *context, int32_t step)
{
    for (int32_t i = 0; i < context->leaf_count; i++) {
        struct part *part = context->part[i];
        if (part->layer->ops->rewind)
            part->layer->ops->rewind(part, &context->window, step);
    }
}

int32_t context_state_count(const seqnet_context *context)
{
    int32_t count = 0;
    for (int32_t i = 0; i < context->leaf_count; i++)
        count += context->part[i]->state_count;
    return count;
}

const struct state *context_state(const seqnet_context *context, int32_t index, int32_t *leaf_index)
{
    int32_t leaf = 0;
    while (index >= context->part[leaf]->state_count)
        index -= context->part[leaf++]->state_count;
    if (leaf_index)
        *leaf_index = leaf;
    return &context->part[leaf]->states[index];
}
