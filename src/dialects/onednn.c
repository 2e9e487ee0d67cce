/* SPDX-License-Identifier: MIT */
/*
 * oneDNN: arrays of an RNN primitive in the logical order of their dimensions, levels, directions,
 * inputs, gates, outputs; gates i f c o and u r o; one bias, the sum, but for the linear-before-
 * reset GRU, which has a fourth. Several levels of one primitive take inputs of equal size, and in
 * two directions they would not meet before the end, so those are primitives of their own.
 */
#include "dialects/gates.h"
#include "dialects/infer.h"

static int is_one_primitive(const struct module *module)
{
    return module->levels == 1 ||
           (module->directions == 1 && module->input_size == module_output_size(module));
}

/* A primitive: its levels, and what its names begin with. */
struct primitive {
    const struct module *module;
    const char *part;
    int32_t first;
    int32_t levels;
};

/* A tensor of which each direction of each level has `size` elements, in a shape of their own. */
static void begin(struct plan *plan, const struct primitive *primitive, const char *name,
                  struct shape inner)
{
    struct shape shape = { inner.rank + 2, { primitive->levels, primitive->module->directions } };
    for (int32_t axis = 0; axis < inner.rank; axis++)
        shape.size[axis + 2] = inner.size[axis];
    plan_tensor(plan, primitive->module, primitive->part, "", name, shape);
}

/* Number `index` of all directions of a primitive's levels. */
static struct gates gates_of(const struct primitive *primitive, int32_t index)
{
    const int32_t directions = primitive->module->directions;
    return (struct gates){ primitive->module, &gates_ifgo_zrn,
                           primitive->first + index / directions, index % directions };
}

static int32_t count_of(const struct primitive *primitive)
{
    return primitive->levels * primitive->module->directions;
}

static void describe_matrix(struct plan *plan, const struct primitive *primitive, const char *name,
                            const char *role, int32_t columns)
{
    const int64_t hidden = primitive->module->hidden_size;
    const int64_t gates = module_gates(primitive->module), row = gates * hidden;
    begin(plan, primitive, name, (struct shape){ 3, { columns, gates, hidden } });
    for (int32_t i = 0; i < count_of(primitive); i++) {
        const struct gates at = gates_of(primitive, i);
        gates_matrix(plan, &at, role, (struct gate_place){ i * row * columns, hidden, 1, row });
    }
}

static void describe_bias(struct plan *plan, const struct primitive *primitive)
{
    const int64_t hidden = primitive->module->hidden_size;
    const int has_four = module_is_reset_after(primitive->module);
    const int64_t blocks = has_four ? 4 : module_gates(primitive->module);
    begin(plan, primitive, "bias", (struct shape){ 2, { blocks, hidden } });
    plan_note_form(plan, primitive->module);
    for (int32_t i = 0; i < count_of(primitive); i++) {
        const struct gates at = gates_of(primitive, i);
        const struct gate_place place = { i * blocks * hidden, hidden, 1, 0 };
        if (has_four)
            gates_bias_four(plan, &at, place);
        else
            gates_bias_sum(plan, &at, place);
    }
}

static void describe_projection(struct plan *plan, const struct primitive *primitive)
{
    const int32_t hidden = primitive->module->hidden_size, size = primitive->module->proj_size;
    begin(plan, primitive, "weights_projection", (struct shape){ 2, { hidden, size } });
    for (int32_t i = 0; i < count_of(primitive); i++) {
        const struct gates at = gates_of(primitive, i);
        plan_block(plan, &(struct block){ .parameter =
                                              module_parameter("weight_hr", at.level, at.direction),
                                          .rows = size,
                                          .columns = hidden,
                                          .offset = (int64_t)i * hidden * size,
                                          .row_stride = 1,
                                          .column_stride = size });
    }
}

static void describe_primitive(struct plan *plan, const struct primitive *primitive)
{
    const struct module *const module = primitive->module;
    describe_matrix(plan, primitive, "weights_layer", "weight_ih",
                    module_level_input(module, primitive->first));
    describe_matrix(plan, primitive, "weights_iter", "weight_hh", module_state_size(module));
    if (module->has_bias)
        describe_bias(plan, primitive);
    if (module->proj_size)
        describe_projection(plan, primitive);
}

static void describe(struct plan *plan, const struct module *module)
{
    if (!module_is_recurrent(module)) {
        plan_weight(plan, module, module->kind == SEQNET_EMBEDDING ? "table" : "weights", "bias");
        return;
    }
    if (is_one_primitive(module)) {
        describe_primitive(plan, &(struct primitive){ module, "", 0, module->levels });
        return;
    }
    for (int32_t level = 0; level < module->levels; level++) {
        const struct level_part part = module_level_part(module, level);
        describe_primitive(plan, &(struct primitive){ module, part.text, level, 1 });
    }
}

/* ---------------------------------------------------------------- from tensors */

static int32_t infer_bias(const struct request *request, const char *level,
                          const seqnet_tensors_entry *recurrent, struct module *module)
{
    seqnet_tensors_entry bias;
    module->has_bias = infer_find(request, module, level, "", "bias", &bias);
    if (!module->has_bias)
        return infer_form(request, recurrent, SEQNET_GRU_FORM_AUTO, module);
    RETURN_IF_ERROR(infer_rank(request, &bias, 4));
    return infer_form(
        request, &bias,
        bias.shape[2] == 4 ? SEQNET_GRU_FORM_RESET_AFTER : SEQNET_GRU_FORM_RESET_BEFORE, module);
}

/* (L, D, R, G, H) */
static int32_t infer_sizes(const struct request *request, const char *level,
                           const seqnet_tensors_entry *recurrent, struct module *module)
{
    seqnet_tensors_entry projection;
    RETURN_IF_ERROR(infer_rank(request, recurrent, 5));
    RETURN_IF_ERROR(infer_directions(request, recurrent, 1, module));
    RETURN_IF_ERROR(infer_size(request, recurrent, 4, &module->hidden_size));
    RETURN_UNLESS(recurrent->shape[3] <= 4, SEQNET_ESHAPE, "%s: \"%s\" is %s, need 1, 3 or 4 gates",
                  request->function, recurrent->name,
                  shape_text(recurrent->rank, recurrent->shape).text);
    RETURN_IF_ERROR(
        infer_cell(request, recurrent, recurrent->shape[3] * module->hidden_size, module));
    RETURN_UNLESS(recurrent->shape[0] >= 1 && recurrent->shape[0] <= MODULE_MAX_LEVELS,
                  SEQNET_ESHAPE, "%s: \"%s\" is %s, need 1..%d levels", request->function,
                  recurrent->name, shape_text(recurrent->rank, recurrent->shape).text,
                  MODULE_MAX_LEVELS);
    module->levels =
        *level ? infer_levels(request, module, "", "weights_iter") : (int32_t)recurrent->shape[0];
    if (!infer_find(request, module, level, "", "weights_projection", &projection))
        return SEQNET_OK;
    RETURN_IF_ERROR(infer_rank(request, &projection, 4));
    return infer_projection(request, &projection, 3, module);
}

static int32_t infer_recurrent(const struct request *request, const char *level,
                               const seqnet_tensors_entry *recurrent, struct module *module)
{
    seqnet_tensors_entry input;
    RETURN_IF_ERROR(infer_sizes(request, level, recurrent, module));
    if (!infer_find(request, module, level, "", "weights_layer", &input))
        return infer_missing(request, module, "weights_layer");
    RETURN_IF_ERROR(infer_rank(request, &input, 5));
    RETURN_IF_ERROR(infer_size(request, &input, 2, &module->input_size));
    return infer_bias(request, level, recurrent, module);
}

static int32_t infer(const struct request *request, int first, struct module *module)
{
    seqnet_tensors_entry entry;
    (void)first;
    if (infer_find(request, module, "", "", "weights_iter", &entry))
        return infer_recurrent(request, "", &entry, module);
    if (infer_find(request, module, "l0.", "", "weights_iter", &entry))
        return infer_recurrent(request, "l0.", &entry, module);
    if (infer_find(request, module, "", "", "table", &entry))
        module->kind = SEQNET_EMBEDDING;
    else if (infer_find(request, module, "", "", "weights", &entry))
        module->kind = SEQNET_LINEAR;
    else
        return infer_missing(request, module, "weights_iter\", \"weights\" or \"table");
    module->has_bias = infer_has(request, module, "", "", "bias");
    return infer_matrix(request, &entry, module->kind == SEQNET_LINEAR, module);
}

static const char *const signs[] = { "weights_layer", "weights_iter", "weights_projection",
                                     "weights",       "table",        NULL };

const struct dialect dialect_onednn = {
    .name = "onednn",
    .title = "oneDNN",
    .signs = signs,
    .has_level_parts = 1,
    .has_projection = 1,
    .has_reset_before = 1,
    .describe = describe,
    .infer = infer,
};
