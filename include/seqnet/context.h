/* SPDX-License-Identifier: MIT */
/**
 * @file context.h
 * @brief Contexts: everything mutable for one user of a layer; step, forward, backward, state.
 *
 * A context holds the state h/c of up to max_batch streams, the scratch memory, and in training
 * mode the tape and the gradients. All of it is one allocation made at creation; step, forward and
 * backward allocate nothing and, with one thread, take no lock and make no system call. Contexts
 * that may take few rows at a time (for inference, or small ones for training) need the layer's
 * input weights packed, and those that train more than one stream its recurrent ones for backward:
 * a second copy, which the first such context makes, with the layer's allocator.
 *
 * Threads: a context is for one thread at a time; a call that finds another one inside returns
 *          SEQNET_EBUSY. Contexts of one layer are independent of each other.
 *
 *          With the option `threads` a context has a team of its own: seqnet_context_create starts
 *          threads - 1 threads, which end with the context. A call long enough to gain from them is
 *          shared by all; shorter ones stay with the caller. The results are the same bits for any
 *          number. Between calls the team's threads look out for the next one for some tens of
 *          microseconds, then sleep. They run with all signals blocked, in the caller's
 *          floating-point environment, keep to cores the creating thread may run on, off those of
 *          the others, and are named "seqnet" where the system names threads. The caller's own
 *          thread is left as it is.
 *          Threads do not survive fork: a context that has some must not be used, nor destroyed,
 *          in the child.
 * Layout:  row-major floats; windows are sequence-major (T, B, N), or batch-major (B, T, N) by an
 *          option of the call. The library keeps no pointer to the caller's arrays after a call.
 */
#ifndef SEQNET_CONTEXT_H
#define SEQNET_CONTEXT_H

#include <seqnet/layer.h>

SEQNET_BEGIN_DECLS

typedef struct seqnet_context seqnet_context;

typedef struct seqnet_context_options {
    size_t struct_size;
    const seqnet_allocator *allocator; /**< NULL: malloc */
    uint64_t seed;                     /**< of dropout masks */
    int32_t max_steps;                 /**< 0: 1. Most steps T of one call */
    int32_t max_batch;                 /**< 0: 1. Streams; most rows B of one call */
    int32_t training;                  /**< 1: tape, gradients, dropout; needed by backward */
    int32_t threads; /**< at most 256 that share a call, the caller among them. 0: one if max_steps
                          is 1 or a call of the largest size, in training with its backward, takes
                          about 2 ms or less, else one for each core the process may use, at most
                          8. Layers on the blas backend have one, and the threads of that library */
    int32_t recompute; /**< training: 1: gates are not kept but made again */
    int32_t reserved;  /**< 0 */
} seqnet_context_options;

/* clang-format off */
#define SEQNET_CONTEXT_OPTIONS_INIT { sizeof(seqnet_context_options), NULL, 0, 0, 0, 0, 0, 0, 0 }
/* clang-format on */

SEQNET_API void seqnet_context_options_init(seqnet_context_options *options, size_t struct_size);

/**
 * @brief Bytes seqnet_context_create would allocate for these options.
 *
 * What grows with the rows T*B, in floats a row, is
 *
 *     RNN, LSTM, GRU, each level    D*R + X + D*K       R outputs a direction, X inputs (tokens: 0)
 *     linear, dropout               their inputs        embedding: nothing
 *     the context                   3 for losses and tokens, and its outputs; those of a last
 *                                   linear layer are made some rows at a time
 *
 * with K, of training, the gates 4H (RNN H, GRU that resets before 3H) and: LSTM H for c, with a
 * projection H + R more; GRU that resets before H. With `recompute` K is H for an LSTM and 0 for
 * others, and two directions share the widest X. In inference K is 0, and the gates are those of a
 * block of steps. The rest is parameters' gradients, state and scratch (docs/design.md).
 *
 * @retval SEQNET_EINVAL, SEQNET_ENOMEM (the size does not fit size_t), SEQNET_ENOTSUP.
 */
SEQNET_API int32_t seqnet_context_bytes(const seqnet_layer *layer,
                                        const seqnet_context_options *options, size_t *bytes);

/**
 * @brief Make a context for a layer; its state is zero.
 *
 * @param layer   retained until the context is destroyed.
 * @param options NULL: one step, one stream, inference.
 * @param[out] context the new context, NULL on error.
 * @retval SEQNET_ENOMEM out of memory, or the system starts no more threads.
 * @retval SEQNET_EINVAL, SEQNET_ENOTSUP.
 */
SEQNET_API int32_t seqnet_context_create(seqnet_layer *layer, const seqnet_context_options *options,
                                         seqnet_context **context);

/** @brief Free a context. NULL is accepted. */
SEQNET_API void seqnet_context_destroy(seqnet_context *context);

/** The input of one call: T steps of B streams. */
typedef struct seqnet_window {
    size_t struct_size;
    const float *x;         /**< (T, B, I); for layers that take floats */
    const int32_t *tokens;  /**< (T, B), each 0..V-1; for layers that take tokens */
    const int32_t *lengths; /**< (B), each 0..T, any order; NULL: all T. Steps at and after a
                                 sample's length are never read; its outputs there are zero and
                                 its state stays */
    int32_t steps;          /**< T, 1..max_steps */
    int32_t batch;          /**< B, 1..max_batch; an unbatched (T, I) input is B = 1 */
    int32_t batch_major;    /**< 1: x, tokens, y, dy and dx of this call are (B, T, ..) */
    int32_t reserved;       /**< 0 */
} seqnet_window;

/* clang-format off */
#define SEQNET_WINDOW_INIT { sizeof(seqnet_window), NULL, NULL, NULL, 0, 0, 0, 0 }
/* clang-format on */

SEQNET_API void seqnet_window_init(seqnet_window *window, size_t struct_size);

/**
 * @brief Run the layer over a window; streams 0..B-1 advance by their lengths.
 *
 * The reverse direction of a bidirectional layer starts at each sample's own end.
 *
 * @param[in,out] context its state is h_0 before and h_n after the call.
 * @param[in] window      input, lengths and layout.
 * @param[out] y          (T, B, output_size), or (B, T, ..) if batch_major; NULL: not wanted; must
 *                        not overlap x.
 * @retval SEQNET_ESHAPE  steps, batch or a length is outside the context's sizes.
 * @retval SEQNET_ERANGE  a token is outside 0..V-1; the message names its step and stream.
 * @retval SEQNET_EINVAL  x or tokens is missing, or the layer takes the other one.
 * @retval SEQNET_ENOTSUP reserved is not 0, or a newer struct has an unknown member set.
 * @retval SEQNET_EBUSY   another thread is inside the context.
 * On error y and the state are unchanged.
 *
 * Memory: allocates nothing.
 */
SEQNET_API int32_t seqnet_context_forward(seqnet_context *context, const seqnet_window *window,
                                          float *y);

/**
 * @brief One step of all max_batch streams: forward with T = 1, for layers that take floats.
 * @param[in] x  (max_batch, input_size).
 * @param[out] y (max_batch, output_size); NULL: not wanted; must not overlap x.
 * @retval SEQNET_EINVAL, SEQNET_EBUSY; y and the state are unchanged.
 *
 * Memory: allocates nothing.
 */
SEQNET_API int32_t seqnet_context_step(seqnet_context *context, const float *x, float *y);

/**
 * @brief One step of all max_batch streams, as seqnet_context_step, for layers that take tokens.
 * @param[in] tokens (max_batch), each 0..V-1.
 * @retval SEQNET_ERANGE a token is outside 0..V-1; y and the state are unchanged.
 */
SEQNET_API int32_t seqnet_context_step_tokens(seqnet_context *context, const int32_t *tokens,
                                              float *y);

/**
 * @brief Back-propagate through the window of the last forward call, once per forward.
 *
 * Parameter gradients are added to what is there (seqnet_context_zero_gradients clears them). State
 * gradients hold dh_n, dc_n before the call (zero unless set) and dh_0, dc_0 after it; forward sets
 * them to zero.
 *
 * @param[in] dy  gradient of the loss by y, in y's layout; NULL: zero. Values at padding are not
 *                read.
 * @param[out] dx gradient by x, in x's layout, zero at padding; NULL: not wanted; NULL for token
 *                inputs.
 * @retval SEQNET_ESTATE  no forward call in training mode since the last backward.
 * @retval SEQNET_ENOTSUP the context was not made for training.
 * @retval SEQNET_EINVAL  dx is asked for and the layer takes tokens.
 * @retval SEQNET_ENOMEM  see below; nothing has changed.
 * @retval SEQNET_EBUSY
 *
 * Memory: allocates nothing; but a trainer's context keeps gradients only of the tokens that the
 *         windows of one update can hold, and allocates those of all tokens, once, when more
 *         windows are added up.
 */
SEQNET_API int32_t seqnet_context_backward(seqnet_context *context, const float *dy, float *dx);

/**
 * @brief Set all parameter gradients to zero.
 * @retval SEQNET_ENOTSUP (not a training context), SEQNET_EINVAL, SEQNET_EBUSY.
 */
SEQNET_API int32_t seqnet_context_zero_gradients(seqnet_context *context);

/**
 * @brief Copy the gradient of a parameter out; names and counts as seqnet_layer_get_parameter.
 *
 * The table of an embedding outside the layer, to which one of its linear layers is tied, has no
 * name here.
 * @retval SEQNET_ENOTFOUND, SEQNET_ESHAPE, SEQNET_ENOTSUP (not a training context), SEQNET_EINVAL,
 *         SEQNET_EBUSY.
 */
SEQNET_API int32_t seqnet_context_get_gradient(seqnet_context *context, const char *name,
                                               float *values, int64_t count);

/* ---------------------------------------------------------------- state */

/*
 * What copies a state fails with SEQNET_EINVAL (NULL), SEQNET_ENOTFOUND (no such name) or
 * SEQNET_ESHAPE (another count), and like all calls that may meet another thread with SEQNET_EBUSY;
 * nothing is copied then. Nothing here allocates.
 */

/** @brief Number of state tensors: LSTM 2 ("h", "c"), RNN and GRU 1 ("h"), Sequential the sum. */
SEQNET_API int32_t seqnet_context_state_count(const seqnet_context *context);

/**
 * @brief Name and shape (L*D, max_batch, H) of state tensor `index`; info->struct_size must be set.
 * @retval SEQNET_ERANGE no such index.
 * @retval SEQNET_EINVAL
 */
SEQNET_API int32_t seqnet_context_state_info(const seqnet_context *context, int32_t index,
                                             seqnet_tensor_info *info);

/** @brief Copy a state tensor of all streams out; count = its info's count. */
SEQNET_API int32_t seqnet_context_get_state(seqnet_context *context, const char *name,
                                            float *values, int64_t count);

/** @brief Copy a state tensor of all streams in: h_0 or c_0 of the next forward. */
SEQNET_API int32_t seqnet_context_set_state(seqnet_context *context, const char *name,
                                            const float *values, int64_t count);

/** @brief Copy a state gradient out: dh_0 or dc_0 after backward. Training contexts only. */
SEQNET_API int32_t seqnet_context_get_state_gradient(seqnet_context *context, const char *name,
                                                     float *values, int64_t count);

/**
 * @brief Copy a state gradient in: dh_n or dc_n for the next backward. Call between forward and
 *        backward.
 */
SEQNET_API int32_t seqnet_context_set_state_gradient(seqnet_context *context, const char *name,
                                                     const float *values, int64_t count);

/** @brief Set the state of all streams to zero. */
SEQNET_API int32_t seqnet_context_reset(seqnet_context *context);

/** @brief Floats that one stream's whole state takes (all levels, directions, h and c). */
SEQNET_API int64_t seqnet_context_stream_size(const seqnet_context *context);

/**
 * @brief Copy the whole state of one stream out, to save it or move it to another context of the
 *        same layer.
 * @param stream      0..max_batch-1.
 * @param[out] values (count), count = seqnet_context_stream_size.
 * @retval SEQNET_ERANGE no such stream.
 */
SEQNET_API int32_t seqnet_context_get_stream(seqnet_context *context, int32_t stream, float *values,
                                             int64_t count);

/** @brief Copy the whole state of one stream in, as seqnet_context_get_stream gave it. */
SEQNET_API int32_t seqnet_context_set_stream(seqnet_context *context, int32_t stream,
                                             const float *values, int64_t count);

/** @brief Set the state of one stream to zero. */
SEQNET_API int32_t seqnet_context_reset_stream(seqnet_context *context, int32_t stream);

/**
 * @brief Clone a stream: copy its state over another one's, within a context or between contexts of
 *        one layer.
 * @retval SEQNET_ESHAPE the contexts are of different layers.
 * @retval SEQNET_ERANGE no such stream.
 */
SEQNET_API int32_t seqnet_context_copy_stream(seqnet_context *to, int32_t to_stream,
                                              seqnet_context *from, int32_t from_stream);

SEQNET_END_DECLS

#endif
