/* SPDX-License-Identifier: MIT */
#include "dialects/build.h"

#include <stdio.h>

static int32_t build_recurrent(const struct module *module, const struct request *request,
                               seqnet_layer **layer)
{
    seqnet_recurrent_options options = SEQNET_RECURRENT_OPTIONS_INIT;
    options.allocator = &request->memory;
    options.num_layers = module->levels;
    options.bidirectional = module->directions == 2;
    options.no_bias = !module->has_bias;
    options.token_input = module->token_input;
    options.proj_size = module->proj_size;
    options.reset_before = module->reset_before;
    if (module->kind == SEQNET_LSTM)
        return seqnet_lstm_create(module->input_size, module->hidden_size, &options, layer);
    if (module->kind == SEQNET_GRU)
        return seqnet_gru_create(module->input_size, module->hidden_size, &options, layer);
    options.nonlinearity = request->nonlinearity;
    return seqnet_rnn_create(module->input_size, module->hidden_size, &options, layer);
}

static int32_t build_module(const struct module *module, const struct request *request,
                            seqnet_layer **layer)
{
    seqnet_embedding_options embedding = SEQNET_EMBEDDING_OPTIONS_INIT;
    seqnet_linear_options linear = SEQNET_LINEAR_OPTIONS_INIT;
    embedding.allocator = linear.allocator = &request->memory;
    linear.no_bias = !module->has_bias;
    if (module->kind == SEQNET_EMBEDDING)
        return seqnet_embedding_create(module->input_size, module->hidden_size, &embedding, layer);
    if (module->kind == SEQNET_LINEAR)
        return seqnet_linear_create(module->input_size, module->hidden_size, &linear, layer);
    return build_recurrent(module, request, layer);
}

/* Each module's output is the next one's input; here, to tell it by the names. */
static int32_t check_sizes(const struct modules *modules, const struct request *request)
{
    for (int32_t i = 1; i < modules->count; i++) {
        const struct module *const before = &modules->module[i - 1], *const module = before + 1;
        RETURN_UNLESS(module->kind != SEQNET_EMBEDDING, SEQNET_ESHAPE,
                      "%s: \"%s*\" is an embedding, only the first module may be one",
                      request->function, module->base);
        RETURN_UNLESS(module_output_size(before) == module->input_size, SEQNET_ESHAPE,
                      "%s: \"%s*\" gives %d features, \"%s*\" takes %d", request->function,
                      before->base, (int)module_output_size(before), module->base,
                      (int)module->input_size);
    }
    return SEQNET_OK;
}

static int32_t build_all(const struct modules *modules, const struct request *request,
                         seqnet_layer **layer)
{
    seqnet_layer *layers[MODULE_MAX_COUNT] = { NULL };
    int32_t code = SEQNET_OK;
    for (int32_t i = 0; i < modules->count && code == SEQNET_OK; i++)
        code = build_module(&modules->module[i], request, &layers[i]);
    if (code == SEQNET_OK)
        code = seqnet_sequential_create(layers, modules->count, &request->memory, layer);
    for (int32_t i = 0; i < modules->count; i++)
        seqnet_layer_destroy(layers[i]); /* the sequential holds references of its own */
    return code;
}

/* The message of a constructor, under the name of the function that was called. */
static int32_t fail(int32_t code, const struct request *request)
{
    char reason[256];
    snprintf(reason, sizeof reason, "%s", seqnet_error_message());
    return error_set(code, "%s: %s", request->function, reason);
}

int32_t build_layer(const struct modules *modules, const struct request *request,
                    seqnet_layer **layer)
{
    RETURN_IF_ERROR(check_sizes(modules, request));
    const int32_t code = modules->is_sequential ? build_all(modules, request, layer)
                                                : build_module(&modules->module[0], request, layer);
    return code == SEQNET_OK ? code : fail(code, request);
}
