/* SPDX-License-Identifier: MIT */
/* The modules of a layer that there is. */
#include "dialects/module.h"

#include <stdio.h>
#include <string.h>

static int32_t describe_recurrent(struct module *module, const seqnet_layer *layer)
{
    seqnet_recurrent_options options = SEQNET_RECURRENT_OPTIONS_INIT;
    RETURN_IF_ERROR(seqnet_recurrent_get_options(layer, &module->hidden_size, &options));
    module->proj_size = options.proj_size;
    module->levels = options.num_layers;
    module->directions = options.bidirectional ? 2 : 1;
    module->has_bias = !options.no_bias;
    module->reset_before = options.reset_before;
    return SEQNET_OK;
}

static int32_t describe_linear(struct module *module, const seqnet_layer *layer)
{
    seqnet_linear_options options = SEQNET_LINEAR_OPTIONS_INIT;
    RETURN_IF_ERROR(seqnet_linear_get_options(layer, &options));
    module->has_bias = !options.no_bias;
    module->is_tied = options.tied_embedding != NULL;
    return SEQNET_OK;
}

static int32_t describe(struct module *module, const seqnet_layer *layer, int32_t child)
{
    seqnet_layer_info info = { .struct_size = sizeof info };
    RETURN_IF_ERROR(seqnet_layer_get_info(layer, &info));
    module->child = child;
    module->kind = info.kind;
    module->input_size = info.input_size;
    module->hidden_size = info.output_size;
    if (module_is_recurrent(module))
        return describe_recurrent(module, layer);
    return info.kind == SEQNET_LINEAR ? describe_linear(module, layer) : SEQNET_OK;
}

/* The layer, or the sequential's, without those that have no tensors. */
static int32_t describe_all(struct modules *modules, const seqnet_layer *layer)
{
    seqnet_layer_info info = { .struct_size = sizeof info };
    RETURN_IF_ERROR(seqnet_layer_get_info(layer, &info));
    modules->is_sequential = info.kind == SEQNET_SEQUENTIAL;
    const int32_t count = modules->is_sequential ? info.child_count : 1;
    for (int32_t i = 0; i < count; i++) {
        struct module *const module = &modules->module[modules->count];
        const seqnet_layer *const leaf =
            modules->is_sequential ? seqnet_layer_child(layer, i) : layer;
        RETURN_IF_ERROR(describe(module, leaf, modules->is_sequential ? i : -1));
        modules->count += module->kind != SEQNET_DROPOUT;
    }
    return SEQNET_OK;
}

/* Numbers in a sequential, nothing for a single layer. */
static int32_t name_by_number(struct modules *modules, const struct request *request)
{
    char number[16];
    for (int32_t i = 0; i < modules->count; i++) {
        struct module *const module = &modules->module[i];
        snprintf(number, sizeof number, "%d", (int)module->child);
        RETURN_IF_ERROR(
            module_set_base(module, request, number, modules->is_sequential ? strlen(number) : 0));
    }
    return SEQNET_OK;
}

static int32_t name_by_options(struct modules *modules, const struct request *request)
{
    struct name_slice names[MODULE_MAX_COUNT];
    int32_t count;
    RETURN_IF_ERROR(module_names(request, names, &count));
    RETURN_UNLESS(count == modules->count, SEQNET_EINVAL,
                  "%s: options->modules = \"%s\" has %d names, the layer has %d with tensors",
                  request->function, request->modules, (int)count, (int)modules->count);
    for (int32_t i = 0; i < count; i++)
        RETURN_IF_ERROR(
            module_set_base(&modules->module[i], request, names[i].start, names[i].length));
    return SEQNET_OK;
}

static int32_t check_form(const struct modules *modules, const struct request *request)
{
    const int32_t before = request->gru_form == SEQNET_GRU_FORM_RESET_BEFORE;
    for (int32_t i = 0; i < modules->count && request->gru_form; i++) {
        const struct module *const module = &modules->module[i];
        RETURN_UNLESS(module->kind != SEQNET_GRU || module->reset_before == before, SEQNET_EINVAL,
                      "%s: options->gru_form is reset-%s, \"%s*\" of the layer is reset-%s",
                      request->function, before ? "before" : "after", module->base,
                      before ? "after" : "before");
    }
    return SEQNET_OK;
}

int32_t modules_of_layer(struct modules *modules, const struct request *request,
                         const seqnet_layer *layer)
{
    RETURN_IF_ERROR(describe_all(modules, layer));
    RETURN_IF_ERROR(request->modules ? name_by_options(modules, request)
                                     : name_by_number(modules, request));
    return check_form(modules, request);
}
