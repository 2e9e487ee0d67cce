/* SPDX-License-Identifier: MIT */
#include "dialects/plan.h"

#include "dialects/dialect.h"

#include <stdio.h>
#include <string.h>

/* An array with room for one more than `count`; NULL, and has_failed, if there is no memory. */
static void *grow(struct plan *plan, void *array, int32_t count, int32_t *capacity, size_t size)
{
    if (count < *capacity)
        return array;
    const int32_t larger = *capacity ? 2 * *capacity : 16;
    void *const moved = memory_new_array(plan->memory, (size_t)larger, size);
    if (!moved) {
        plan->has_failed = 1;
        return NULL;
    }
    if (count)
        memcpy(moved, array, (size_t)count * size);
    memory_free(plan->memory, array);
    *capacity = larger;
    return moved;
}

void plan_tensor(struct plan *plan, const struct module *module, const char *level, const char *way,
                 const char *name, struct shape shape)
{
    struct plan_tensor *const grown =
        grow(plan, plan->tensors, plan->count, &plan->capacity, sizeof *plan->tensors);
    if (grown)
        plan->tensors = grown;
    if (plan->has_failed)
        return;
    struct plan_tensor *const tensor = &plan->tensors[plan->count++];
    *tensor = (struct plan_tensor){ .module = plan->module,
                                    .first_block = plan->block_count,
                                    .rank = shape.rank };
    memcpy(tensor->shape, shape.size, sizeof tensor->shape);
    snprintf(tensor->name, sizeof tensor->name, "%s%s%s%s", module->base, level, way, name);
}

/* The tensor begun last; NULL after a failure, when there may be none. */
static struct plan_tensor *last(struct plan *plan)
{
    return plan->has_failed ? NULL : &plan->tensors[plan->count - 1];
}

void plan_tie(struct plan *plan, const struct module *module)
{
    struct plan_tensor *const tensor = last(plan);
    if (tensor)
        tensor->is_tied = module->is_tied;
}

void plan_refuse(struct plan *plan, const char *about)
{
    struct plan_tensor *const tensor = last(plan);
    if (!tensor)
        return;
    tensor->is_refused = 1;
    tensor->about = about;
}

void plan_note_form(struct plan *plan, const struct module *module)
{
    struct plan_tensor *const tensor = last(plan);
    if (tensor && module->kind == SEQNET_GRU)
        tensor->about = module->reset_before ? "a reset-before GRU" : "a reset-after GRU";
}

void plan_block(struct plan *plan, const struct block *block)
{
    struct block *const grown =
        grow(plan, plan->blocks, plan->block_count, &plan->block_capacity, sizeof *plan->blocks);
    if (grown)
        plan->blocks = grown;
    if (plan->has_failed)
        return;
    plan->blocks[plan->block_count++] = *block;
    last(plan)->block_count++;
}

void plan_same(struct plan *plan, const struct module *module, const char *name,
               struct parameter_name parameter, int32_t rows, int32_t columns)
{
    plan_tensor(plan, module, "", "", name,
                columns ? (struct shape){ 2, { rows, columns } } : (struct shape){ 1, { rows } });
    plan_block(plan, &(struct block){ .parameter = parameter,
                                      .rows = rows,
                                      .columns = columns ? columns : 1,
                                      .row_stride = columns ? columns : 1,
                                      .column_stride = 1 });
}

void plan_weight(struct plan *plan, const struct module *module, const char *weight,
                 const char *bias)
{
    const int is_linear = module->kind == SEQNET_LINEAR;
    const int32_t rows = is_linear ? module->hidden_size : module->input_size;
    const int32_t columns = is_linear ? module->input_size : module->hidden_size;
    plan_same(plan, module, weight, (struct parameter_name){ "weight" }, rows, columns);
    plan_tie(plan, module);
    if (is_linear && module->has_bias)
        plan_same(plan, module, bias, (struct parameter_name){ "bias" }, rows, 0);
}

/* What the dialect has no words for. */
static int32_t check_module(const struct request *request, const struct module *module)
{
    const struct dialect *const dialect = request->dialect;
    RETURN_UNLESS(!module->proj_size || dialect->has_projection, SEQNET_ENOTSUP,
                  "%s: \"%s*\" is an LSTM with a projection, %s has none", request->function,
                  module->base, dialect->title);
    RETURN_UNLESS(!module->reset_before || dialect->has_reset_before ||
                      request->gru_form == SEQNET_GRU_FORM_RESET_BEFORE,
                  SEQNET_ENOTSUP,
                  "%s: \"%s*\" is a reset-before GRU, %s has only reset-after ones; "
                  "options->gru_form asks for its weights all the same",
                  request->function, module->base, dialect->title);
    return SEQNET_OK;
}

int32_t plan_make(struct plan *plan, const struct request *request, const struct modules *modules)
{
    *plan = (struct plan){ .memory = &request->memory };
    for (int32_t i = 0; i < modules->count; i++) {
        RETURN_IF_ERROR(check_module(request, &modules->module[i]));
        plan->module = i;
        request->dialect->describe(plan, &modules->module[i]);
    }
    RETURN_UNLESS(!plan->has_failed, SEQNET_ENOMEM, "%s: out of memory", request->function);
    return SEQNET_OK;
}

void plan_free(struct plan *plan)
{
    if (!plan->memory)
        return;
    memory_free(plan->memory, plan->tensors);
    memory_free(plan->memory, plan->blocks);
    *plan = (struct plan){ 0 };
}
