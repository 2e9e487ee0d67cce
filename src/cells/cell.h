/* SPDX-License-Identifier: MIT */
/*
 * A cell: the element-wise equations of one recurrent unit, forward and backward, and its product
 * plan. A cell is one file that defines one const struct, and one line in cells.def. The driver
 * (layers/recurrent_*) owns time, direction, lengths, memory and products; a cell sees only
 * rectangular blocks of (batch rows x hidden units).
 */
#ifndef SEQNET_CELLS_CELL_H
#define SEQNET_CELLS_CELL_H

#include "core/real.h"
#include "kernels/isa.h"
#include "kernels/vector.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Pre-activations come as `blocks` gate blocks side by side in a row. The input product always is
 *     gates[0 .. G) += x W_ih^T        (G weight blocks of H rows each)
 * and every cell states its recurrent products as terms: weight blocks [weight, weight + count)
 * times the previous state go into gate blocks [gate, gate + count). An operand of 0 is h_{t-1}
 * itself; 1 is what stage 0 wrote to `operand` (GRU reset-before: r * h_{t-1}), and its product
 * runs between the two stages.
 */
struct cell_term {
    int8_t weight;
    int8_t count;
    int8_t gate;
    int8_t operand;
};

#define CELL_MAX_TERMS 2
#define CELL_MAX_STAGES 2

/* One block of a step. Strides are in elements; units are contiguous. */
struct cell_block {
    int32_t rows;
    int32_t units;
    ptrdiff_t gate_stride; /* from a gate block to the next */
    ptrdiff_t row_stride;  /* from a row of gates to the next */
    real *gates;        /* forward: pre-activations in, activations out. backward: gradients out */
    const real *h_prev; /* h_{t-1} */
    ptrdiff_t h_prev_stride;
    const real *c_prev; /* c_{t-1}; cells with c only. May be the same memory as c */
    real *c;            /* forward: c_t */
    real *h;            /* forward: h_t */
    real *operand;      /* stage 0 writes it, stage 1 backward finds its gradient there: see
                    gru_reset_before */
    const real *dh;     /* backward: gradient by h_t */
    real *dh_prev;      /* backward: element-wise part of the gradient by h_{t-1}; may be the memory
                    of dh */
    real *dc;           /* backward: gradient by c_t in, by c_{t-1} out */
    ptrdiff_t stride;   /* of c_prev, c, h, operand, dh, dh_prev, dc */
};

typedef void cell_function(const struct cell_block *block);

/* The equations for `units` units of one row. */
typedef void cell_row_function(const struct cell_block *block, int32_t row, int32_t units);

/* Most panels are as wide as a vector: the compiler knows that number, and makes no loop of it. */
static inline __attribute__((always_inline)) void cell_run_rows(const struct cell_block *block,
                                                                cell_row_function *run)
{
    if (block->units == VECTOR_LANES)
        for (int32_t row = 0; row < block->rows; row++)
            run(block, row, VECTOR_LANES);
    else
        for (int32_t row = 0; row < block->rows; row++)
            run(block, row, block->units);
}

struct cell {
    const char *name;
    int8_t weights; /* G: weight blocks of H rows in W_ih and W_hh */
    int8_t blocks;  /* gate blocks a row of pre-activations has */
    int8_t has_c;   /* 1: carries c beside h */
    int8_t stages;  /* 1, or 2 if a product runs on something the first stage computes */
    int8_t terms;
    struct cell_term term[CELL_MAX_TERMS];
    cell_function *forward[CELL_MAX_STAGES];  /* stage 0, then 1 */
    cell_function *backward[CELL_MAX_STAGES]; /* stage 1, then 0 */
};

enum cell_id {
#define CELL(name) CELL_##name,
#include "cells/cells.def"
#undef CELL
    CELL_COUNT
};

/* The cell for the instruction set in use. */
const struct cell *cell_get(enum cell_id id);

/* The cell as compiled for one instruction set that isa_available says is there; for tests. */
const struct cell *cell_get_isa(enum cell_id id, enum isa isa);

#endif
