/* SPDX-License-Identifier: MIT */
/*
 * A context runs the leaves of a layer one after the other on packed rows: each leaf writes its
 * output straight into the next leaf's input rows; backward goes the other way in the same memory.
 */
#ifndef SEQNET_LAYERS_CONTEXT_H
#define SEQNET_LAYERS_CONTEXT_H

#include "layers/part.h"

#include <seqnet/context.h>

struct seqnet_context {
    seqnet_allocator memory;
    seqnet_layer *layer;
    int32_t max_steps;
    int32_t max_batch;
    int32_t training;
    uint64_t seed;
    uint64_t calls;      /* forward calls so far: the counter of dropout masks */
    int32_t dropout_off; /* 1: evaluating in a training context */
    int32_t has_tape;    /* 1: a forward call waits for its backward */
    atomic_flag busy;

    struct part **part; /* (leaf_count) */
    int32_t leaf_count;
    struct gradient *gradient; /* (gradient_count): of each leaf, then of tied layers outside */
    int32_t gradient_count;
    struct window window;   /* of the last forward */
    struct layout x_layout; /* of its x and dx, y and dy */
    struct layout y_layout;
    int32_t *tokens;    /* (rows) packed; layers that take tokens */
    int32_t *lengths;   /* (max_batch) scratch: lengths of a piece of a sequence */
    real *workspace;    /* of products; training */
    struct rows output; /* (rows, output_size) packed */
};

/* Options are checked by the caller; zero sizes are not allowed here. */
struct context_spec {
    seqnet_allocator memory;
    int32_t max_steps;
    int32_t max_batch;
    int32_t training;
    uint64_t seed;
};

/* SIZE_MAX if it does not fit. */
size_t context_bytes(seqnet_layer *layer, const struct context_spec *spec);
int32_t context_create(seqnet_layer *layer, const struct context_spec *spec, seqnet_context **out);
void context_destroy(seqnet_context *context);

/* The seed of dropout masks from the next forward call on. */
void context_set_seed(seqnet_context *context, uint64_t seed);

/* The input of a call; exactly one of x and tokens, as the layer takes. Checked by the caller. */
struct input {
    const real *x;
    const int32_t *tokens;
    const int32_t *lengths;
    int32_t steps;
    int32_t batch;
    struct layout layout; /* of x or tokens, in rows: (t, b) is row t * step + b * sample */
    int32_t batch_major;  /* of y and dy */
};

/* Leaves the packed outputs in context->output, or writes them to y (T, B, N) if it is not NULL. */
void context_forward(seqnet_context *context, const struct input *input, real *y);

/* dy as y of the forward call (NULL: zero); dx as its x, NULL: not wanted. */
void context_backward(seqnet_context *context, const real *dy, real *dx);

/* The same with the gradient already in packed rows (context->output), for losses. */
void context_backward_packed(seqnet_context *context, real *dx);

void context_clear_gradients(seqnet_context *context);
void context_clear_state(seqnet_context *context);
void context_clear_state_gradients(seqnet_context *context);

/* After forward and backward: the state becomes that after `step` steps of the window. */
void context_rewind(seqnet_context *context, int32_t step);

/* State tensors across the leaves: number, and the one of an index with the name of its leaf. */
int32_t context_state_count(const seqnet_context *context);
const struct state *context_state(const seqnet_context *context, int32_t index,
                                  int32_t *leaf_index);

#endif
