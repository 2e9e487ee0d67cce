/* SPDX-License-Identifier: MIT */
#ifndef SEQNET_CONTEXT_H
#define SEQNET_CONTEXT_H

#include <seqnet/layer.h>

SEQNET_BEGIN_DECLS

typedef struct seqnet_context seqnet_context;

typedef struct seqnet_context_options {
    size_t struct_size;
    const seqnet_allocator *allocator;
    uint64_t seed;
    int32_t max_steps;
    int32_t max_batch;
    int32_t training;
    int32_t threads;
    int32_t recompute;
    int32_t reserved;
} seqnet_context_options;

#define SEQNET_CONTEXT_OPTIONS_INIT                               \
    {                                                             \
        sizeof(seqnet_context_options), NULL, 0, 0, 0, 0, 0, 0, 0 \
    }

SEQNET_API void seqnet_context_options_init(seqnet_context_options *options, size_t struct_size);
SEQNET_API int32_t seqnet_context_bytes(const seqnet_layer *layer,
                                        const seqnet_context_options *options, size_t *bytes);
SEQNET_API int32_t seqnet_context_create(seqnet_layer *layer, const seqnet_context_options *options,
                                         seqnet_context **context);
SEQNET_API void seqnet_context_destroy(seqnet_context *context);

typedef struct seqnet_window {
    size_t struct_size;
    const float *x;
    const int32_t *tokens;
    const int32_t *lengths;
    int32_t steps;
    int32_t batch;
    int32_t batch_major;
    int32_t reserved;
} seqnet_window;

#define SEQNET_WINDOW_INIT                                  \
    {                                                       \
        sizeof(seqnet_window), NULL, NULL, NULL, 0, 0, 0, 0 \
    }

SEQNET_API void seqnet_window_init(seqnet_window *window, size_t struct_size);
SEQNET_API int32_t seqnet_context_forward(seqnet_context *context, const seqnet_window *window,
                                          float *y);
SEQNET_API int32_t seqnet_context_step(seqnet_context *context, const float *x, float *y);
SEQNET_API int32_t seqnet_context_step_tokens(seqnet_context *context, const int32_t *tokens,
                                              float *y);
SEQNET_API int32_t seqnet_context_backward(seqnet_context *context, const float *dy, float *dx);
SEQNET_API int32_t seqnet_context_zero_gradients(seqnet_context *context);
SEQNET_API int32_t seqnet_context_get_gradient(seqnet_context *context, const char *name,
                                               float *values, int64_t count);
SEQNET_API int32_t seqnet_context_state_count(const seqnet_context *context);
SEQNET_API int32_t seqnet_context_state_info(const seqnet_context *context, int32_t index,
                                             seqnet_tensor_info *info);
SEQNET_API int32_t seqnet_context_get_state(seqnet_context *context, const char *name,
                                            float *values, int64_t count);
SEQNET_API int32_t seqnet_context_set_state(seqnet_context *context, const char *name,
                                            const float *values, int64_t count);
SEQNET_API int32_t seqnet_context_get_state_gradient(seqnet_context *context, const char *name,
                                                     float *values, int64_t count);
SEQNET_API int32_t seqnet_context_set_state_gradient(seqnet_context *context, const char *name,
                                                     const float *values, int64_t count);
SEQNET_API int32_t seqnet_context_reset(seqnet_context *context);
SEQNET_API int64_t seqnet_context_stream_size(const seqnet_context *context);
SEQNET_API int32_t seqnet_context_get_stream(seqnet_context *context, int32_t stream, float *values,
                                             int64_t count);
SEQNET_API int32_t seqnet_context_set_stream(seqnet_context *context, int32_t stream,
                                             const float *values, int64_t count);
SEQNET_API int32_t seqnet_context_reset_stream(seqnet_context *context, int32_t stream);
SEQNET_API int32_t seqnet_context_copy_stream(seqnet_context *to, int32_t to_stream,
                                              seqnet_context *from, int32_t from_stream);

SEQNET_END_DECLS

#endif
