/* SPDX-License-Identifier: MIT */
#include "dialects/discover.h"

#include "dialects/dialect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------------- names */

struct found {
    struct name_slice names[MODULE_MAX_COUNT];
    int32_t count;
    int32_t are_more; /* more than fit */
};

/* 1, and the part of a name before its last one, if `name` has two parts or more. */
static int cut(struct name_slice *name)
{
    size_t length = name->length;
    while (length > 0 && name->start[length - 1] != '.')
        length--;
    name->length = length > 0 ? length - 1 : 0;
    return length > 0;
}

/* The last part of a name. */
static struct name_slice last_part(struct name_slice name)
{
    struct name_slice rest = name;
    const size_t skipped = cut(&rest) ? rest.length + 1 : 0;
    return (struct name_slice){ name.start + skipped, name.length - skipped };
}

/* In one way of writing it: "0" and "00" would be one place in the order. */
static int is_number(struct name_slice text)
{
    size_t digits = 0;
    while (digits < text.length && text.start[digits] >= '0' && text.start[digits] <= '9')
        digits++;
    return digits > 0 && digits == text.length && digits <= 9 &&
           (digits == 1 || text.start[0] != '0');
}

static int is_way(struct name_slice part)
{
    return (part.length == 7 && !memcmp(part.start, "forward", 7)) ||
           (part.length == 8 && !memcmp(part.start, "backward", 8));
}

static int is_level(struct name_slice part)
{
    return part.length > 1 && part.start[0] == 'l' &&
           is_number((struct name_slice){ part.start + 1, part.length - 1 });
}

/* A module's name out of that of one of its tensors. */
static struct name_slice module_of(const struct dialect *dialect, const char *tensor)
{
    struct name_slice name = { tensor, strlen(tensor) };
    cut(&name);
    if (dialect->has_ways && is_way(last_part(name)))
        cut(&name);
    if (dialect->has_level_parts && is_level(last_part(name)))
        cut(&name);
    return name;
}

static int is_equal(struct name_slice a, struct name_slice b)
{
    return a.length == b.length && memcmp(a.start, b.start, a.length) == 0;
}

static void add(struct found *found, struct name_slice name)
{
    for (int32_t i = 0; i < found->count; i++)
        if (is_equal(found->names[i], name))
            return;
    if (found->count < MODULE_MAX_COUNT)
        found->names[found->count++] = name;
    else
        found->are_more = 1;
}

static int32_t list_modules(const struct request *request, struct found *found)
{
    const size_t length = strlen(request->prefix);
    seqnet_tensors_entry entry = SEQNET_TENSORS_ENTRY_INIT;
    for (int32_t i = 0; i < seqnet_tensors_count(request->tensors); i++) {
        RETURN_IF_ERROR(seqnet_tensors_info(request->tensors, i, &entry));
        if (strncmp(entry.name, request->prefix, length) == 0)
            add(found, module_of(request->dialect, entry.name + length));
    }
    return SEQNET_OK;
}

/* "a, b, c", cut where it gets long. */
static void print_names(const struct found *found, char *text, size_t size)
{
    size_t used = 0;
    *text = '\0';
    for (int32_t i = 0; i < found->count && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s\"%.*s\"", i ? ", " : "",
                                 (int)found->names[i].length, found->names[i].start);
    if (used < size && found->are_more)
        snprintf(text + used, size - used, ", ..");
}

/* ---------------------------------------------------------------- which, in which order */

static int compare_numbers(const void *a, const void *b)
{
    const long left = strtol(((const struct name_slice *)a)->start, NULL, 10);
    const long right = strtol(((const struct name_slice *)b)->start, NULL, 10);
    return (left > right) - (left < right);
}

static int32_t refuse_order(const struct request *request, const struct found *found)
{
    char names[160];
    print_names(found, names, sizeof names);
    return error_set(SEQNET_EINVAL, "%s: there are modules %s; options->modules must order them",
                     request->function, names);
}

/* The modules there are, in the order of their numbers. */
static int32_t order_found(const struct request *request, struct found *found)
{
    RETURN_UNLESS(found->count > 0, SEQNET_ENOTFOUND, "%s: no tensor begins with \"%s\"",
                  request->function, request->prefix);
    if (found->count == 1)
        return SEQNET_OK;
    for (int32_t i = 0; i < found->count; i++)
        if (!is_number(found->names[i]) || found->are_more)
            return refuse_order(request, found);
    qsort(found->names, (size_t)found->count, sizeof *found->names, compare_numbers);
    return SEQNET_OK;
}

static int32_t find_names(const struct request *request, struct found *found)
{
    if (request->modules)
        return module_names(request, found->names, &found->count);
    RETURN_IF_ERROR(list_modules(request, found));
    return order_found(request, found);
}

static int32_t refuse_name(const struct request *request, struct name_slice name)
{
    struct found found = { .count = 0 };
    char names[160];
    RETURN_IF_ERROR(list_modules(request, &found));
    print_names(&found, names, sizeof names);
    return error_set(SEQNET_ENOTFOUND, "%s: no module \"%.*s\"; there are %s", request->function,
                     (int)name.length, name.start, names);
}

/* Tensors of the module's are there: else the message lists the modules. */
static int32_t check_there(const struct request *request, const struct module *module,
                           struct name_slice name)
{
    seqnet_tensors_entry entry = SEQNET_TENSORS_ENTRY_INIT;
    for (int32_t i = 0; i < seqnet_tensors_count(request->tensors); i++) {
        RETURN_IF_ERROR(seqnet_tensors_info(request->tensors, i, &entry));
        if (strncmp(entry.name, module->base, strlen(module->base)) == 0)
            return SEQNET_OK;
    }
    return refuse_name(request, name);
}

static int32_t infer(struct modules *modules, const struct request *request,
                     const struct found *found, int32_t index)
{
    struct module *const module = &modules->module[modules->count++];
    module->child = modules->is_sequential ? index : -1;
    RETURN_IF_ERROR(
        module_set_base(module, request, found->names[index].start, found->names[index].length));
    RETURN_IF_ERROR(check_there(request, module, found->names[index]));
    RETURN_IF_ERROR(request->dialect->infer(request, index == 0, module));
    module->token_input = index == 0 && module_is_recurrent(module) && request->token_input;
    return SEQNET_OK;
}

int32_t discover_modules(struct modules *modules, const struct request *request)
{
    struct found found = { .count = 0 };
    RETURN_IF_ERROR(find_names(request, &found));
    modules->is_sequential = found.count > 1;
    for (int32_t i = 0; i < found.count; i++)
        RETURN_IF_ERROR(infer(modules, request, &found, i));
    return SEQNET_OK;
}
