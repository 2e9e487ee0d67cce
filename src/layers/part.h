/* SPDX-License-Identifier: MIT */
/*
 * A layer's part of a context, and the functions every kind of layer has. Parts are laid out in the
 * context's one block; while measuring, lay_out gets no memory and must not write through pointers.
 */
#ifndef SEQNET_LAYERS_PART_H
#define SEQNET_LAYERS_PART_H

#include "core/arena.h"
#include "core/team.h"
#include "kernels/native.h"
#include "layers/gradient.h"
#include "layers/layer.h"
#include "layers/rows.h"
#include "layers/window.h"

/* A state tensor (slots, max_batch, size), such as h of an LSTM with slots = L * D. */
struct state {
    const char *name; /* "h" or "c" */
    int32_t slots;
    int32_t size;
    real *values;
    real *gradients; /* NULL in inference */
};

/* Rows of a window in the caller's array; values NULL: in packed rows instead. */
struct caller {
    real *values;
    struct layout layout;
};

#define PART_MAX_STATES 2

struct part {
    seqnet_layer *layer;
    struct rows x;          /* where the layer wants its input rows */
    struct rows dx;         /* where backward leaves the gradient by x: the same, or the caller's */
    struct caller x_caller; /* from where x has to be brought to `x`: by a layer that fetches it,
                               else before */
    struct caller y_caller; /* layers that deliver y */
    const int32_t *tokens;  /* packed input tokens, for layers that take tokens */
    struct gradient *gradient; /* of the layer's block; NULL in inference */
    struct gradient *tied;     /* of the tied embedding's block */
    struct state states[PART_MAX_STATES];
    int32_t state_count;
    int32_t max_batch;
    real *workspace;        /* of products, one a member, shared by the context's parts; or NULL */
    real *pack[PACK_COUNT]; /* the layer's as the call found them, for all members; or NULL */
    uint64_t dropout_key;   /* seed and place of this part's dropout masks */
};

struct part_shape {
    int32_t max_steps;
    int32_t max_batch;
    int64_t rows; /* max_steps * max_batch */
    int32_t training;
    int32_t members;   /* most of a call */
    int32_t recompute; /* training: 1: what a cell makes is not kept but made again */
};

/*
 * forward, backward and refresh are run by all members of a team at the same time, each with its
 * own share; what they wrote may be read after the next barrier, which is the caller's.
 */
struct layer_ops {
    int delivers_y; /* 1: forward brings rows of y to where the caller wants them: y_caller */

    /* Carve the part; NULL while measuring. Fills layer, x, states, max_batch. */
    struct part *(*lay_out)(seqnet_layer *layer, const struct part_shape *shape,
                            struct arena *arena);

    /* Read part->x or part->tokens, advance the state, write window->rows rows of y. */
    void (*forward)(struct part *part, const struct window *window, struct rows y,
                    const struct member *me);

    /* Add to the gradients, and leave the gradient by x in part->dx if `wants_dx`. */
    void (*backward)(struct part *part, const struct window *window, struct rows dy, int wants_dx,
                     const struct member *me);

    /*
     * Layers that take each row by itself: the same for some rows of a window; the first of y and
     * dy is that of the first of them. NULL: other layers.
     */
    void (*forward_rows)(struct part *part, struct share rows, struct rows y,
                         const struct member *me);
    void (*backward_rows)(struct part *part, struct share rows, struct rows dy, int wants_dx,
                          const struct member *me);

    /* Reals of some packed weights, 0: none; and a member's share of making them; or NULL. */
    size_t (*pack_size)(const seqnet_layer *layer, enum pack pack);
    void (*pack)(const seqnet_layer *layer, enum pack pack, real *packed, const struct member *me);

    /* Make the other packed weights from the parameters again; NULL: none. */
    void (*refresh)(seqnet_layer *layer, const struct member *me);

    /*
     * After forward and backward: put the state back to that after `step` steps; NULL:
     * stateless.
     */
    void (*rewind)(struct part *part, const struct window *window, int32_t step);
};

/* The member's own workspace of products. */
static inline real *part_workspace(const struct part *part, const struct member *me)
{
    return part->workspace ? part->workspace + me->seat * NATIVE_WORKSPACE : NULL;
}

/* Carve a state tensor of a part. */
void part_add_state(struct part *part, const char *name, int32_t slots, int32_t size,
                    const struct part_shape *shape, struct arena *arena);

#endif
