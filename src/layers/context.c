/* SPDX-License-Identifier: MIT */
#include "layers/context.h"

/* What members need to know of a call. */
struct call {
    seqnet_context *context;
    const struct input *input;
    struct rows output; /* of the last layer */
    real *y;            /* to scatter to, or NULL */
    const real *dy;
    int dy_is_packed;
    real *dx;
};

static void set_layouts(seqnet_context *context, const struct input *input)
{
    const int32_t size = context->layer->token_input ? 1 : context->layer->input_size;
    context->x_layout = (struct layout){ input->layout.step * size, input->layout.sample * size };
    context->y_layout =
        layout_of(input->steps, input->batch, input->batch_major, context->layer->output_size);
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

static void clear_state_gradients(seqnet_context *context, const struct member *me);

static void run_forward(const struct member *me, void *user)
{
    const struct call *call = user;
    seqnet_context *context = call->context;
    const struct window *window = &context->window;
    if (!context->layer->token_input)
        window_gather(window, context->part[0]->x, call->input->x, context->x_layout,
                      context->layer->input_size, me);
    for (int32_t i = 0; i < context->leaf_count; i++) {
        struct part *part = context->part[i];
        const int is_last = i + 1 == context->leaf_count;
        member_wait(me);
        part->layer->ops->forward(part, window, is_last ? call->output : context->part[i + 1]->x,
                                  me);
    }
    if (call->y) {
        member_wait(me);
        window_scatter(window, call->y, call->output, context->y_layout,
                       context->layer->output_size, me);
    }
    if (context->training)
        clear_state_gradients(context, me);
}

void context_forward(seqnet_context *context, const struct input *input, real *y)
{
    struct window *window = &context->window;
    const int32_t size = context->layer->output_size;
    window_pack(window, input->steps, input->batch, input->lengths);
    window->call = context->calls++;
    window->dropout = context->training && !context->dropout_off;
    set_layouts(context, input);
    if (context->layer->token_input)
        window_gather_tokens(window, context->tokens, input->tokens, context->x_layout);
    const int direct = y && is_packed(window, &context->y_layout, size);
    struct call call = { .context = context, .input = input, .output = context->output };
    if (direct)
        call.output = (struct rows){ y, size };
    else
        call.y = y;
    context_run(context, context_shared_time(context->layer, window->rows, window->steps),
                run_forward, &call);
    context->has_tape = context->training;
}

static void load_output_gradient(const struct call *call, const struct member *me)
{
    const seqnet_context *context = call->context;
    const int32_t size = context->layer->output_size;
    const struct share rows = window_share(&context->window, me);
    if (call->dy)
        window_gather(&context->window, context->output, call->dy, context->y_layout, size, me);
    else
        zero_reals(row_at(context->output, rows.first), rows.count * size);
}

static void run_backward(const struct member *me, void *user)
{
    const struct call *call = user;
    const seqnet_context *context = call->context;
    const struct window *window = &context->window;
    struct rows dy = context->output;
    if (!call->dy_is_packed)
        load_output_gradient(call, me);
    for (int32_t i = context->leaf_count - 1; i >= 0; i--) {
        struct part *part = context->part[i];
        member_wait(me);
        part->layer->ops->backward(part, window, dy, i > 0 || call->dx, me);
        dy = part->x;
    }
    if (call->dx) {
        member_wait(me);
        window_scatter(window, call->dx, context->part[0]->x, context->x_layout,
                       context->layer->input_size, me);
    }
}

static void call_backward(struct call *call)
{
    seqnet_context *context = call->context;
    const struct window *window = &context->window;
    const double forward = context_shared_time(context->layer, window->rows, window->steps);
    if (context->layer->token_input)
        call->dx = NULL;
    context_run(context, 2 * forward, run_backward, call);
    context->has_tape = 0;
}

void context_backward_packed(seqnet_context *context, real *dx)
{
    struct call call = { .context = context, .dy_is_packed = 1, .dx = dx };
    call_backward(&call);
}

void context_backward(seqnet_context *context, const real *dy, real *dx)
{
    struct call call = { .context = context, .dy = dy, .dx = dx };
    call_backward(&call);
}

void context_clear_gradients_share(seqnet_context *context, const struct member *me)
{
    for (int32_t i = 0; i < context->gradient_count; i++)
        gradient_clear(&context->gradient[i], me);
}

void context_clear_gradients(seqnet_context *context)
{
    const struct member alone = MEMBER_ALONE;
    context_clear_gradients_share(context, &alone);
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

static void clear_state_gradients(seqnet_context *context, const struct member *me)
{
    for (int32_t i = 0; i < context_state_count(context); i++) {
        const struct state *state = context_state(context, i, NULL);
        const struct share share = share_of(me, state_size(context, state), 16);
        zero_reals(state->gradients + share.first, share.count);
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
