/* SPDX-License-Identifier: MIT */
/*
 * What a file that was read holds: life and look-ups. The header is parsed in safetensors_header.c.
 */
#include "core/error.h"
#include "core/memory.h"
#include "io/safetensors_file.h"

#include <stdlib.h>
#include <string.h>

void safetensors_free(struct safetensors_file *file)
{
    if (!file)
        return;
    const seqnet_allocator memory = file->memory;
    for (size_t i = 0; i < file->count; i++)
        memory_free(&memory, (char *)file->tensors[i].name);
    for (size_t i = 0; i < file->metadata_count; i++) {
        memory_free(&memory, (char *)file->metadata[i].key);
        memory_free(&memory, (char *)file->metadata[i].value);
    }
    memory_free(&memory, file->tensors);
    memory_free(&memory, file->metadata);
    memory_free(&memory, file->bytes);
    memory_free(&memory, file);
}

static struct metadata_entry *find_metadata(const struct safetensors_file *file, const char *key)
{
    const struct metadata_entry wanted = { key, NULL };
    if (!file->metadata_count)
        return NULL;
    return bsearch(&wanted, file->metadata, file->metadata_count, sizeof wanted,
                   metadata_compare_keys);
}

/* Take the checksum entry, which is ours, off the list. */
static void drop_checksum(struct safetensors_file *file, struct metadata_entry *entry)
{
    memory_free(&file->memory, (char *)entry->key);
    memory_free(&file->memory, (char *)entry->value);
    const size_t after = file->metadata_count - (size_t)(entry - file->metadata) - 1;
    memmove(entry, entry + 1, after * sizeof *entry);
    file->metadata_count--;
}

/* Verify the checksum entry if there is one. */
static int32_t verify(struct safetensors_file *file, const char *path)
{
    struct metadata_entry *const entry = find_metadata(file, SAFETENSORS_CHECKSUM);
    char expected[CHECKSUM_BYTES], actual[CHECKSUM_BYTES];
    if (!entry)
        return SEQNET_OK;
    if (strncmp(entry->value, CHECKSUM_VERSION, strlen(CHECKSUM_VERSION)))
        return file_refuse(path, "damaged, or of another version: its checksum is \"%.32s\"",
                           entry->value);
    const int fits = strlen(entry->value) < sizeof expected;
    strcpy(expected, fits ? entry->value : "");
    drop_checksum(file, entry);
    checksum_write(
        &(struct contents){ file->metadata, file->metadata_count, file->tensors, file->count },
        actual);
    if (strcmp(expected, actual))
        return file_refuse(path, "damaged: its checksum is %s, need %s", actual, expected);
    file->verified = 1;
    return SEQNET_OK;
}

int32_t safetensors_read(const char *path, const seqnet_allocator *allocator,
                         struct safetensors_file **file)
{
    const seqnet_allocator memory = memory_hook(allocator);
    *file = NULL;
    struct safetensors_file *const new = memory_new(&memory, sizeof *new);
    if (!new)
        return error_set(SEQNET_ENOMEM, "safetensors_read: no memory");
    new->memory = memory;
    int32_t code = file_read(path, PTRDIFF_MAX, &memory, &new->bytes, &new->size);
    if (code == SEQNET_OK)
        code = header_parse(new, path);
    if (code == SEQNET_OK)
        code = verify(new, path);
    if (code != SEQNET_OK) {
        safetensors_free(new);
        return code;
    }
    *file = new;
    return SEQNET_OK;
}

/* ---------------------------------------------------------------- look-ups */

size_t safetensors_count(const struct safetensors_file *file)
{
    return file->count;
}

const struct tensor_entry *safetensors_tensor(const struct safetensors_file *file, size_t index)
{
    return index < file->count ? &file->tensors[index] : NULL;
}

const struct tensor_entry *safetensors_find(const struct safetensors_file *file, const char *name)
{
    const struct tensor_entry key = { .name = name };
    return bsearch(&key, file->tensors, file->count, sizeof key, tensor_compare_names);
}

int32_t safetensors_get_floats(const struct safetensors_file *file, const char *name, float *out,
                               int64_t count)
{
    const struct tensor_entry *const tensor = safetensors_find(file, name);
    RETURN_UNLESS(tensor, SEQNET_ENOTFOUND, "safetensors_get_floats: no tensor %s", name);
    const size_t held = tensor_count(tensor);
    RETURN_UNLESS(count >= 0 && (size_t)count == held, SEQNET_ESHAPE,
                  "safetensors_get_floats: tensor %s: count = %lld, need %zu", name,
                  (long long)count, held);
    RETURN_UNLESS(tensor_to_floats(tensor->dtype, tensor->data, held, out), SEQNET_EFORMAT,
                  "safetensors_get_floats: tensor %s: dtype = %s, need F32, F64, F16 or BF16", name,
                  tensor_dtype_name(tensor->dtype));
    return SEQNET_OK;
}

size_t safetensors_metadata_count(const struct safetensors_file *file)
{
    return file->metadata_count;
}

const struct metadata_entry *safetensors_metadata(const struct safetensors_file *file, size_t index)
{
    return index < file->metadata_count ? &file->metadata[index] : NULL;
}

const char *safetensors_get_metadata(const struct safetensors_file *file, const char *key)
{
    const struct metadata_entry *const entry = find_metadata(file, key);
    return entry ? entry->value : NULL;
}

int safetensors_is_verified(const struct safetensors_file *file)
{
    return file->verified;
}
