/* SPDX-License-Identifier: MIT */
/*
 * A context runs the leaves of a layer one after the other on packed rows: each leaf writes its
 * output straight into the next leaf's input rows; backward goes the other way in the same memory.
 *
 * The outputs of a last layer that takes each row by itself (linear) are often much wider than all
 * before them: a vocabulary. They need not be there all at once, so a window's outputs are made
 * piece by piece, in the order of the rows: the layer makes those of a piece, somebody uses them or
 * turns them into their gradient, and then the layer takes that back. Sums over rows are chains in
 * their order, which pieces do not change. With other last layers one piece is all rows.
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
    struct rows x;       /* (rows, input_size) packed, unless the caller's x is read as it is */
    int32_t *tokens;     /* (rows) packed; layers that take tokens */
    int32_t *lengths;    /* (max_batch) scratch: lengths of a piece of a sequence */
    real *workspace;     /* of products, one a member; training */
    int32_t tail;        /* the leaf that makes outputs in pieces; leaf_count: none does */
    struct rows output;  /* (output_rows, output_size) packed: of a piece */
    int64_t output_rows; /* most rows of a piece */
    struct rows mean; /* (max_batch, output_size): means over time; of one piece its first rows */
    double *row_loss; /* (rows): a loss is added up row by row, whoever computed the rows */

    struct team *team; /* NULL: one thread */
    int32_t threads;   /* members of the team */
    double least_time; /* of work to share, in nanoseconds */
    uint32_t crowded;  /* short calls so far that found two members on one core */
};

/* Options are checked by the caller; zero sizes are not allowed here. */
struct context_spec {
    seqnet_allocator memory;
    int32_t max_steps;
    int32_t max_batch;
    int32_t training;
    int32_t threads; /* up to 1: the caller's. Layers on BLAS get that one all the same */
    int32_t recompute;
    int32_t
        windows; /* whose gradients are added up, for compact tables; 0: there may be any number */
    uint64_t seed;
};

/*
 * Threads if the caller leaves it to the library: one for single steps and for windows that are
 * soon done, else one a core.
 */
int32_t context_usual_threads(const seqnet_layer *layer, const struct context_spec *spec);

/* SIZE_MAX if it does not fit. */
size_t context_bytes(seqnet_layer *layer, const struct context_spec *spec);
int32_t context_create(seqnet_layer *layer, const struct context_spec *spec, seqnet_context **out);

/*
 * Run `work` on the context's team; on the caller alone if it would take one thread about so many
 * nanoseconds that waking the others does not pay.
 */
void context_run(seqnet_context *context, double nanoseconds, team_work *work, void *user);
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

/*
 * About how long one thread takes for the products of `rows` rows in `steps` steps, in nanoseconds;
 * of those that members can share.
 */
double context_shared_time(const seqnet_layer *layer, int64_t rows, int64_t steps);

/* Writes the outputs to y (T, B, N); NULL: they are not wanted. */
void context_forward(seqnet_context *context, const struct input *input, real *y);

/*
 * dy as y of the forward call (NULL: zero); dx as its x, NULL: not wanted. SEQNET_ENOMEM, before
 * anything is changed: only if a context gets more windows than it was made for.
 */
int32_t context_backward(seqnet_context *context, const real *dy, real *dx);

/*
 * The same in parts, for losses: context_begin by the caller, and context_forward_share by all
 * members; then they use the outputs, and give all of their gradient, piece by piece (output.h);
 * and context_finish_backward by the caller, or without gradients context_end, which keeps no
 * pointer to the caller's arrays.
 */
void context_begin(seqnet_context *context, const struct input *input);
void context_forward_share(seqnet_context *context, const struct member *me);
int32_t context_finish_backward(seqnet_context *context);
void context_end(seqnet_context *context);

void context_clear_gradients(seqnet_context *context);
void context_clear_gradients_share(seqnet_context *context, const struct member *me);
void context_clear_state(seqnet_context *context);

/* After forward and backward: the state becomes that after `step` steps of the window. */
void context_rewind(seqnet_context *context, int32_t step);

/* State tensors across the leaves: number, and the one of an index with the name of its leaf. */
int32_t context_state_count(const seqnet_context *context);
const struct state *context_state(const seqnet_context *context, int32_t index,
                                  int32_t *leaf_index);

#endif
