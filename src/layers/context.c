/* SPDX-License-Identifier: MIT */
#include "layers/embedding.h"
#include "layers/output.h"

/* What members need to know of a call. */
struct call {
    seqnet_context *context;
    real *y;       /* NULL: not wanted */
    int is_direct; /* 1: y takes packed rows as they are */
    const real *dy;
    int takes_dy;   /* 1: the last layer reads dy as it is */
    int wants_tail; /* 1: backward begins with the outputs and not before the tail */
    real *dx;
    int gives_dx; /* 1: the first layer writes dx as it is */
};

static void set_layouts(seqnet_context *context, const struct input *input)
{
    const int32_t size = context->layer->token_input ? 1 : context->layer->input_size;
    context->x_layout = (struct layout){ input->layout.step * size, input->layout.sample * size };
    context->y_layout =
        layout_of(input->steps, input->batch, input->batch_major, context->layer->output_size);
}

/*
 * Dense sequence-major arrays have the layout of packed rows: the first layer may read x itself,
 * and the last one write y.
 */
static int is_packed(const struct window *window, const struct layout *layout, int64_t size)
{
    return window->dense && (layout->sample == size || window->batch == 1) &&
           (layout->step == window->batch * size || window->steps == 1);
}

/* Training keeps x, and BLAS wants it beside h. */
static int takes_x_as_it_is(const seqnet_context *context)
{
    const seqnet_layer *layer = context->layer;
    return !context->training && !layer->token_input &&
           context->part[0]->layer->products == &native_products &&
           is_packed(&context->window, &context->x_layout, layer->input_size);
}

static void place_input(seqnet_context *context, const struct input *input)
{
    struct part *first = context->part[0];
    const struct rows given = { (real *)input->x, context->layer->input_size };
    const int as_it_is = takes_x_as_it_is(context);
    first->x = as_it_is ? given : context->x;
    first->x_caller = (struct caller){ as_it_is ? NULL : given.data, context->x_layout };
}

static struct part *last_part(const seqnet_context *context)
{
    return context->part[context->leaf_count - 1];
}

static struct rows input_rows(const seqnet_context *context, struct share rows)
{
    return rows_from(context->part[0]->x, rows.first);
}

static void clear_state_gradients(seqnet_context *context, const struct member *me);

/* All leaves but the tail; `y` is for the outputs if there is none. */
static void run_leaves(seqnet_context *context, struct rows y, const struct member *me)
{
    const struct window *window = &context->window;
    const struct share rows = window_share(window, me);
    const struct part *first = context->part[0];
    if (first->x_caller.values && !first->layer->fetches_x)
        window_gather(window, rows, input_rows(context, rows), first->x_caller.values,
                      first->x_caller.layout, context->layer->input_size);
    for (int32_t i = 0; i < context->tail; i++) {
        struct part *part = context->part[i];
        const int is_last = i + 1 == context->leaf_count;
        member_wait(me);
        part->layer->ops->forward(part, window, is_last ? y : context->part[i + 1]->x, me);
    }
    if (context->training)
        clear_state_gradients(context, me);
}

void context_forward_share(seqnet_context *context, const struct member *me)
{
    run_leaves(context, context->output, me);
}

static void scatter_outputs(const struct call *call, const struct member *me)
{
    seqnet_context *context = call->context;
    const int32_t size = context->layer->output_size;
    for (struct output output = output_start(context); output_next(context, &output);) {
        output_make(context, &output, me);
        const struct share rows = window_share_of(me, output.rows);
        window_scatter(&context->window, rows, call->y,
                       rows_from(output.values, rows.first - output.rows.first), context->y_layout,
                       size);
    }
}

/* y where its rows do not lie as in a window: rows that nobody has delivered yet, and padding. */
static void finish_outputs(const struct call *call, const struct member *me)
{
    const seqnet_context *context = call->context;
    if (!last_part(context)->y_caller.values)
        scatter_outputs(call, me);
    window_clear_padding(&context->window, call->y, context->y_layout, context->layer->output_size,
                         me);
}

static void run_forward(const struct member *me, void *user)
{
    const struct call *call = user;
    seqnet_context *context = call->context;
    const struct rows y = { call->y, context->layer->output_size };
    run_leaves(context, call->is_direct ? y : context->output, me);
    if (call->is_direct)
        output_make(context, &(struct output){ { 0, context->window.rows }, y }, me);
    else if (call->y)
        finish_outputs(call, me);
}

void context_begin(seqnet_context *context, const struct input *input)
{
    struct window *window = &context->window;
    window_pack(window, input->steps, input->batch, input->lengths);
    window->call = context->calls++;
    window->dropout = context->training && !context->dropout_off;
    set_layouts(context, input);
    place_input(context, input);
    for (int32_t i = 0; i < context->leaf_count; i++)
        for (int pack = 0; pack < PACK_COUNT; pack++)
            context->part[i]->pack[pack] = layer_pack_of(context->part[i]->layer, (enum pack)pack);
    if (context->layer->token_input)
        window_gather_tokens(window, context->tokens, input->tokens, context->x_layout);
}

void context_end(seqnet_context *context)
{
    struct part *first = context->part[0];
    first->x = first->dx = context->x;
    first->x_caller.values = NULL;
    last_part(context)->y_caller.values = NULL;
}

void context_forward(seqnet_context *context, const struct input *input, real *y)
{
    const struct window *window = &context->window;
    context_begin(context, input);
    struct call call = { .context = context, .y = y };
    call.is_direct = y && is_packed(window, &context->y_layout, context->layer->output_size);
    if (y && !call.is_direct && last_part(context)->layer->ops->delivers_y)
        last_part(context)->y_caller = (struct caller){ y, context->y_layout };
    context_run(context, context_shared_time(context->layer, window->rows, window->steps),
                run_forward, &call);
    context_end(context);
    context->has_tape = context->training;
}

/* A member's share of the rows of dy that a piece is. */
static void load_output_gradient(const struct call *call, const struct output *output,
                                 const struct member *me)
{
    const seqnet_context *context = call->context;
    const int32_t size = context->layer->output_size;
    const struct share rows = window_share_of(me, output->rows);
    const struct rows to = rows_from(output->values, rows.first - output->rows.first);
    if (call->dy)
        window_gather(&context->window, rows, to, call->dy, context->y_layout, size);
    else
        zero_reals(to.data, rows.count * size);
}

static void run_tail_backward(const struct call *call, const struct member *me)
{
    seqnet_context *context = call->context;
    for (struct output output = output_start(context); output_next(context, &output);) {
        load_output_gradient(call, &output, me);
        output_take_gradient(context, &output, call->dx != NULL, me);
    }
}

static void run_backward(const struct member *me, void *user)
{
    const struct call *call = user;
    const seqnet_context *context = call->context;
    const struct window *window = &context->window;
    struct rows dy = context->output;
    if (call->takes_dy)
        dy.data = (real *)call->dy;
    else if (call->wants_tail)
        run_tail_backward(call, me);
    if (context->tail < context->leaf_count)
        dy = context->part[context->tail]->x;
    for (int32_t i = context->tail - 1; i >= 0; i--) {
        struct part *part = context->part[i];
        member_wait(me);
        part->layer->ops->backward(part, window, dy, i > 0 || call->dx, me);
        dy = part->dx;
    }
    if (call->dx && !call->gives_dx) {
        member_wait(me);
        const struct share rows = window_share(window, me);
        window_scatter(window, rows, call->dx, input_rows(context, rows), context->x_layout,
                       context->layer->input_size);
        window_clear_padding(window, call->dx, context->x_layout, context->layer->input_size, me);
    }
}

/* The rows of tables that the window's tokens will be added to. */
static int32_t touch_tokens(seqnet_context *context)
{
    struct part *part = context->part[0];
    const seqnet_layer *layer = part->layer;
    if (!part->tokens)
        return SEQNET_OK;
    const int32_t skipped = layer->kind == SEQNET_EMBEDDING ? embedding_padding(layer) : -1;
    return gradient_touch(part->gradient, part->tokens, context->window.rows, skipped,
                          &context->memory);
}

/* The caller may give one buffer for both. */
static int dx_meets_dy(const struct call *call)
{
    const seqnet_context *context = call->context;
    const int64_t rows = context->window.rows;
    const real *const dx_end = call->dx + rows * context->layer->input_size;
    const real *const dy_end = call->dy + rows * context->layer->output_size;
    return call->dy && (uintptr_t)call->dx < (uintptr_t)dy_end &&
           (uintptr_t)call->dy < (uintptr_t)dx_end;
}

/*
 * Where rows lie as in a window, dy is read where the caller has it, if there is no tail, and dx is
 * written there, if no dy is that may still be needed.
 */
static void place_gradients(struct call *call)
{
    seqnet_context *context = call->context;
    const int32_t input_size = context->layer->input_size;
    const int32_t output_size = context->layer->output_size;
    struct part *first = context->part[0];
    call->takes_dy = call->dy && context->tail == context->leaf_count &&
                     is_packed(&context->window, &context->y_layout, output_size);
    call->gives_dx = call->dx && is_packed(&context->window, &context->x_layout, input_size) &&
                     !dx_meets_dy(call);
    first->dx = call->gives_dx ? (struct rows){ call->dx, input_size } : first->x;
}

static int32_t call_backward(struct call *call)
{
    seqnet_context *context = call->context;
    const struct window *window = &context->window;
    const double forward = context_shared_time(context->layer, window->rows, window->steps);
    if (touch_tokens(context) != SEQNET_OK)
        return SEQNET_ENOMEM;
    if (context->layer->token_input)
        call->dx = NULL;
    place_gradients(call);
    context_run(context, 2 * forward, run_backward, call);
    context_end(context);
    context->has_tape = 0;
    return SEQNET_OK;
}

int32_t context_finish_backward(seqnet_context *context)
{
    struct call call = { .context = context };
    return call_backward(&call);
}

int32_t context_backward(seqnet_context *context, const real *dy, real *dx)
{
    struct call call = { .context = context, .dy = dy, .wants_tail = 1, .dx = dx };
    return call_backward(&call);
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
