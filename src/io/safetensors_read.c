/* SPDX-License-Identifier: MIT */
#include "core/error.h"
#include "io/safetensors.h"

#include <string.h>

/* Verify the checksum entry if there is one, and take it, which is ours, off the list. */
static int32_t verify(seqnet_tensors *tensors, const char *name)
{
    const char *const held = metadata_get(&tensors->metadata, SAFETENSORS_CHECKSUM);
    char expected[CHECKSUM_BYTES], actual[CHECKSUM_BYTES];
    if (!held)
        return SEQNET_OK;
    if (strncmp(held, CHECKSUM_VERSION, strlen(CHECKSUM_VERSION)))
        return file_refuse(name, "damaged, or of another version: its checksum is \"%.32s\"", held);
    const int fits = strlen(held) < sizeof expected;
    strcpy(expected, fits ? held : "");
    name_list_remove(&tensors->metadata, &tensors->memory, SAFETENSORS_CHECKSUM);
    checksum_write(tensors, actual);
    if (strcmp(expected, actual))
        return file_refuse(name, "damaged: its checksum is %s, need %s", actual, expected);
    tensors->has_checksum = 1;
    return SEQNET_OK;
}

int32_t safetensors_read(const struct source *source, const seqnet_allocator *memory,
                         seqnet_tensors **tensors)
{
    size_t size = 0;
    *tensors = NULL;
    seqnet_tensors *const new = tensors_new(memory);
    if (!new)
        return file_no_memory(source->name);
    int32_t code = source_read(source, memory, &new->file, &size);
    if (code == SEQNET_OK)
        code = header_parse(new, size, source->name);
    if (code == SEQNET_OK)
        code = verify(new, source->name);
    if (code != SEQNET_OK) {
        tensors_free(new);
        return code;
    }
    *tensors = new;
    return SEQNET_OK;
}
