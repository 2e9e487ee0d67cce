/* SPDX-License-Identifier: MIT */
#include "io/safetensors.h"

#include <inttypes.h>
#include <stdio.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

void checksum_write(const struct file_piece *pieces, size_t count, char text[CHECKSUM_BYTES])
{
    XXH3_state_t state;
    XXH3_64bits_reset(&state);
    for (size_t i = 0; i < count; i++)
        if (pieces[i].bytes)
            XXH3_64bits_update(&state, pieces[i].data, pieces[i].bytes);
    snprintf(text, CHECKSUM_BYTES, "%016" PRIx64, (uint64_t)XXH3_64bits_digest(&state));
}
