/* SPDX-License-Identifier: MIT */
/* State tensors by name, and whole streams. */
#include "api/check.h"
#include "api/context.h"
#include "core/options.h"

#include <stdio.h>
#include <string.h>

int32_t seqnet_context_state_count(const seqnet_context *context)
{
    return context ? context_state_count(context) : 0;
}

/* "h", or "1.h" for the second layer of a sequential. */
static void state_name(const seqnet_context *context, const struct state *state, int32_t leaf_index,
                       char *name)
{
    const size_t size = sizeof((seqnet_tensor_info *)0)->name;
    if (context->layer->kind == SEQNET_SEQUENTIAL)
        snprintf(name, size, "%d.%s", (int)leaf_index, state->name);
    else
        snprintf(name, size, "%s", state->name);
}

static int64_t count_of(const seqnet_context *context, const struct state *state)
{
    return (int64_t)state->slots * context->max_batch * state->size;
}

int32_t seqnet_context_state_info(const seqnet_context *context, int32_t index,
                                  seqnet_tensor_info *info)
{
    RETURN_IF_NULL(context);
    RETURN_UNLESS(index >= 0 && index < context_state_count(context), SEQNET_ERANGE,
                  "%s: index = %d, need 0..%d", __func__, (int)index,
                  (int)context_state_count(context) - 1);
    int32_t leaf;
    const struct state *state = context_state(context, index, &leaf);
    seqnet_tensor_info found = {
        .rank = 3,
        .shape = { state->slots, context->max_batch, state->size, 1 },
        .count = count_of(context, state),
    };
    state_name(context, state, leaf, found.name);
    return options_write(info, &found, sizeof found, __func__, "info");
}

static const struct state *find(const seqnet_context *context, const char *name)
{
    for (int32_t i = 0; i < context_state_count(context); i++) {
        char full[sizeof((seqnet_tensor_info *)0)->name];
        int32_t leaf;
        const struct state *state = context_state(context, i, &leaf);
        state_name(context, state, leaf, full);
        if (strcmp(full, name) == 0)
            return state;
    }
    return NULL;
}

static int32_t find_state(const char *function, const seqnet_context *context, const char *name,
                          const void *values, int64_t count, const struct state **state)
{
    RETURN_UNLESS(name && values, SEQNET_EINVAL, "%s: %s = NULL", function,
                  name ? "values" : "name");
    *state = find(context, name);
    RETURN_UNLESS(*state, SEQNET_ENOTFOUND, "%s: no state \"%s\"", function, name);
    RETURN_UNLESS(count == count_of(context, *state), SEQNET_ESHAPE,
                  "%s: count = %lld, \"%s\" has %lld", function, (long long)count, name,
                  (long long)count_of(context, *state));
    return SEQNET_OK;
}

static int32_t get(const char *function, seqnet_context *context, const char *name, float *values,
                   int64_t count)
{
    const struct state *state;
    RETURN_IF_ERROR(find_state(function, context, name, values, count, &state));
    copy_reals(values, state->values, count);
    return SEQNET_OK;
}

static int32_t set(const char *function, seqnet_context *context, const char *name,
                   const float *values, int64_t count)
{
    const struct state *state;
    RETURN_IF_ERROR(find_state(function, context, name, values, count, &state));
    copy_reals(state->values, values, count);
    return SEQNET_OK;
}

int32_t seqnet_context_get_state(seqnet_context *context, const char *name, float *values,
                                 int64_t count)
{
    RETURN_IF_ERROR(context_enter(__func__, context));
    return context_leave(context, get(__func__, context, name, values, count));
}

int32_t seqnet_context_set_state(seqnet_context *context, const char *name, const float *values,
                                 int64_t count)
{
    RETURN_IF_ERROR(context_enter(__func__, context));
    return context_leave(context, set(__func__, context, name, values, count));
}

static int32_t find_gradient(const char *function, const seqnet_context *context, const char *name,
                             const void *values, int64_t count, const struct state **state)
{
    RETURN_UNLESS(context->training, SEQNET_ENOTSUP, "%s: the context was not made for training",
                  function);
    return find_state(function, context, name, values, count, state);
}

int32_t seqnet_context_get_state_gradient(seqnet_context *context, const char *name, float *values,
                                          int64_t count)
{
    const struct state *state;
    RETURN_IF_ERROR(context_enter(__func__, context));
    const int32_t code = find_gradient(__func__, context, name, values, count, &state);
    if (code == SEQNET_OK)
        copy_reals(values, state->gradients, count);
    return context_leave(context, code);
}

int32_t seqnet_context_set_state_gradient(seqnet_context *context, const char *name,
                                          const float *values, int64_t count)
{
    const struct state *state;
    RETURN_IF_ERROR(context_enter(__func__, context));
    const int32_t code = find_gradient(__func__, context, name, values, count, &state);
    if (code == SEQNET_OK)
        copy_reals(state->gradients, values, count);
    return context_leave(context, code);
}

int32_t seqnet_context_reset(seqnet_context *context)
{
    RETURN_IF_ERROR(context_enter(__func__, context));
    context_clear_state(context);
    return context_leave(context, SEQNET_OK);
}

int64_t seqnet_context_stream_size(const seqnet_context *context)
{
    int64_t size = 0;
    for (int32_t i = 0; context && i < context_state_count(context); i++) {
        const struct state *state = context_state(context, i, NULL);
        size += (int64_t)state->slots * state->size;
    }
    return size;
}

/* Copy one stream's rows of all state tensors out of, or into, a flat array. */
static void move_stream(seqnet_context *context, int32_t stream, float *to, const float *from)
{
    for (int32_t i = 0; i < context_state_count(context); i++) {
        const struct state *state = context_state(context, i, NULL);
        for (int32_t slot = 0; slot < state->slots; slot++) {
            real *row = state->values + ((int64_t)slot * context->max_batch + stream) * state->size;
            if (to) {
                copy_reals(to, row, state->size);
                to += state->size;
            } else if (from) {
                copy_reals(row, from, state->size);
                from += state->size;
            } else {
                zero_reals(row, state->size);
            }
        }
    }
}

static int32_t check_stream(const char *function, const seqnet_context *context, int32_t stream)
{
    RETURN_UNLESS(stream >= 0 && stream < context->max_batch, SEQNET_ERANGE,
                  "%s: stream = %d, need 0..%d", function, (int)stream,
                  (int)context->max_batch - 1);
    return SEQNET_OK;
}

static int32_t check_values(const char *function, const seqnet_context *context, int32_t stream,
                            const float *values, int64_t count)
{
    RETURN_UNLESS(values, SEQNET_EINVAL, "%s: values = NULL", function);
    RETURN_IF_ERROR(check_stream(function, context, stream));
    RETURN_UNLESS(count == seqnet_context_stream_size(context), SEQNET_ESHAPE,
                  "%s: count = %lld, a stream has %lld", function, (long long)count,
                  (long long)seqnet_context_stream_size(context));
    return SEQNET_OK;
}

int32_t seqnet_context_get_stream(seqnet_context *context, int32_t stream, float *values,
                                  int64_t count)
{
    RETURN_IF_ERROR(context_enter(__func__, context));
    const int32_t code = check_values(__func__, context, stream, values, count);
    if (code == SEQNET_OK)
        move_stream(context, stream, values, NULL);
    return context_leave(context, code);
}

int32_t seqnet_context_set_stream(seqnet_context *context, int32_t stream, const float *values,
                                  int64_t count)
{
    RETURN_IF_ERROR(context_enter(__func__, context));
    const int32_t code = check_values(__func__, context, stream, values, count);
    if (code == SEQNET_OK)
        move_stream(context, stream, NULL, values);
    return context_leave(context, code);
}

int32_t seqnet_context_reset_stream(seqnet_context *context, int32_t stream)
{
    RETURN_IF_ERROR(context_enter(__func__, context));
    const int32_t code = check_stream(__func__, context, stream);
    if (code == SEQNET_OK)
        move_stream(context, stream, NULL, NULL);
    return context_leave(context, code);
}

static void copy_stream(seqnet_context *to, int32_t to_stream, const seqnet_context *from,
                        int32_t from_stream)
{
    for (int32_t i = 0; i < context_state_count(to); i++) {
        const struct state *a = context_state(to, i, NULL), *b = context_state(from, i, NULL);
        for (int32_t slot = 0; slot < a->slots; slot++)
            memmove(a->values + ((int64_t)slot * to->max_batch + to_stream) * a->size,
                    b->values + ((int64_t)slot * from->max_batch + from_stream) * a->size,
                    (size_t)a->size * sizeof(real));
    }
}

static int32_t check_copy(const char *function, const seqnet_context *to, int32_t to_stream,
                          const seqnet_context *from, int32_t from_stream)
{
    RETURN_UNLESS(to->layer == from->layer, SEQNET_ESHAPE,
                  "%s: the contexts are of different layers", function);
    RETURN_IF_ERROR(check_stream(function, to, to_stream));
    return check_stream(function, from, from_stream);
}

int32_t seqnet_context_copy_stream(seqnet_context *to, int32_t to_stream, seqnet_context *from,
                                   int32_t from_stream)
{
    RETURN_IF_NULL(from);
    RETURN_IF_ERROR(context_enter(__func__, to));
    if (from != to) {
        const int32_t entered = context_enter(__func__, from);
        if (entered != SEQNET_OK)
            return context_leave(to, entered);
    }
    const int32_t code = check_copy(__func__, to, to_stream, from, from_stream);
    if (code == SEQNET_OK)
        copy_stream(to, to_stream, from, from_stream);
    if (from != to)
        context_leave(from, code);
    return context_leave(to, code);
}
