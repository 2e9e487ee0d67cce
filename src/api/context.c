/* SPDX-License-Identifier: MIT */
/* Contexts: sizes, windows, and the flag that catches two threads inside one context. */
#include "layers/context.h"

#include "api/allocator.h"
#include "api/check.h"
#include "api/context.h"
#include "core/options.h"

void seqnet_context_options_init(seqnet_context_options *options, size_t struct_size)
{
    options_init(options, struct_size);
}

void seqnet_window_init(seqnet_window *window, size_t struct_size)
{
    options_init(window, struct_size);
}

int context_try(seqnet_context *context)
{
    return !atomic_flag_test_and_set_explicit(&context->busy, memory_order_acquire);
}

int32_t context_enter(const char *function, seqnet_context *context)
{
    RETURN_UNLESS(context, SEQNET_EINVAL, "%s: context = NULL", function);
    RETURN_UNLESS(context_try(context), SEQNET_EBUSY, "%s: another thread is inside this context",
                  function);
    return SEQNET_OK;
}

int32_t context_leave(seqnet_context *context, int32_t code)
{
    atomic_flag_clear_explicit(&context->busy, memory_order_release);
    return code;
}

static int32_t read_spec(const char *function, const seqnet_layer *layer,
                         const seqnet_context_options *options, struct context_spec *spec)
{
    seqnet_context_options o;
    RETURN_UNLESS(layer, SEQNET_EINVAL, "%s: layer = NULL", function);
    RETURN_IF_ERROR(options_read(&o, sizeof o, options, function, "options"));
    RETURN_IF_ERROR(check_allocator(o.allocator, function));
    RETURN_UNLESS(o.max_steps >= 0, SEQNET_EINVAL, "%s: max_steps = %d, need 0 or more", function,
                  (int)o.max_steps);
    RETURN_UNLESS(o.max_batch >= 0, SEQNET_EINVAL, "%s: max_batch = %d, need 0 or more", function,
                  (int)o.max_batch);
    RETURN_UNLESS(o.training == 0 || o.training == 1, SEQNET_EINVAL,
                  "%s: training = %d, need 0 or 1", function, (int)o.training);
    RETURN_UNLESS(o.threads >= 0 && o.threads <= TEAM_MOST, SEQNET_EINVAL,
                  "%s: threads = %d, need 0..%d", function, (int)o.threads, TEAM_MOST);
    RETURN_UNLESS(o.recompute == 0 || o.recompute == 1, SEQNET_EINVAL,
                  "%s: recompute = %d, need 0 or 1", function, (int)o.recompute);
    RETURN_UNLESS(o.reserved == 0, SEQNET_ENOTSUP, "%s: reserved = %d, need 0", function,
                  (int)o.reserved);
    *spec = (struct context_spec){
        .recompute = o.recompute,
        .memory = memory_hook(o.allocator),
        .max_steps = o.max_steps ? o.max_steps : 1,
        .max_batch = o.max_batch ? o.max_batch : 1,
        .training = o.training,
        .threads = o.threads,
        .seed = o.seed,
    };
    RETURN_UNLESS((int64_t)spec->max_steps * spec->max_batch <= INT32_MAX, SEQNET_ENOMEM,
                  "%s: max_steps * max_batch = %lld rows, need at most 2^31 - 1", function,
                  (long long)spec->max_steps * spec->max_batch);
    if (spec->threads == 0)
        spec->threads = context_usual_threads(layer, spec);
    return SEQNET_OK;
}

int32_t seqnet_context_bytes(const seqnet_layer *layer, const seqnet_context_options *options,
                             size_t *bytes)
{
    struct context_spec spec;
    RETURN_IF_NULL(bytes);
    RETURN_IF_ERROR(read_spec(__func__, layer, options, &spec));
    const size_t needed = context_bytes((seqnet_layer *)layer, &spec);
    RETURN_UNLESS(needed <= PTRDIFF_MAX, SEQNET_ENOMEM, "%s: the size does not fit size_t",
                  __func__);
    *bytes = needed;
    return SEQNET_OK;
}

int32_t seqnet_context_create(seqnet_layer *layer, const seqnet_context_options *options,
                              seqnet_context **context)
{
    struct context_spec spec;
    RETURN_IF_NULL(context);
    *context = NULL;
    RETURN_IF_ERROR(read_spec(__func__, layer, options, &spec));
    RETURN_UNLESS(context_create(layer, &spec, context) == SEQNET_OK, SEQNET_ENOMEM,
                  "%s: out of memory", __func__);
    return SEQNET_OK;
}

void seqnet_context_destroy(seqnet_context *context)
{
    context_destroy(context);
}

static int32_t check_lengths(const char *function, const struct input *input)
{
    for (int32_t b = 0; input->lengths && b < input->batch; b++)
        RETURN_UNLESS(input->lengths[b] >= 0 && input->lengths[b] <= input->steps, SEQNET_ESHAPE,
                      "%s: lengths[%d] = %d, need 0..%d", function, (int)b, (int)input->lengths[b],
                      (int)input->steps);
    return SEQNET_OK;
}

static int32_t check_tokens(const char *function, const seqnet_layer *layer,
                            const struct input *input)
{
    const struct layout layout = input->layout;
    for (int32_t b = 0; b < input->batch; b++) {
        const int32_t length = input->lengths ? input->lengths[b] : input->steps;
        for (int32_t t = 0; t < length; t++) {
            const int32_t token = input->tokens[t * layout.step + b * layout.sample];
            RETURN_UNLESS(token >= 0 && token < layer->input_size, SEQNET_ERANGE,
                          "%s: token at step %d of stream %d = %d, need 0..%d", function, (int)t,
                          (int)b, (int)token, (int)layer->input_size - 1);
        }
    }
    return SEQNET_OK;
}

int32_t check_input(const char *function, const seqnet_layer *layer, const struct input *input)
{
    if (!layer->token_input) {
        RETURN_UNLESS(input->x && !input->tokens, SEQNET_EINVAL,
                      "%s: the layer takes x, not tokens", function);
        return check_lengths(function, input);
    }
    RETURN_UNLESS(input->tokens && !input->x, SEQNET_EINVAL, "%s: the layer takes tokens, not x",
                  function);
    RETURN_IF_ERROR(check_lengths(function, input));
    return check_tokens(function, layer, input);
}

static int32_t forward(const char *function, seqnet_context *context, const struct input *input,
                       float *y)
{
    RETURN_UNLESS(input->steps >= 1 && input->steps <= context->max_steps, SEQNET_ESHAPE,
                  "%s: steps = %d, need 1..max_steps = %d", function, (int)input->steps,
                  (int)context->max_steps);
    RETURN_UNLESS(input->batch >= 1 && input->batch <= context->max_batch, SEQNET_ESHAPE,
                  "%s: batch = %d, need 1..max_batch = %d", function, (int)input->batch,
                  (int)context->max_batch);
    RETURN_IF_ERROR(check_input(function, context->layer, input));
    context_forward(context, input, y);
    return SEQNET_OK;
}

int32_t seqnet_context_forward(seqnet_context *context, const seqnet_window *window, float *y)
{
    seqnet_window w;
    RETURN_IF_NULL(window);
    RETURN_IF_ERROR(options_read(&w, sizeof w, window, __func__, "window"));
    const int32_t batch_major = w.batch_major;
    RETURN_UNLESS_IN(batch_major, 0, 1, SEQNET_EINVAL);
    RETURN_UNLESS(w.reserved == 0, SEQNET_ENOTSUP, "%s: window->reserved = %d, need 0", __func__,
                  (int)w.reserved);
    RETURN_IF_ERROR(context_enter(__func__, context));
    const struct input input = { w.x,        w.tokens, w.lengths,
                                 w.steps,    w.batch,  layout_of(w.steps, w.batch, batch_major, 1),
                                 batch_major };
    return context_leave(context, forward(__func__, context, &input, y));
}

int32_t seqnet_context_step(seqnet_context *context, const float *x, float *y)
{
    RETURN_IF_ERROR(context_enter(__func__, context));
    const struct input input = {
        .x = x, .steps = 1, .batch = context->max_batch, .layout = { 0, 1 }
    };
    return context_leave(context, forward(__func__, context, &input, y));
}

int32_t seqnet_context_step_tokens(seqnet_context *context, const int32_t *tokens, float *y)
{
    RETURN_IF_ERROR(context_enter(__func__, context));
    const struct input input = {
        .tokens = tokens, .steps = 1, .batch = context->max_batch, .layout = { 0, 1 }
    };
    return context_leave(context, forward(__func__, context, &input, y));
}

static int32_t check_training(const char *function, const seqnet_context *context)
{
    RETURN_UNLESS(context->training, SEQNET_ENOTSUP, "%s: the context was not made for training",
                  function);
    return SEQNET_OK;
}

static int32_t backward(const char *function, seqnet_context *context, const float *dy, float *dx)
{
    RETURN_IF_ERROR(check_training(function, context));
    RETURN_UNLESS(context->has_tape, SEQNET_ESTATE, "%s: no forward call since the last backward",
                  function);
    RETURN_UNLESS(!dx || !context->layer->token_input, SEQNET_EINVAL,
                  "%s: dx must be NULL, the layer takes tokens", function);
    RETURN_UNLESS(context_backward(context, dy, dx) == SEQNET_OK, SEQNET_ENOMEM,
                  "%s: out of memory", function);
    return SEQNET_OK;
}

int32_t seqnet_context_backward(seqnet_context *context, const float *dy, float *dx)
{
    RETURN_IF_ERROR(context_enter(__func__, context));
    return context_leave(context, backward(__func__, context, dy, dx));
}

static int32_t zero_gradients(const char *function, seqnet_context *context)
{
    RETURN_IF_ERROR(check_training(function, context));
    context_clear_gradients(context);
    return SEQNET_OK;
}

int32_t seqnet_context_zero_gradients(seqnet_context *context)
{
    RETURN_IF_ERROR(context_enter(__func__, context));
    return context_leave(context, zero_gradients(__func__, context));
}

static int32_t get_gradient(const char *function, const seqnet_context *context, const char *name,
                            float *values, int64_t count)
{
    struct parameter_place place;
    RETURN_IF_ERROR(check_training(function, context));
    RETURN_UNLESS(values, SEQNET_EINVAL, "%s: values = NULL", function);
    RETURN_IF_ERROR(find_parameter(function, context->layer, name, count, &place));
    gradient_read(context->part[place.leaf_index]->gradient, place.parameter, values);
    return SEQNET_OK;
}

int32_t seqnet_context_get_gradient(seqnet_context *context, const char *name, float *values,
                                    int64_t count)
{
    RETURN_IF_ERROR(context_enter(__func__, context));
    return context_leave(context, get_gradient(__func__, context, name, values, count));
}
