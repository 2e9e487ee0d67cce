/* SPDX-License-Identifier: MIT */
/*
 * The order of an epoch, a function of (lengths, batch, seed) only: a resumed training that starts
 * the same epoch sees the same batches.
 *
 * 1. Sort the sequences by length. With a seed the length is first made up to 1/8 longer by chance,
 *    and ties are broken by chance: neighbours differ from epoch to epoch, while no more than about
 *    1/8 of a batch is padding for that.
 * 2. Cut into batches. If they do not come out even, the small one is cut out at a place of chance,
 *    so that it does not always hold the longest sequences.
 * 3. Shuffle the full batches; the small one comes last.
 */
#include "text/dataset.h"

#include "core/error.h"
#include "core/memory.h"
#include "core/random.h"

#include <stdlib.h>

/* Random streams, one a purpose, away from those of other users of a seed. */
#define STREAM_LENGTH 0x64617461736574A0u
#define STREAM_TIE 0x64617461736574A1u
#define STREAM_CUT 0x64617461736574A2u
#define STREAM_SHUFFLE 0x64617461736574A3u

struct place {
    int64_t length;
    uint32_t tie;
    int32_t index;
};

static int compare_places(const void *left, const void *right)
{
    const struct place *a = left, *b = right;
    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    if (a->tie != b->tie)
        return a->tie < b->tie ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

static void sort_sequences(const seqnet_dataset *dataset, uint64_t seed, struct place *places)
{
    for (size_t i = 0; i < dataset->count; i++) {
        const uint32_t length = (uint32_t)dataset->sequences[i].length;
        places[i] = (struct place){ length, 0, (int32_t)i };
        if (seed) {
            places[i].length += random_below(seed, STREAM_LENGTH, i, length / 8 + 1);
            places[i].tie = random_below(seed, STREAM_TIE, i, UINT32_MAX);
        }
    }
    qsort(places, dataset->count, sizeof *places, compare_places);
}

/* Numbers 0..count-1, shuffled if there is a seed (Durstenfeld 1964). */
static void shuffle(int32_t *numbers, int32_t count, uint64_t seed)
{
    for (int32_t i = 0; i < count; i++)
        numbers[i] = i;
    for (int32_t i = count - 1; seed && i > 0; i--) {
        const uint32_t j = random_below(seed, STREAM_SHUFFLE, (uint64_t)i, (uint32_t)i + 1);
        const int32_t number = numbers[i];
        numbers[i] = numbers[j];
        numbers[j] = number;
    }
}

static int32_t *copy_batch(int32_t *to, const struct place *from, size_t count)
{
    for (size_t i = 0; i < count; i++)
        *to++ = from[i].index;
    return to;
}

/* Write the sorted places to `order`, batch by batch; `batches` is room for the full ones. */
static void order_batches(const struct place *places, size_t count, size_t batch, uint64_t seed,
                          int32_t *batches, int32_t *order)
{
    const size_t full = count / batch, small = count % batch;
    const size_t cut = seed ? random_below(seed, STREAM_CUT, 0, (uint32_t)full + 1) : full;
    shuffle(batches, (int32_t)full, seed);
    for (size_t i = 0; i < full; i++) {
        const size_t number = (size_t)batches[i];
        const size_t skipped = number >= cut ? small : 0;
        order = copy_batch(order, places + number * batch + skipped, batch);
    }
    copy_batch(order, places + cut * batch, small);
}

int32_t dataset_start(seqnet_dataset *dataset, int32_t batch, uint64_t seed)
{
    const seqnet_allocator *memory = &dataset->memory;
    const size_t count = dataset->count;
    struct place *places = memory_new_array(memory, count, sizeof *places);
    int32_t *batches = memory_new_array(memory, count / (size_t)batch, sizeof *batches);
    int32_t *order = memory_new_array(memory, count, sizeof *order);
    int32_t code = SEQNET_OK;
    if (places && batches && order) {
        sort_sequences(dataset, seed, places);
        order_batches(places, count, (size_t)batch, seed, batches, order);
        memory_free(memory, dataset->order);
        dataset->order = order;
        dataset->order_count = (int32_t)count;
        dataset->batch = batch;
        dataset->position = 0;
    } else {
        memory_free(memory, order);
        code = error_set(SEQNET_ENOMEM, "seqnet_dataset_start: no memory to order %zu sequences",
                         count);
    }
    memory_free(memory, batches);
    memory_free(memory, places);
    return code;
}
