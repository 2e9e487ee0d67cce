/* SPDX-License-Identifier: MIT */
#include "labels.h"
#include "memory.h"
#include "report.h"

#include <stdlib.h>
#include <string.h>

static int compare_slices(const void *a, const void *b)
{
    const struct slice *left = a;
    const struct slice *right = b;
    const size_t common = left->size < right->size ? left->size : right->size;
    const int order = memcmp(left->bytes, right->bytes, common);
    return order ? order : (left->size > right->size) - (left->size < right->size);
}

/* Keeps the different ones of `count` slices. */
static void collect(struct labels *labels, struct slice *names, int64_t count)
{
    qsort(names, (size_t)count, sizeof(*names), compare_slices);
    for (int64_t i = 0; i < count; i++) {
        if (i > 0 && compare_slices(&names[i], &names[i - 1]) == 0)
            continue;
        labels->name = memory_grow(labels->name, (size_t)labels->count, sizeof(*labels->name));
        labels->name[labels->count++] = memory_text(names[i].bytes, names[i].size);
    }
}

/* JSON can hold it: UTF-8 without a 0. */
static int is_text(struct slice name)
{
    json_t *string = memchr(name.bytes, 0, name.size) ? NULL : json_stringn(name.bytes, name.size);
    const int good = string != NULL;
    json_decref(string);
    return good;
}

static int check(const struct labels *labels, const struct slice *names, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        if (!is_text(names[i]))
            return report(STATUS_USAGE, "label %lld is not valid UTF-8", (long long)i + 1);
    if (labels->count < 2)
        return report(STATUS_USAGE, "only one label ('%s'), need two or more", labels->name[0]);
    return STATUS_OK;
}

int labels_collect(struct labels *labels, const struct slice *names, int64_t count)
{
    *labels = (struct labels){ 0 };
    struct slice *sorted = memory_array((size_t)count, sizeof(*sorted));
    memcpy(sorted, names, (size_t)count * sizeof(*sorted));
    collect(labels, sorted, count);
    free(sorted);
    return check(labels, names, count);
}

void labels_free(struct labels *labels)
{
    for (int32_t i = 0; i < labels->count; i++)
        free(labels->name[i]);
    free(labels->name);
    *labels = (struct labels){ 0 };
}

int32_t labels_find(const struct labels *labels, struct slice name)
{
    int32_t low = 0;
    int32_t high = labels->count;
    while (low < high) {
        const int32_t middle = low + (high - low) / 2;
        const struct slice here = { labels->name[middle], strlen(labels->name[middle]) };
        const int order = compare_slices(&name, &here);
        if (order == 0)
            return middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return -1;
}

json_t *labels_to_json(const struct labels *labels)
{
    json_t *array = json_array();
    for (int32_t i = 0; i < labels->count; i++)
        json_array_append_new(array, json_string(labels->name[i]));
    return array;
}

int labels_from_json(struct labels *labels, const json_t *array)
{
    const size_t count = json_array_size(array);
    struct slice *names = memory_array(count, sizeof(*names));
    *labels = (struct labels){ 0 };
    size_t strings = 0;
    for (; strings < count; strings++) {
        const json_t *name = json_array_get(array, strings);
        if (!json_is_string(name))
            break;
        names[strings] = (struct slice){ json_string_value(name), json_string_length(name) };
    }
    if (strings == count)
        collect(labels, names, (int64_t)count);
    free(names);
    return (size_t)labels->count == count && count >= 2;
}
