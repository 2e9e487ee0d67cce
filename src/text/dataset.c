/* SPDX-License-Identifier: MIT */
#include "text/dataset.h"

#include "core/error.h"
#include "core/memory.h"
#include "core/size.h"
#include "text/array.h"

#include <string.h>

int32_t dataset_create(int32_t targets_per_step, int32_t pad_token,
                       const seqnet_allocator *allocator, seqnet_dataset **dataset)
{
    const seqnet_allocator memory = memory_hook(allocator);
    seqnet_dataset *built = memory_new(&memory, sizeof *built);
    RETURN_UNLESS(built, SEQNET_ENOMEM, "seqnet_dataset_create: no memory for a dataset");
    built->memory = memory;
    built->targets_per_step = targets_per_step;
    built->pad_token = pad_token;
    *dataset = built;
    return SEQNET_OK;
}

void dataset_destroy(seqnet_dataset *dataset)
{
    if (!dataset)
        return;
    const seqnet_allocator memory = dataset->memory;
    memory_free(&memory, dataset->sequences);
    memory_free(&memory, dataset->tokens);
    memory_free(&memory, dataset->targets);
    memory_free(&memory, dataset->order);
    memory_free(&memory, dataset);
}

static int reserve_integers(const seqnet_allocator *memory, int32_t **block, size_t used,
                            size_t *capacity, size_t more)
{
    int32_t *larger =
        array_grow(memory, *block, used, capacity, size_add(used, more), sizeof *larger);
    if (larger)
        *block = larger;
    return larger != NULL;
}

/* Room for one more sequence; changes nothing that can be seen. */
static int reserve(seqnet_dataset *dataset, size_t length, size_t targets)
{
    struct sequence *larger =
        array_grow(&dataset->memory, dataset->sequences, dataset->count,
                   &dataset->sequence_capacity, dataset->count + 1, sizeof *larger);
    if (!larger)
        return 0;
    dataset->sequences = larger;
    return reserve_integers(&dataset->memory, &dataset->tokens, dataset->token_count,
                            &dataset->token_capacity, length) &&
           reserve_integers(&dataset->memory, &dataset->targets, dataset->target_count,
                            &dataset->target_capacity, targets);
}

static void append(int32_t *block, size_t *used, const int32_t *items, size_t count)
{
    if (count)
        memcpy(block + *used, items, count * sizeof *items);
    *used += count;
}

int32_t dataset_add(seqnet_dataset *dataset, const int32_t *tokens, int32_t length,
                    const int32_t *targets)
{
    const size_t target_count = dataset->targets_per_step ? (size_t)length : 1;
    RETURN_UNLESS(dataset->count < INT32_MAX, SEQNET_ENOTSUP,
                  "seqnet_dataset_add: the dataset has %d sequences, which is the most", INT32_MAX);
    RETURN_UNLESS(reserve(dataset, (size_t)length, target_count), SEQNET_ENOMEM,
                  "seqnet_dataset_add: no memory for length = %d more tokens", length);
    if (!dataset->count)
        dataset->max_steps = 1;
    dataset->sequences[dataset->count++] = (struct sequence){ dataset->token_count, length };
    append(dataset->tokens, &dataset->token_count, tokens, (size_t)length);
    append(dataset->targets, &dataset->target_count, targets, target_count);
    if (length > dataset->max_steps)
        dataset->max_steps = length;
    return SEQNET_OK;
}

int64_t dataset_batches(const seqnet_dataset *dataset)
{
    return dataset->order ? ((int64_t)dataset->order_count + dataset->batch - 1) / dataset->batch
                          : 0;
}

/* The longest sequence of a batch, at least 1. */
static int32_t longest(const seqnet_dataset *dataset, const int32_t *order, int32_t batch)
{
    int32_t steps = 1;
    for (int32_t b = 0; b < batch; b++) {
        const int32_t length = dataset->sequences[order[b]].length;
        if (length > steps)
            steps = length;
    }
    return steps;
}

/* Column b of a (steps, batch) array: a sequence's items, then padding. */
static void write_column(int32_t *column, int32_t batch, int32_t steps, const int32_t *items,
                         int32_t length, int32_t padding)
{
    for (int32_t t = 0; t < steps; t++)
        column[(size_t)t * (size_t)batch] = t < length ? items[t] : padding;
}

int32_t dataset_next(seqnet_dataset *dataset, int32_t *inputs, int32_t *targets, int32_t *lengths,
                     int32_t *steps)
{
    if (dataset->position == dataset_batches(dataset)) {
        *steps = 0;
        return 0;
    }
    const int64_t first = dataset->position++ * dataset->batch;
    const int64_t left = dataset->order_count - first;
    const int32_t batch = left < dataset->batch ? (int32_t)left : dataset->batch;
    const int32_t *order = dataset->order + first;
    *steps = longest(dataset, order, batch);
    for (int32_t b = 0; b < batch; b++) {
        const struct sequence sequence = dataset->sequences[order[b]];
        lengths[b] = sequence.length;
        write_column(inputs + b, batch, *steps, dataset->tokens + sequence.start, sequence.length,
                     dataset->pad_token);
        if (dataset->targets_per_step)
            write_column(targets + b, batch, *steps, dataset->targets + sequence.start,
                         sequence.length, -1);
        else
            targets[b] = dataset->targets[order[b]];
    }
    return batch;
}
