/* SPDX-License-Identifier: MIT */
#include "text/dataset_support.h"

#include "support/assert.h"

#include <string.h>

void add_sequence(seqnet_dataset *dataset, int32_t i, int32_t length, int per_step)
{
    int32_t tokens[64], targets[64];
    for (int t = 0; t < 64; t++) {
        tokens[t] = i;
        targets[t] = 1000 + i;
    }
    assert_true(length <= 64);
    assert_ok(seqnet_dataset_add(dataset, length ? tokens : NULL, length,
                                 length || !per_step ? targets : NULL));
}

seqnet_dataset *dataset_of(int32_t per_step, int32_t count, const int32_t *lengths)
{
    seqnet_dataset *dataset = NULL;
    assert_ok(seqnet_dataset_create(per_step, PAD, NULL, &dataset));
    for (int32_t i = 0; i < count; i++)
        add_sequence(dataset, i, lengths[i], per_step);
    assert_int_equal(seqnet_dataset_count(dataset), count);
    return dataset;
}

int32_t random_length(int32_t i)
{
    return (int32_t)((uint32_t)i * 2654435761u >> 26);
}

seqnet_dataset *dataset_of_random(int32_t per_step, int32_t count)
{
    int32_t lengths[MOST];
    assert_true(count <= MOST);
    for (int32_t i = 0; i < count; i++)
        lengths[i] = random_length(i);
    return dataset_of(per_step, count, lengths);
}

void next_batch(seqnet_dataset *dataset, struct batch *batch)
{
    memset(batch, 0xAA, sizeof *batch);
    assert_ok(seqnet_dataset_next(dataset, batch->inputs, batch->targets, batch->lengths,
                                  &batch->steps, &batch->batch));
}

int32_t read_epoch(seqnet_dataset *dataset, int32_t size, int32_t count, int32_t *order)
{
    struct batch batch;
    int32_t taken = 0, padding = 0;
    for (next_batch(dataset, &batch); batch.batch; next_batch(dataset, &batch)) {
        const int32_t left = count - taken;
        assert_int_equal(batch.batch, left < size ? left : size);
        int32_t longest = 1;
        for (int32_t b = 0; b < batch.batch; b++) {
            order[taken++] = batch.targets[b] - 1000;
            longest = batch.lengths[b] > longest ? batch.lengths[b] : longest;
            for (int32_t t = 0; t < batch.steps; t++)
                assert_int_equal(batch.inputs[t * batch.batch + b],
                                 t < batch.lengths[b] ? order[taken - 1] : PAD);
            padding += batch.steps - batch.lengths[b];
        }
        assert_int_equal(batch.steps, longest);
    }
    assert_int_equal(taken, count);
    return padding;
}

void assert_each_once(const int32_t *order, int32_t count)
{
    char seen[MOST] = { 0 };
    for (int32_t i = 0; i < count; i++) {
        assert_in_range(order[i], 0, count - 1);
        assert_false(seen[order[i]]);
        seen[order[i]] = 1;
    }
}
