/* SPDX-License-Identifier: MIT */
#include "dialects/module.h"

#include <stdio.h>
#include <string.h>

struct level_part module_level_part(const struct module *module, int32_t level)
{
    struct level_part part = { "" };
    if (module->levels > 1)
        snprintf(part.text, sizeof part.text, "l%d.", (int)level);
    return part;
}

struct parameter_name module_parameter(const char *role, int32_t level, int32_t direction)
{
    struct parameter_name name;
    snprintf(name.text, sizeof name.text, "%s_l%d%s", role, (int)level,
             direction ? "_reverse" : "");
    return name;
}

int32_t modules_new(struct modules *modules, const struct request *request)
{
    *modules = (struct modules){ 0 };
    modules->module = memory_new_array(&request->memory, MODULE_MAX_COUNT, sizeof *modules->module);
    RETURN_UNLESS(modules->module, SEQNET_ENOMEM, "%s: out of memory", request->function);
    return SEQNET_OK;
}

void modules_free(struct modules *modules, const struct request *request)
{
    memory_free(&request->memory, modules->module);
    *modules = (struct modules){ 0 };
}

int32_t module_set_base(struct module *module, const struct request *request, const char *name,
                        size_t length)
{
    const size_t needed = strlen(request->prefix) + length + (length > 0);
    RETURN_UNLESS(needed < sizeof module->base, SEQNET_EINVAL,
                  "%s: prefix and name of a module have %zu bytes, need at most %zu",
                  request->function, needed, sizeof module->base - 1);
    snprintf(module->base, sizeof module->base, "%s%.*s%s", request->prefix, (int)length, name,
             length ? "." : "");
    return SEQNET_OK;
}

/* ---------------------------------------------------------------- names from the options */

static int is_listed(const struct name_slice *names, int32_t count, struct name_slice name)
{
    for (int32_t i = 0; i < count; i++)
        if (names[i].length == name.length && !memcmp(names[i].start, name.start, name.length))
            return 1;
    return 0;
}

int32_t module_names(const struct request *request, struct name_slice names[MODULE_MAX_COUNT],
                     int32_t *count)
{
    const char *start = request->modules;
    *count = 0;
    for (;;) {
        const struct name_slice name = { start, strcspn(start, ",") };
        RETURN_UNLESS(name.length > 0, SEQNET_EINVAL,
                      "%s: options->modules = \"%s\" has an empty name", request->function,
                      request->modules);
        RETURN_UNLESS(!is_listed(names, *count, name), SEQNET_EINVAL,
                      "%s: options->modules = \"%s\" has \"%.*s\" twice", request->function,
                      request->modules, (int)name.length, name.start);
        RETURN_UNLESS(*count < MODULE_MAX_COUNT, SEQNET_EINVAL,
                      "%s: options->modules has more than %d names", request->function,
                      MODULE_MAX_COUNT);
        names[(*count)++] = name;
        if (!name.start[name.length])
            return SEQNET_OK;
        start += name.length + 1;
    }
}

int modules_claim(const struct modules *modules, const struct request *request, const char *name)
{
    if (!request->modules)
        return strncmp(name, request->prefix, strlen(request->prefix)) == 0;
    for (int32_t i = 0; i < modules->count; i++) {
        const char *const base = modules->module[i].base;
        if (strncmp(name, base, strlen(base)) == 0)
            return 1;
    }
    return 0;
}
