/* SPDX-License-Identifier: MIT */
#include "text/corpus.h"

#include "core/error.h"
#include "core/memory.h"

#include <string.h>

int32_t corpus_create(const int32_t *tokens, int64_t count, int32_t batch,
                      const seqnet_allocator *allocator, seqnet_corpus **corpus)
{
    const seqnet_allocator memory = memory_hook(allocator);
    const size_t length = (size_t)(count / batch), rows = (size_t)batch;
    seqnet_corpus *built = memory_new(&memory, sizeof *built);
    if (!built)
        goto fail;
    built->memory = memory;
    built->batch = batch;
    built->steps = count / batch - 1;
    built->tokens = memory_new_array(&memory, length * rows, sizeof *built->tokens);
    if (!built->tokens)
        goto fail;
    for (size_t b = 0; b < rows; b++)
        for (size_t t = 0; t < length; t++)
            built->tokens[t * rows + b] = tokens[b * length + t];
    *corpus = built;
    return SEQNET_OK;
fail:
    corpus_destroy(built);
    return error_set(SEQNET_ENOMEM, "seqnet_corpus_create: no memory for %lld tokens",
                     (long long)count);
}

void corpus_destroy(seqnet_corpus *corpus)
{
    if (!corpus)
        return;
    const seqnet_allocator memory = corpus->memory;
    memory_free(&memory, corpus->tokens);
    memory_free(&memory, corpus);
}

int32_t corpus_next(seqnet_corpus *corpus, int32_t max_steps, int32_t *inputs, int32_t *targets)
{
    const int64_t left = corpus->steps - corpus->position;
    const int64_t steps = left < max_steps ? left : max_steps;
    const size_t rows = (size_t)corpus->batch;
    const size_t bytes = (size_t)steps * rows * sizeof *inputs;
    const int32_t *from = corpus->tokens + (size_t)corpus->position * rows;
    memcpy(inputs, from, bytes);
    memcpy(targets, from + rows, bytes);
    corpus->position += steps;
    return (int32_t)steps;
}
