/* SPDX-License-Identifier: MIT */
#include "io/safetensors.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

static void add_text(XXH3_state_t *state, const char *text)
{
    XXH3_64bits_update(state, text, strlen(text) + 1);
}

static void add_number(XXH3_state_t *state, uint64_t number)
{
    unsigned char bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(number >> 8 * i);
    XXH3_64bits_update(state, bytes, sizeof bytes);
}

static void add_tensor(XXH3_state_t *state, const struct tensor_entry *tensor)
{
    const size_t bytes = tensor_bytes(tensor);
    add_text(state, tensor->name);
    add_text(state, tensor_dtype_name(tensor->dtype));
    add_number(state, (uint64_t)tensor->rank);
    for (int32_t i = 0; i < tensor->rank; i++)
        add_number(state, (uint64_t)tensor->shape[i]);
    if (bytes)
        XXH3_64bits_update(state, tensor->data, bytes);
}

void checksum_write(const seqnet_tensors *tensors, char text[CHECKSUM_BYTES])
{
    XXH3_state_t state;
    XXH3_64bits_reset(&state);
    for (size_t i = 0; i < tensors->metadata.count; i++) {
        const struct metadata_entry *const entry = metadata_at(&tensors->metadata, i);
        add_text(&state, entry->key);
        add_text(&state, entry->value);
    }
    for (size_t i = 0; i < tensors->tensors.count; i++)
        add_tensor(&state, tensors_at(tensors, i));
    snprintf(text, CHECKSUM_BYTES, CHECKSUM_VERSION "%016" PRIx64,
             (uint64_t)XXH3_64bits_digest(&state));
}
