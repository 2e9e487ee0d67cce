/* SPDX-License-Identifier: MIT */
/* Weights in other libraries' names and layouts: argument checks. */
#include "dialects/interchange.h"

#include "api/allocator.h"
#include "api/check.h"
#include "core/options.h"
#include "dialects/dialect.h"
#include "io/utf8.h"

void seqnet_interchange_options_init(seqnet_interchange_options *options, size_t struct_size)
{
    options_init(options, struct_size);
}

static int32_t check_values(const char *function, const seqnet_interchange_options *o)
{
    const struct {
        const char *name;
        int32_t value, most;
    } members[] = {
        { "dialect", o->dialect, SEQNET_DIALECT_ONEDNN },
        { "gru_form", o->gru_form, SEQNET_GRU_FORM_RESET_BEFORE },
        { "nonlinearity", o->nonlinearity, SEQNET_SIGMOID },
        { "token_input", o->token_input, 1 },
    };
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        RETURN_UNLESS(members[i].value >= 0 && members[i].value <= members[i].most, SEQNET_EINVAL,
                      "%s: options->%s = %d, need 0..%d", function, members[i].name,
                      (int)members[i].value, (int)members[i].most);
    return check_allocator(o->allocator, function);
}

static int32_t check_text(const char *function, const char *name, const char *text)
{
    RETURN_UNLESS(!text || utf8_is_valid(text), SEQNET_EINVAL, "%s: options->%s is not valid UTF-8",
                  function, name);
    return SEQNET_OK;
}

static int32_t read_request(struct request *request, const char *function,
                            const seqnet_tensors *tensors,
                            const seqnet_interchange_options *options)
{
    seqnet_interchange_options o;
    RETURN_IF_ERROR(options_read(&o, sizeof o, options, function, "options"));
    RETURN_IF_ERROR(check_values(function, &o));
    RETURN_IF_ERROR(check_text(function, "prefix", o.prefix));
    RETURN_IF_ERROR(check_text(function, "modules", o.modules));
    *request = (struct request){
        .function = function,
        .dialect = dialect_get(o.dialect),
        .tensors = tensors,
        .memory = memory_hook(o.allocator),
        .prefix = o.prefix ? o.prefix : "",
        .modules = o.modules,
        .gru_form = o.gru_form,
        .nonlinearity = o.nonlinearity,
        .token_input = o.token_input,
    };
    return SEQNET_OK;
}

int32_t seqnet_layer_import(seqnet_layer *layer, const seqnet_tensors *tensors,
                            const seqnet_interchange_options *options)
{
    struct request request;
    RETURN_IF_NULL(layer);
    RETURN_IF_NULL(tensors);
    RETURN_IF_ERROR(read_request(&request, __func__, tensors, options));
    return interchange_import(&request, layer);
}

int32_t seqnet_layer_export(const seqnet_layer *layer, seqnet_tensors *tensors,
                            const seqnet_interchange_options *options)
{
    struct request request;
    RETURN_IF_NULL(layer);
    RETURN_IF_NULL(tensors);
    RETURN_IF_ERROR(read_request(&request, __func__, NULL, options));
    return interchange_export(&request, layer, tensors);
}

int32_t seqnet_layer_from_tensors(const seqnet_tensors *tensors,
                                  const seqnet_interchange_options *options, seqnet_layer **layer)
{
    struct request request;
    RETURN_IF_NULL(layer);
    *layer = NULL;
    RETURN_IF_NULL(tensors);
    RETURN_IF_ERROR(read_request(&request, __func__, tensors, options));
    return interchange_create(&request, layer);
}
