/* SPDX-License-Identifier: MIT */
#include "dialects/check.h"

#include "dialects/dialect.h"
#include "dialects/shape_text.h"
#include "io/tensors.h"

#include <stdio.h>
#include <string.h>

int check_find(const struct request *request, const char *name, seqnet_tensors_entry *entry)
{
    *entry = (seqnet_tensors_entry)SEQNET_TENSORS_ENTRY_INIT;
    return tensors_find(request->tensors, name) &&
           seqnet_tensors_find(request->tensors, name, entry) == SEQNET_OK;
}

/* ---------------------------------------------------------------- missing */

static int is_planned(const struct plan *plan, const char *name)
{
    for (int32_t i = 0; plan && i < plan->count; i++)
        if (strcmp(plan->tensors[i].name, name) == 0)
            return 1;
    return 0;
}

/* How well a tensor explains that one of the module is missing: 0 not at all. */
static int explains(const struct request *request, const char *base, const struct plan *plan,
                    const char *name)
{
    if (is_planned(plan, name))
        return 0;
    if (strncmp(name, base, strlen(base)) != 0)
        return 1;
    const struct dialect *const other = dialect_of_name(name);
    return other && other != request->dialect ? 3 : 2;
}

int32_t check_missing(const struct request *request, const char *base, const struct plan *plan,
                      const char *name)
{
    const char *found = NULL;
    seqnet_tensors_entry entry = SEQNET_TENSORS_ENTRY_INIT;
    int best = 0;
    for (int32_t i = 0; i < seqnet_tensors_count(request->tensors); i++) {
        RETURN_IF_ERROR(seqnet_tensors_info(request->tensors, i, &entry));
        const int worth = explains(request, base, plan, entry.name);
        found = worth > best ? entry.name : found;
        best = worth > best ? worth : best;
    }
    const struct dialect *const other = found ? dialect_of_name(found) : NULL;
    if (!found)
        return error_set(SEQNET_ENOTFOUND, "%s: no tensor \"%s\"", request->function, name);
    if (!other || other == request->dialect)
        return error_set(SEQNET_ENOTFOUND, "%s: no tensor \"%s\"; found \"%s\"", request->function,
                         name, found);
    return error_set(SEQNET_ENOTFOUND, "%s: no tensor \"%s\"; found \"%s\" (%s?)",
                     request->function, name, found, other->name);
}

/* ---------------------------------------------------------------- wrong */

static int32_t check_dtype(const struct request *request, const seqnet_tensors_entry *entry)
{
    const int is_float = entry->dtype >= SEQNET_DTYPE_F64 && entry->dtype <= SEQNET_DTYPE_BF16;
    const char *const name = seqnet_dtype_name(entry->dtype);
    RETURN_UNLESS(is_float, SEQNET_ENOTSUP, "%s: \"%s\" is of %s, need F32, F64, F16 or BF16",
                  request->function, entry->name, name ? name : "an unknown type");
    return SEQNET_OK;
}

static int32_t check_shape(const struct request *request, const struct plan_tensor *tensor,
                           const seqnet_tensors_entry *entry)
{
    int is_equal = entry->rank == tensor->rank;
    for (int32_t axis = 0; is_equal && axis < tensor->rank; axis++)
        is_equal = entry->shape[axis] == tensor->shape[axis];
    RETURN_UNLESS(is_equal, SEQNET_ESHAPE, "%s: \"%s\" is %s, need %s%s%s", request->function,
                  entry->name, shape_text(entry->rank, entry->shape).text,
                  shape_text(tensor->rank, tensor->shape).text, tensor->about ? " of " : "",
                  tensor->about ? tensor->about : "");
    return SEQNET_OK;
}

static int is_zero(const float *values, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        if (values[i] != 0)
            return 0;
    return 1;
}

/* What no layer here can do is fine as long as it does nothing. */
static int32_t check_zero(const struct request *request, const struct plan_tensor *tensor)
{
    const int64_t count = plan_elements(tensor);
    float *const values = memory_new_array(&request->memory, (size_t)count, sizeof *values);
    RETURN_UNLESS(values, SEQNET_ENOMEM, "%s: out of memory", request->function);
    int32_t code = seqnet_tensors_get(request->tensors, tensor->name, values, count);
    if (code == SEQNET_OK && !is_zero(values, count))
        code = error_set(SEQNET_ENOTSUP, "%s: \"%s\": %s are not supported, need zeros",
                         request->function, tensor->name, tensor->about);
    memory_free(&request->memory, values);
    return code;
}

static int32_t check_tensor(const struct request *request, const struct modules *modules,
                            const struct plan *plan, const struct plan_tensor *tensor)
{
    seqnet_tensors_entry entry;
    if (!check_find(request, tensor->name, &entry)) {
        if (tensor->is_tied || tensor->is_refused)
            return SEQNET_OK;
        return check_missing(request, modules->module[tensor->module].base, plan, tensor->name);
    }
    RETURN_IF_ERROR(check_dtype(request, &entry));
    RETURN_IF_ERROR(check_shape(request, tensor, &entry));
    return tensor->is_refused ? check_zero(request, tensor) : SEQNET_OK;
}

/* ---------------------------------------------------------------- left over */

/* A tensor that the modules claim and that is not in the plan; NULL: there is none. */
static int32_t find_stray(const struct request *request, const struct modules *modules,
                          const struct plan *plan, const char **stray)
{
    seqnet_tensors_entry entry = SEQNET_TENSORS_ENTRY_INIT;
    for (int32_t i = 0; i < seqnet_tensors_count(request->tensors) && !*stray; i++) {
        RETURN_IF_ERROR(seqnet_tensors_info(request->tensors, i, &entry));
        if (modules_claim(modules, request, entry.name) && !is_planned(plan, entry.name))
            *stray = entry.name;
    }
    return SEQNET_OK;
}

static int32_t check_nothing_left(const struct request *request, const struct modules *modules,
                                  const struct plan *plan)
{
    const char *stray = NULL;
    RETURN_IF_ERROR(find_stray(request, modules, plan, &stray));
    RETURN_UNLESS(!stray, SEQNET_ESHAPE, "%s: \"%s\" is no tensor of the layer", request->function,
                  stray);
    return SEQNET_OK;
}

int32_t check_tensors(const struct request *request, const struct modules *modules,
                      const struct plan *plan)
{
    for (int32_t i = 0; i < plan->count; i++)
        RETURN_IF_ERROR(check_tensor(request, modules, plan, &plan->tensors[i]));
    return check_nothing_left(request, modules, plan);
}
