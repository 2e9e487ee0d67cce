/* SPDX-License-Identifier: MIT */
/*
 * The driver of all recurrent cells. One layer has L levels of D directions; a direction has one
 * stacked weight matrix (G H, ld), whose columns follow the row of its level's buffer Z:
 *
 *     Z row (t, p) = [ h_{t-1} forward (R) | x_t (I) | h_{t+1} reverse (R) ]
 *     forward matrix = [ W_hh | W_ih ],   reverse matrix = [ W_ih | W_hh ]
 *
 * so that each direction's product of one step is one product over its contiguous part of the row,
 * and both share x. R is H, or P with a projection. With token input, level 0 has no x: its W_ih is
 * a table (V, G H), one row per token, and its matrix is W_hh alone.
 */
#ifndef SEQNET_LAYERS_RECURRENT_H
#define SEQNET_LAYERS_RECURRENT_H

#include "cells/cell.h"
#include "kernels/native.h"
#include "layers/part.h"
#include "layers/patch.h"

/* Where the pieces of one direction of one level are in the layer's block, in elements. */
struct direction {
    int32_t reverse;
    int32_t x_size;   /* columns of x in the matrix; 0: tokens */
    int32_t x_column; /* of the matrix */
    int32_t h_column; /* of the matrix */
    int32_t z_column; /* of Z where the matrix's first column is */
    int32_t ld;       /* of the matrix */
    size_t weight;
    size_t bias_ih;
    size_t bias_hh;
    size_t projection; /* W_hr (P, H) */
    /* Native backend: packed weights of the two stages' recurrent products. */
    struct packed packed_h[CELL_MAX_STAGES];
    /* Those that not all contexts need: their data are at `place` of the layer's, if it has any. */
    struct packed packed[PACK_COUNT];
    size_t place[PACK_COUNT];
    real *bias; /* (gate_size): the summed biases of a row of gates; NULL: each call sums them */
};

struct recurrent {
    seqnet_layer layer;
    seqnet_recurrent_options options; /* defaults filled in: num_layers >= 1 */
    enum cell_id cell_id;
    const struct cell *cell;
    int32_t hidden_size;         /* H */
    int32_t state_size;          /* R: H, or P */
    int32_t directions;          /* D */
    int32_t width;               /* U: units of a panel of gates; H with the BLAS backend */
    int32_t panels;              /* ceil(H / U) */
    int32_t units;               /* of all panels, at least H; those beyond have zero weights */
    struct direction *direction; /* (L * D), level-major */
};

/* Rows of a stacked matrix, and elements of a row of gates: panels of U units, gate by gate. */
static inline int32_t weight_rows(const struct recurrent *layer)
{
    return layer->units * layer->cell->weights;
}

static inline int32_t gate_size(const struct recurrent *layer)
{
    return layer->units * layer->cell->blocks;
}

/* Units of a panel: U, but of a single gate's last panel only whole vectors. */
static inline int32_t panel_units(const struct recurrent *layer, int64_t panel)
{
    const int64_t left = layer->units - panel * layer->width;
    return left < layer->width ? (int32_t)left : layer->width;
}

/* Elements that some panels take in a row of so many blocks. */
static inline struct share panel_elements(const struct recurrent *layer, struct share panels,
                                          int32_t blocks)
{
    const int64_t first = panels.first * layer->width, end = first + panels.count * layer->width;
    const int64_t begin = first < layer->units ? first : layer->units;
    return (struct share){ begin * blocks,
                           ((end < layer->units ? end : layer->units) - begin) * blocks };
}

/*
 * The memory of one direction of one level in a context. c_prev has all rows of a window; the
 * others have them in training, but not if they are made again, and else those of a block of steps.
 */
struct tape {
    struct rows c_prev;  /* (rows, H): c_{t-1}; training, cells with c */
    struct rows gates;   /* (rows, gate_size); activated gates, then their gradients */
    struct rows operand; /* (rows, H): what stage 0 wrote; cells with two stages */
    struct rows hidden;  /* (rows, H): o tanh(c) before the projection, or h_t made again */
    struct rows c;       /* (rows, H): c_t made again */
    struct rows dh;      /* (rows, R): gradient by h_t; training with a projection */
};

/* What one direction needs while it runs; both share it unless they run at the same time. */
struct scratch {
    real *bias;     /* (gate_size): sums of biases that nobody keeps; backward: their gradients */
    real *carry_h;  /* (max_batch, R), in places; ragged windows only */
    real *carry_c;  /* (max_batch, H) */
    real *dhidden;  /* (max_batch, H): gradient by the unprojected h */
    real *doperand; /* (max_batch, H) */
};

struct level {
    struct rows z; /* (rows, ..) see above */
    int32_t x_size;
    struct tape tape[2];
};

struct recurrent_part {
    struct part part;
    int32_t training;
    int32_t recompute;   /* 1: backward makes again what cells made */
    struct level *level; /* (L) */
    struct scratch scratch[2];
    struct rows both_dx; /* (rows, x_size): if x is needed until both directions are done */
};

static inline const struct recurrent *recurrent_of(const struct part *part)
{
    return (const struct recurrent *)part->layer;
}

static inline struct recurrent_part *recurrent_part_of(struct part *part)
{
    return (struct recurrent_part *)part;
}

/* Slot of a direction in state tensors and in `direction`: PyTorch's order. */
static inline int32_t slot_of(const struct recurrent *layer, int32_t level, int32_t direction)
{
    return level * layer->directions + direction;
}

/* The carried h and c while a direction walks through a window, one row per place. */
struct carry {
    struct rows h;
    struct rows c;
};

/*
 * A member's share of a direction: rows of the hoisted products, and of each step either some
 * places with all units, which needs nobody else, or all places with some units; then each step
 * waits for the others.
 */
struct slice {
    int32_t by_units;  /* 1: the second kind */
    struct share rows; /* of the block of steps at hand */
    struct share places;
    struct share panels;
    struct share units;  /* of H: those of the panels */
    struct share states; /* of R: the units too, or with a projection columns of its own */
};

/* Everything one member needs of one direction of one level in a pass. */
struct walk {
    const struct recurrent *layer;
    const struct direction *direction;
    const struct window *window;
    struct recurrent_part *part;
    struct level *level;
    struct tape *tape;
    const int32_t *tokens; /* level 0 with token input, else NULL */
    int32_t slot;
    struct scratch *scratch;
    const struct member *me;
    struct slice slice;
    struct share block; /* packed rows of the block of steps at hand */
    int64_t origin;     /* row 0 of the tape is this packed row: 0, or the block's first */
    int64_t x_origin;   /* the same of x in level 0 */
    struct carry carry; /* forward: h, c; backward: their gradients */
};

void walk_start(struct walk *walk, struct part *part, const struct window *window, int32_t level,
                int32_t direction, const struct member *me);

/*
 * Bring the slice of a state tensor into places, and back: for dense windows it is used in place.
 * `columns` are the slice's of that tensor.
 */
struct rows carry_load(const struct walk *walk, const struct state *state, real *values,
                       real *scratch, struct share columns);
void carry_store(const struct walk *walk, const struct state *state, real *values,
                 struct rows carry, struct share columns);

/* Wait for the others, if they make the other units of a step. */
static inline void walk_wait(const struct walk *walk)
{
    if (walk->slice.by_units)
        member_wait(walk->me);
}

/* The slice's rows of step t: its places that live, from packed row `first` on. */
static inline int32_t walk_places(const struct walk *walk, int32_t t, int64_t *first)
{
    const int64_t place = walk->slice.places.first;
    const int64_t active = window_active(walk->window, t) - place;
    *first = window_offset(walk->window, t) + place;
    if (active <= 0)
        return 0;
    return (int32_t)(active < walk->slice.places.count ? active : walk->slice.places.count);
}

/* The slice's first place of a row of places. */
static inline struct rows walk_place(const struct walk *walk, struct rows rows)
{
    return rows_from(rows, walk->slice.places.first);
}

/* The slice's first row of operand or hidden: in inference they have only those of a step. */
static inline real *tape_row(const struct walk *walk, struct rows rows, int64_t first)
{
    return row_at(rows, walk->part->training ? first - walk->origin : walk->slice.places.first);
}

/* Step number `i` of the walk: time t rises for the forward direction and falls for the reverse. */
static inline int32_t walk_time(const struct walk *walk, int32_t i)
{
    return walk->direction->reverse ? walk->window->steps - 1 - i : i;
}

/*
 * A window is walked in blocks of steps of at most block_rows rows, or of one step. walk_enter
 * begins the block at step number `step` of the walk, and gives the number after its last one.
 */
int64_t block_rows(const struct recurrent *layer, int32_t recompute);
int32_t walk_block_steps(const struct walk *walk);
int32_t walk_enter(struct walk *walk, int32_t step);

/* Of a buffer of the tape: packed row `first` and those after it in the block. */
static inline struct rows walk_kept(const struct walk *walk, struct rows rows, int64_t first)
{
    return rows_from(rows, first - walk->origin);
}

static inline struct rows walk_gates(const struct walk *walk, int64_t first)
{
    return walk_kept(walk, walk->tape->gates, first);
}

/* Where the rows of h_{t-1} are in Z that begin with packed row `first` of step t. */
struct rows walk_previous(const struct walk *walk, int32_t t, int64_t first);

/* Backward needs all rows of Z, and BLAS those of x beside those of h. */
static inline int walk_keeps_rows(const struct walk *walk)
{
    return walk->part->training || !walk->layer->layer.packed;
}

/* The columns of Z that hold h_{t-1}. */
static inline struct rows walk_h(const struct walk *walk)
{
    return rows_column(walk->level->z, walk->direction->z_column + walk->direction->h_column);
}

/* x_t from packed row `first` on: in Z, or where the caller has it. */
static inline struct rows walk_x(const struct walk *walk, int64_t first)
{
    if (walk->level == walk->part->level)
        return rows_from(walk->part->part.x, first - walk->x_origin);
    return rows_from(
        rows_column(walk->level->z, walk->direction->z_column + walk->direction->x_column), first);
}

/* Where backward leaves the gradient by x. */
static inline struct rows walk_dx(const struct walk *walk, int64_t first)
{
    return walk->level == walk->part->level ? rows_from(walk->part->part.dx, first)
                                            : walk_x(walk, first);
}

/*
 * 1: weight blocks of the term also multiply x into the same gate blocks, so [h;x] is one
 * product.
 */
static inline int term_is_stacked(const struct cell_term *term)
{
    return term->gate == term->weight && term->operand == 0;
}

/* The biases into the slice's rows and panels of the gates. */
void walk_fill_gates(const struct walk *walk);

/* Blocks [first, ..) of every panel of a row that has `blocks` blocks a panel. */
struct block_row {
    real *data;
    int32_t blocks;
    int32_t first;
};

/* A term's blocks of a row of gates, and of a vector of weight rows. */
static inline struct block_row gate_blocks(const struct recurrent *layer,
                                           const struct cell_term *term, const real *gates)
{
    return (struct block_row){ (real *)gates, layer->cell->blocks, term->gate };
}

static inline struct block_row weight_blocks(const struct recurrent *layer,
                                             const struct cell_term *term, const real *rows)
{
    return (struct block_row){ (real *)rows, layer->cell->weights, term->weight };
}

/* Add `count` blocks of each of some panels. */
void add_blocks(const struct recurrent *layer, struct share panels, int32_t count,
                struct block_row to, struct block_row from);

/* Weight blocks of a term, of a vector of weight rows, to their gate blocks; of some panels. */
void recurrent_add_weights(const struct recurrent *layer, struct share panels,
                           const struct cell_term *term, real *gates, const real *rows);

/* `bias` (gate_size) of some panels: what their gates start from. */
void recurrent_sum_biases(const struct recurrent *layer, const struct direction *d,
                          struct share panels, real *bias);

/* The sums for all members of a walk: made before they are used, unless the layer keeps them. */
void walk_sum_biases(const struct walk *walk);
const real *walk_bias(const struct walk *walk);

/* Pointers of a block of cell rows: `count` places from packed row `first` on. */
struct cell_block walk_block(const struct walk *walk, int64_t first, int32_t count);

/* Run a stage of the cell on one panel of the block, or on all of the slice. */
void walk_run_panel(const struct walk *walk, cell_function *stage, const struct cell_block *block,
                    int32_t panel);
void walk_run(const struct walk *walk, cell_function *stage, const struct cell_block *block);

/* The block's gates, operands and h, as forward made them, from what the tape has kept. */
void walk_make_again(struct walk *walk);

/* Add what the block at hand means for the gradients of parameters. */
void walk_accumulate(const struct walk *walk);

void recurrent_forward(struct part *part, const struct window *window, struct rows y,
                       const struct member *me);
void recurrent_backward(struct part *part, const struct window *window, struct rows dy,
                        int wants_dx, const struct member *me);
void recurrent_rewind(struct part *part, const struct window *window, int32_t step);
struct part *recurrent_lay_out(seqnet_layer *layer, const struct part_shape *shape,
                               struct arena *arena);

/* Describe the packed weights of all directions; allocate the recurrent ones and fill them. */
int32_t recurrent_pack(struct recurrent *recurrent);
void recurrent_refresh(seqnet_layer *layer, const struct member *me);

/* The packed weights that not all contexts need. */
size_t recurrent_pack_size(const seqnet_layer *layer, enum pack pack);
void recurrent_pack_some(const seqnet_layer *layer, enum pack pack, real *data,
                         const struct member *me);

/* All parameters zero, and not packed yet: that is left to the caller. Else as below. */
int32_t recurrent_new(int32_t kind, int32_t input_size, int32_t hidden_size,
                      const seqnet_recurrent_options *options, seqnet_layer **out);

/* options: num_layers >= 1, all checked by the caller. */
int32_t recurrent_create(int32_t kind, int32_t input_size, int32_t hidden_size,
                         const seqnet_recurrent_options *options, seqnet_layer **out);

#endif
