/* SPDX-License-Identifier: MIT */
#include "dialects/infer.h"

#include "dialects/check.h"

#include <stdio.h>

int infer_find(const struct request *request, const struct module *module, const char *level,
               const char *way, const char *name, seqnet_tensors_entry *entry)
{
    char full[PLAN_MAX_NAME];
    snprintf(full, sizeof full, "%s%s%s%s", module->base, level, way, name);
    return check_find(request, full, entry);
}

int32_t infer_levels(const struct request *request, const struct module *module, const char *way,
                     const char *name)
{
    char level[16] = "l0.";
    int32_t count = 0;
    while (count < MODULE_MAX_LEVELS && infer_has(request, module, level, way, name))
        snprintf(level, sizeof level, "l%d.", (int)++count);
    return count;
}

int32_t infer_rank(const struct request *request, const seqnet_tensors_entry *entry, int32_t rank)
{
    RETURN_UNLESS(entry->rank == rank, SEQNET_ESHAPE, "%s: \"%s\" is %s, need %d sizes",
                  request->function, entry->name, shape_text(entry->rank, entry->shape).text,
                  (int)rank);
    return SEQNET_OK;
}

int32_t infer_size(const struct request *request, const seqnet_tensors_entry *entry, int32_t axis,
                   int32_t *size)
{
    const int64_t found = entry->shape[axis];
    RETURN_UNLESS(found >= 1 && found <= SEQNET_MAX_SIZE, SEQNET_ESHAPE,
                  "%s: \"%s\" is %s, need sizes of 1..%d", request->function, entry->name,
                  shape_text(entry->rank, entry->shape).text, SEQNET_MAX_SIZE);
    *size = (int32_t)found;
    return SEQNET_OK;
}

int32_t infer_directions(const struct request *request, const seqnet_tensors_entry *entry,
                         int32_t axis, struct module *module)
{
    module->directions = (int32_t)entry->shape[axis];
    RETURN_UNLESS(entry->shape[axis] == 1 || entry->shape[axis] == 2, SEQNET_ESHAPE,
                  "%s: \"%s\" is %s, need 1 or 2 directions", request->function, entry->name,
                  shape_text(entry->rank, entry->shape).text);
    return SEQNET_OK;
}

int32_t infer_cell(const struct request *request, const seqnet_tensors_entry *entry, int64_t rows,
                   struct module *module)
{
    static const int32_t kinds[] = { 0, SEQNET_RNN, 0, SEQNET_GRU, SEQNET_LSTM };
    const int64_t gates = rows / module->hidden_size;
    module->kind = gates <= 4 && rows % module->hidden_size == 0 ? kinds[gates] : 0;
    RETURN_UNLESS(module->kind, SEQNET_ESHAPE,
                  "%s: \"%s\" is %s: %lld for %d units, need 1 (RNN), 3 (GRU) or 4 (LSTM) for each",
                  request->function, entry->name, shape_text(entry->rank, entry->shape).text,
                  (long long)rows, (int)module->hidden_size);
    return SEQNET_OK;
}

int32_t infer_projection(const struct request *request, const seqnet_tensors_entry *entry,
                         int32_t axis, struct module *module)
{
    RETURN_UNLESS(module->kind == SEQNET_LSTM, SEQNET_ESHAPE,
                  "%s: \"%s\" is of an LSTM, but the other tensors are not", request->function,
                  entry->name);
    RETURN_IF_ERROR(infer_size(request, entry, axis, &module->proj_size));
    RETURN_UNLESS(module->proj_size < module->hidden_size, SEQNET_ESHAPE,
                  "%s: \"%s\" is %s: %d projected to %d, need fewer", request->function,
                  entry->name, shape_text(entry->rank, entry->shape).text, (int)module->hidden_size,
                  (int)module->proj_size);
    return SEQNET_OK;
}

static const char *form_name(int32_t form)
{
    return form == SEQNET_GRU_FORM_RESET_BEFORE ? "reset-before" : "reset-after";
}

int32_t infer_form(const struct request *request, const seqnet_tensors_entry *entry, int32_t told,
                   struct module *module)
{
    const int32_t asked = request->gru_form;
    if (module->kind != SEQNET_GRU)
        return SEQNET_OK;
    RETURN_UNLESS(asked || told, SEQNET_EINVAL,
                  "%s: \"%s\" is of a GRU and no tensor tells its form; options->gru_form must",
                  request->function, entry->name);
    RETURN_UNLESS(!asked || !told || asked == told, SEQNET_EINVAL,
                  "%s: \"%s\" is %s: of a %s GRU, options->gru_form is %s", request->function,
                  entry->name, shape_text(entry->rank, entry->shape).text, form_name(told),
                  form_name(asked));
    module->reset_before = (told ? told : asked) == SEQNET_GRU_FORM_RESET_BEFORE;
    return SEQNET_OK;
}

int32_t infer_matrix(const struct request *request, const seqnet_tensors_entry *entry,
                     int32_t input_axis, struct module *module)
{
    RETURN_IF_ERROR(infer_rank(request, entry, 2));
    RETURN_IF_ERROR(infer_size(request, entry, input_axis, &module->input_size));
    return infer_size(request, entry, 1 - input_axis, &module->hidden_size);
}

int32_t infer_missing(const struct request *request, const struct module *module, const char *name)
{
    char full[PLAN_MAX_NAME];
    snprintf(full, sizeof full, "%s%s", module->base, name);
    return check_missing(request, module->base, NULL, full);
}
