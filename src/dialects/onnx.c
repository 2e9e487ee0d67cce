/* SPDX-License-Identifier: MIT */
/*
 * ONNX: inputs of the operators RNN, LSTM and GRU, one operator a level, with the directions in one
 * tensor; gates i o f c and z r h; B is [Wb, Rb]. The form of a GRU (linear_before_reset) is an
 * attribute, not a tensor. Linear: Gemm with transB = 1; embedding: Gather.
 */
#include "dialects/gates.h"
#include "dialects/infer.h"

static void describe_matrix(struct plan *plan, struct gates gates, const char *name,
                            const char *role, int32_t columns)
{
    const struct module *const module = gates.module;
    const int64_t hidden = module->hidden_size, rows = module_gates(module) * hidden;
    plan_tensor(plan, module, module_level_part(module, gates.level).text, "", name,
                (struct shape){ 3, { module->directions, rows, columns } });
    for (gates.direction = 0; gates.direction < module->directions; gates.direction++)
        gates_matrix(
            plan, &gates, role,
            (struct gate_place){ gates.direction * rows * columns, hidden * columns, columns, 1 });
}

static void describe_bias(struct plan *plan, struct gates gates)
{
    const struct module *const module = gates.module;
    const int64_t hidden = module->hidden_size, rows = module_gates(module) * hidden;
    plan_tensor(plan, module, module_level_part(module, gates.level).text, "", "B",
                (struct shape){ 2, { module->directions, 2 * rows } });
    for (gates.direction = 0; gates.direction < module->directions; gates.direction++) {
        const int64_t offset = gates.direction * 2 * rows;
        gates_bias(plan, &gates, "bias_ih", (struct gate_place){ offset, hidden, 1, 0 });
        gates_bias(plan, &gates, "bias_hh", (struct gate_place){ offset + rows, hidden, 1, 0 });
    }
}

/* The weights of c in the gates, which no layer here has. */
static void describe_peepholes(struct plan *plan, const struct module *module, int32_t level)
{
    plan_tensor(plan, module, module_level_part(module, level).text, "", "P",
                (struct shape){ 2, { module->directions, 3 * (int64_t)module->hidden_size } });
    plan_refuse(plan, "peepholes");
}

static void describe(struct plan *plan, const struct module *module)
{
    if (!module_is_recurrent(module)) {
        plan_weight(plan, module, module->kind == SEQNET_EMBEDDING ? "data" : "B", "C");
        return;
    }
    for (int32_t level = 0; level < module->levels; level++) {
        const struct gates gates = { module, &gates_iofg_zrn, level, 0 };
        describe_matrix(plan, gates, "W", "weight_ih", module_level_input(module, level));
        describe_matrix(plan, gates, "R", "weight_hh", module->hidden_size);
        if (module->has_bias)
            describe_bias(plan, gates);
        if (module->kind == SEQNET_LSTM)
            describe_peepholes(plan, module, level);
    }
}

static int32_t infer_recurrent(const struct request *request, const char *level,
                               const seqnet_tensors_entry *recurrent, struct module *module)
{
    seqnet_tensors_entry input;
    RETURN_IF_ERROR(infer_rank(request, recurrent, 3));
    RETURN_IF_ERROR(infer_directions(request, recurrent, 0, module));
    RETURN_IF_ERROR(infer_size(request, recurrent, 2, &module->hidden_size));
    RETURN_IF_ERROR(infer_cell(request, recurrent, recurrent->shape[1], module));
    if (!infer_find(request, module, level, "", "W", &input))
        return infer_missing(request, module, "W");
    RETURN_IF_ERROR(infer_rank(request, &input, 3));
    RETURN_IF_ERROR(infer_size(request, &input, 2, &module->input_size));
    module->has_bias = infer_has(request, module, level, "", "B");
    module->levels = *level ? infer_levels(request, module, "", "R") : 1;
    return infer_form(request, recurrent, SEQNET_GRU_FORM_AUTO, module);
}

static int32_t infer(const struct request *request, int first, struct module *module)
{
    seqnet_tensors_entry entry;
    (void)first;
    if (infer_find(request, module, "", "", "R", &entry))
        return infer_recurrent(request, "", &entry, module);
    if (infer_find(request, module, "l0.", "", "R", &entry))
        return infer_recurrent(request, "l0.", &entry, module);
    if (infer_find(request, module, "", "", "data", &entry))
        module->kind = SEQNET_EMBEDDING;
    else if (infer_find(request, module, "", "", "B", &entry))
        module->kind = SEQNET_LINEAR;
    else
        return infer_missing(request, module, "R\", \"B\" or \"data");
    module->has_bias = infer_has(request, module, "", "", "C");
    return infer_matrix(request, &entry, module->kind == SEQNET_LINEAR, module);
}

static const char *const signs[] = { "W", "R", "B", "C", "P", "data", NULL };

const struct dialect dialect_onnx = {
    .name = "onnx",
    .title = "ONNX",
    .signs = signs,
    .has_level_parts = 1,
    .has_reset_before = 1,
    .describe = describe,
    .infer = infer,
};
