/* SPDX-License-Identifier: MIT */
#include "dialects/gates.h"

#include <string.h>

const struct gate_order gates_ifgo_zrn = { { 0, 1, 2, 3 }, { 1, 0, 2 } };
const struct gate_order gates_iofg_zrn = { { 0, 3, 1, 2 }, { 1, 0, 2 } };

/* PyTorch's number of the gate that is block `index`. */
static int32_t gate_number(const struct gates *gates, int32_t index)
{
    switch (gates->module->kind) {
    case SEQNET_LSTM:
        return gates->order->lstm[index];
    case SEQNET_GRU:
        return gates->order->gru[index];
    default:
        return 0;
    }
}

/* What of a parameter is to be put as one gate block. */
struct part {
    const char *role;
    int32_t gate; /* PyTorch's number */
    int32_t columns;
    int32_t is_added;
};

/* Put it as block `index` of the place. */
static void add_gate(struct plan *plan, const struct gates *gates, struct part part,
                     const struct gate_place *place, int32_t index)
{
    const int32_t hidden = gates->module->hidden_size;
    plan_block(plan, &(struct block){
                         .parameter = module_parameter(part.role, gates->level, gates->direction),
                         .first_row = part.gate * hidden,
                         .rows = hidden,
                         .columns = part.columns,
                         .is_added = part.is_added,
                         .offset = place->offset + index * place->gate_stride,
                         .row_stride = place->row_stride,
                         .column_stride = place->column_stride,
                     });
}

void gates_matrix(struct plan *plan, const struct gates *gates, const char *role,
                  struct gate_place place)
{
    const struct module *const module = gates->module;
    const int32_t columns = strcmp(role, "weight_ih") == 0
                                ? module_level_input(module, gates->level)
                                : module_state_size(module);
    for (int32_t i = 0; i < module_gates(module); i++)
        add_gate(plan, gates, (struct part){ role, gate_number(gates, i), columns, 0 }, &place, i);
}

void gates_bias(struct plan *plan, const struct gates *gates, const char *role,
                struct gate_place place)
{
    for (int32_t i = 0; i < module_gates(gates->module); i++)
        add_gate(plan, gates, (struct part){ role, gate_number(gates, i), 1, 0 }, &place, i);
}

static void add_sum(struct plan *plan, const struct gates *gates, const struct gate_place *place,
                    int32_t index)
{
    const int32_t gate = gate_number(gates, index);
    add_gate(plan, gates, (struct part){ "bias_ih", gate, 1, 0 }, place, index);
    add_gate(plan, gates, (struct part){ "bias_hh", gate, 1, 1 }, place, index);
}

void gates_bias_sum(struct plan *plan, const struct gates *gates, struct gate_place place)
{
    for (int32_t i = 0; i < module_gates(gates->module); i++)
        add_sum(plan, gates, &place, i);
}

void gates_bias_four(struct plan *plan, const struct gates *gates, struct gate_place place)
{
    add_sum(plan, gates, &place, 0);
    add_sum(plan, gates, &place, 1);
    add_gate(plan, gates, (struct part){ "bias_ih", 2, 1, 0 }, &place, 2);
    add_gate(plan, gates, (struct part){ "bias_hh", 2, 1, 0 }, &place, 3);
}
