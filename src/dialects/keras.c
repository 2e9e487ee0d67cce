/* SPDX-License-Identifier: MIT */
/*
 * Keras 3: matrices are transposed, (inputs, gates * units); gates i f c o and z r h. A reset-after
 * GRU has rows of biases for inputs and for h, (2, 3 * units); all else has one bias, the sum.
 * Bidirectional holds two layers, forward and backward.
 */
#include "dialects/gates.h"
#include "dialects/infer.h"

static const char *const ways[] = { "forward.", "backward." };

static void describe_bias(struct plan *plan, const struct gates *gates, const char *level,
                          const char *way)
{
    const struct module *const module = gates->module;
    const int32_t hidden = module->hidden_size, row = module_gates(module) * hidden;
    if (!module_is_reset_after(module)) {
        plan_tensor(plan, module, level, way, "bias", (struct shape){ 1, { row } });
        gates_bias_sum(plan, gates, (struct gate_place){ 0, hidden, 1, 0 });
    } else {
        plan_tensor(plan, module, level, way, "bias", (struct shape){ 2, { 2, row } });
        gates_bias(plan, gates, "bias_ih", (struct gate_place){ 0, hidden, 1, 0 });
        gates_bias(plan, gates, "bias_hh", (struct gate_place){ row, hidden, 1, 0 });
    }
    plan_note_form(plan, module);
}

static void describe_direction(struct plan *plan, const struct gates *gates)
{
    const struct module *const module = gates->module;
    const struct level_part level = module_level_part(module, gates->level);
    const char *const way = module->directions == 2 ? ways[gates->direction] : "";
    const int32_t hidden = module->hidden_size, row = module_gates(module) * hidden;
    const struct gate_place transposed = { 0, hidden, 1, row };
    plan_tensor(plan, module, level.text, way, "kernel",
                (struct shape){ 2, { module_level_input(module, gates->level), row } });
    gates_matrix(plan, gates, "weight_ih", transposed);
    plan_tensor(plan, module, level.text, way, "recurrent_kernel",
                (struct shape){ 2, { hidden, row } });
    gates_matrix(plan, gates, "weight_hh", transposed);
    if (module->has_bias)
        describe_bias(plan, gates, level.text, way);
}

static void describe_linear(struct plan *plan, const struct module *module)
{
    const int32_t inputs = module->input_size, outputs = module->hidden_size;
    plan_tensor(plan, module, "", "", "kernel", (struct shape){ 2, { inputs, outputs } });
    plan_tie(plan, module);
    plan_block(plan, &(struct block){ .parameter = { "weight" },
                                      .rows = outputs,
                                      .columns = inputs,
                                      .row_stride = 1,
                                      .column_stride = outputs });
    if (module->has_bias)
        plan_same(plan, module, "bias", (struct parameter_name){ "bias" }, outputs, 0);
}

static void describe(struct plan *plan, const struct module *module)
{
    if (module->kind == SEQNET_EMBEDDING)
        plan_weight(plan, module, "embeddings", NULL);
    else if (module->kind == SEQNET_LINEAR)
        describe_linear(plan, module);
    else
        for (int32_t level = 0; level < module->levels; level++)
            for (int32_t direction = 0; direction < module->directions; direction++)
                describe_direction(plan,
                                   &(struct gates){ module, &gates_ifgo_zrn, level, direction });
}

/* ---------------------------------------------------------------- from tensors */

/* What names of this module's first level begin with. */
struct first_level {
    const char *level, *way;
};

static int find_first_level(const struct request *request, const struct module *module,
                            struct first_level *first)
{
    static const struct first_level candidates[] = {
        { "", "" }, { "", "forward." }, { "l0.", "" }, { "l0.", "forward." }
    };
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++) {
        *first = candidates[i];
        if (infer_has(request, module, first->level, first->way, "recurrent_kernel"))
            return 1;
    }
    return 0;
}

static int32_t infer_bias(const struct request *request, const struct first_level *first,
                          const seqnet_tensors_entry *recurrent, struct module *module)
{
    seqnet_tensors_entry bias;
    module->has_bias = infer_find(request, module, first->level, first->way, "bias", &bias);
    if (!module->has_bias)
        return infer_form(request, recurrent, SEQNET_GRU_FORM_AUTO, module);
    return infer_form(request, &bias,
                      bias.rank == 2 ? SEQNET_GRU_FORM_RESET_AFTER : SEQNET_GRU_FORM_RESET_BEFORE,
                      module);
}

static int32_t infer_recurrent(const struct request *request, const struct first_level *first,
                               struct module *module)
{
    seqnet_tensors_entry kernel, recurrent;
    infer_find(request, module, first->level, first->way, "recurrent_kernel", &recurrent);
    RETURN_IF_ERROR(infer_rank(request, &recurrent, 2));
    RETURN_IF_ERROR(infer_size(request, &recurrent, 0, &module->hidden_size));
    RETURN_IF_ERROR(infer_cell(request, &recurrent, recurrent.shape[1], module));
    if (!infer_find(request, module, first->level, first->way, "kernel", &kernel))
        return infer_missing(request, module, "kernel");
    RETURN_IF_ERROR(infer_rank(request, &kernel, 2));
    RETURN_IF_ERROR(infer_size(request, &kernel, 0, &module->input_size));
    module->directions = *first->way ? 2 : 1;
    module->levels = 1;
    if (*first->level)
        module->levels = infer_levels(request, module, first->way, "recurrent_kernel");
    return infer_bias(request, first, &recurrent, module);
}

static int32_t infer(const struct request *request, int first, struct module *module)
{
    seqnet_tensors_entry entry;
    struct first_level level;
    (void)first;
    if (find_first_level(request, module, &level))
        return infer_recurrent(request, &level, module);
    if (infer_find(request, module, "", "", "embeddings", &entry))
        module->kind = SEQNET_EMBEDDING;
    else if (infer_find(request, module, "", "", "kernel", &entry))
        module->kind = SEQNET_LINEAR;
    else
        return infer_missing(request, module, "recurrent_kernel\", \"kernel\" or \"embeddings");
    module->has_bias = infer_has(request, module, "", "", "bias");
    return infer_matrix(request, &entry, 0, module);
}

static const char *const signs[] = { "kernel", "recurrent_kernel", "embeddings", NULL };

const struct dialect dialect_keras = {
    .name = "keras",
    .title = "Keras",
    .signs = signs,
    .has_level_parts = 1,
    .has_ways = 1,
    .has_reset_before = 1,
    .describe = describe,
    .infer = infer,
};
