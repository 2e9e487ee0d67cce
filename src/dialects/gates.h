/* SPDX-License-Identifier: MIT */
/*
 * Gate blocks: the H rows of each gate in PyTorch's parameters, i f g o or r z n, in the order and
 * at the places where a dialect has them.
 */
#ifndef SEQNET_DIALECTS_GATES_H
#define SEQNET_DIALECTS_GATES_H

#include "dialects/plan.h"

/* For each gate block of a dialect, the number of that gate in PyTorch's order. */
struct gate_order {
    int8_t lstm[4];
    int8_t gru[3];
};

/* i f g o, and z r n: Keras, oneDNN */
extern const struct gate_order gates_ifgo_zrn;

/* i o f g, and z r n: ONNX */
extern const struct gate_order gates_iofg_zrn;

/* The place of the first gate block in a tensor, and the steps to others. */
struct gate_place {
    int64_t offset;
    int64_t gate_stride;
    int64_t row_stride; /* from unit to unit of a gate */
    int64_t column_stride;
};

/* One direction of one level of a recurrent module, in an order of gates. */
struct gates {
    const struct module *module;
    const struct gate_order *order;
    int32_t level;
    int32_t direction;
};

/* All gates of "weight_ih" or "weight_hh". */
void gates_matrix(struct plan *plan, const struct gates *gates, const char *role,
                  struct gate_place place);

/* All gates of "bias_ih" or "bias_hh"; and both in one place, for their sum. */
void gates_bias(struct plan *plan, const struct gates *gates, const char *role,
                struct gate_place place);
void gates_bias_sum(struct plan *plan, const struct gates *gates, struct gate_place place);

/*
 * The biases of a reset-after GRU as oneDNN has them: the first gates' sums, then bias_ih and
 * bias_hh of n.
 */
void gates_bias_four(struct plan *plan, const struct gates *gates, struct gate_place place);

#endif
