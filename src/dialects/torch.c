/* SPDX-License-Identifier: MIT */
/*
 * PyTorch's state_dict: the parameters as the layers have them, level by level, a second direction
 * with the suffix "_reverse".
 */
#include "dialects/infer.h"

static void describe_direction(struct plan *plan, const struct module *module, int32_t level,
                               int32_t direction)
{
    const int32_t rows = module_gates(module) * module->hidden_size;
    const struct {
        const char *role;
        int32_t is_there, rows, columns;
    } parameters[] = {
        { "weight_ih", 1, rows, module_level_input(module, level) },
        { "weight_hh", 1, rows, module_state_size(module) },
        { "bias_ih", module->has_bias, rows, 0 },
        { "bias_hh", module->has_bias, rows, 0 },
        { "weight_hr", module->proj_size > 0, module->proj_size, module->hidden_size },
    };
    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++) {
        const struct parameter_name name = module_parameter(parameters[i].role, level, direction);
        if (parameters[i].is_there)
            plan_same(plan, module, name.text, name, parameters[i].rows, parameters[i].columns);
    }
}

static void describe(struct plan *plan, const struct module *module)
{
    if (!module_is_recurrent(module)) {
        plan_weight(plan, module, "weight", "bias");
        return;
    }
    for (int32_t level = 0; level < module->levels; level++)
        for (int32_t direction = 0; direction < module->directions; direction++)
            describe_direction(plan, module, level, direction);
}

/* H is the second size of weight_hr if there is one, else that of weight_hh. */
static int32_t infer_sizes(const struct request *request, const seqnet_tensors_entry *recurrent,
                           struct module *module)
{
    seqnet_tensors_entry projection;
    RETURN_IF_ERROR(infer_rank(request, recurrent, 2));
    if (!infer_find(request, module, "", "", "weight_hr_l0", &projection)) {
        RETURN_IF_ERROR(infer_size(request, recurrent, 1, &module->hidden_size));
        return infer_cell(request, recurrent, recurrent->shape[0], module);
    }
    RETURN_IF_ERROR(infer_rank(request, &projection, 2));
    RETURN_IF_ERROR(infer_size(request, &projection, 1, &module->hidden_size));
    RETURN_IF_ERROR(infer_cell(request, recurrent, recurrent->shape[0], module));
    return infer_projection(request, &projection, 0, module);
}

static int32_t infer_recurrent(const struct request *request, const seqnet_tensors_entry *recurrent,
                               struct module *module)
{
    seqnet_tensors_entry input;
    RETURN_IF_ERROR(infer_sizes(request, recurrent, module));
    if (!infer_find(request, module, "", "", "weight_ih_l0", &input))
        return infer_missing(request, module, "weight_ih_l0");
    RETURN_IF_ERROR(infer_rank(request, &input, 2));
    RETURN_IF_ERROR(infer_size(request, &input, 1, &module->input_size));
    module->has_bias = infer_has(request, module, "", "", "bias_ih_l0");
    module->directions = 1 + infer_has(request, module, "", "", "weight_ih_l0_reverse");
    while (
        module->levels < MODULE_MAX_LEVELS &&
        infer_has(request, module, "", "", module_parameter("weight_ih", module->levels, 0).text))
        module->levels++;
    const int32_t form = request->gru_form ? request->gru_form : SEQNET_GRU_FORM_RESET_AFTER;
    return infer_form(request, recurrent, form, module);
}

static int32_t infer(const struct request *request, int first, struct module *module)
{
    seqnet_tensors_entry entry;
    if (infer_find(request, module, "", "", "weight_hh_l0", &entry))
        return infer_recurrent(request, &entry, module);
    if (!infer_find(request, module, "", "", "weight", &entry))
        return infer_missing(request, module, "weight_hh_l0\" or \"weight");
    module->has_bias = infer_has(request, module, "", "", "bias");
    module->kind = first && !module->has_bias ? SEQNET_EMBEDDING : SEQNET_LINEAR;
    return infer_matrix(request, &entry, module->kind == SEQNET_LINEAR, module);
}

static const char *const signs[] = { "weight_ih_l*", "weight_hh_l*", "bias_ih_l*", "bias_hh_l*",
                                     "weight_hr_l*", "weight",       NULL };

const struct dialect dialect_torch = {
    .name = "torch",
    .title = "PyTorch",
    .signs = signs,
    .has_projection = 1,
    .describe = describe,
    .infer = infer,
};
