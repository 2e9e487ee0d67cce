/* SPDX-License-Identifier: MIT */
#include "api/allocator.h"
#include "text/dataset.h"

int32_t seqnet_dataset_create(int32_t targets_per_step, int32_t pad_token,
                              const seqnet_allocator *allocator, seqnet_dataset **dataset)
{
    RETURN_UNLESS(dataset, SEQNET_EINVAL, "seqnet_dataset_create: dataset = NULL");
    *dataset = NULL;
    RETURN_UNLESS(targets_per_step == 0 || targets_per_step == 1, SEQNET_EINVAL,
                  "seqnet_dataset_create: targets_per_step = %d, need 0 or 1", targets_per_step);
    RETURN_IF_ERROR(check_allocator(allocator, "seqnet_dataset_create"));
    return dataset_create(targets_per_step, pad_token, allocator, dataset);
}

void seqnet_dataset_destroy(seqnet_dataset *dataset)
{
    dataset_destroy(dataset);
}

int32_t seqnet_dataset_add(seqnet_dataset *dataset, const int32_t *tokens, int32_t length,
                           const int32_t *targets)
{
    RETURN_UNLESS(dataset, SEQNET_EINVAL, "seqnet_dataset_add: dataset = NULL");
    RETURN_UNLESS(length >= 0, SEQNET_EINVAL, "seqnet_dataset_add: length = %d, need 0 or more",
                  length);
    RETURN_UNLESS(tokens || !length, SEQNET_EINVAL, "seqnet_dataset_add: tokens = NULL");
    RETURN_UNLESS(targets || (dataset->targets_per_step && !length), SEQNET_EINVAL,
                  "seqnet_dataset_add: targets = NULL");
    return dataset_add(dataset, tokens, length, targets);
}

int64_t seqnet_dataset_count(const seqnet_dataset *dataset)
{
    return dataset ? (int64_t)dataset->count : 0;
}

int32_t seqnet_dataset_max_length(const seqnet_dataset *dataset)
{
    return dataset ? dataset->max_steps : 0;
}

int32_t seqnet_dataset_start(seqnet_dataset *dataset, int32_t batch, uint64_t seed)
{
    RETURN_UNLESS(dataset, SEQNET_EINVAL, "seqnet_dataset_start: dataset = NULL");
    RETURN_UNLESS(batch >= 1, SEQNET_EINVAL, "seqnet_dataset_start: batch = %d, need 1 or more",
                  batch);
    return dataset_start(dataset, batch, seed);
}

int64_t seqnet_dataset_position(const seqnet_dataset *dataset)
{
    return dataset ? dataset->position : 0;
}

int32_t seqnet_dataset_seek(seqnet_dataset *dataset, int64_t position)
{
    RETURN_UNLESS(dataset, SEQNET_EINVAL, "seqnet_dataset_seek: dataset = NULL");
    RETURN_UNLESS(dataset->order, SEQNET_ESTATE, "seqnet_dataset_seek: no epoch was started");
    const int64_t batches = dataset_batches(dataset);
    RETURN_UNLESS(position >= 0 && position <= batches, SEQNET_ERANGE,
                  "seqnet_dataset_seek: position = %lld, need 0..%lld", (long long)position,
                  (long long)batches);
    dataset->position = position;
    return SEQNET_OK;
}

int32_t seqnet_dataset_next(seqnet_dataset *dataset, int32_t *inputs, int32_t *targets,
                            int32_t *lengths, int32_t *steps, int32_t *batch)
{
    RETURN_UNLESS(dataset, SEQNET_EINVAL, "seqnet_dataset_next: dataset = NULL");
    RETURN_UNLESS(inputs, SEQNET_EINVAL, "seqnet_dataset_next: inputs = NULL");
    RETURN_UNLESS(targets, SEQNET_EINVAL, "seqnet_dataset_next: targets = NULL");
    RETURN_UNLESS(lengths, SEQNET_EINVAL, "seqnet_dataset_next: lengths = NULL");
    RETURN_UNLESS(steps, SEQNET_EINVAL, "seqnet_dataset_next: steps = NULL");
    RETURN_UNLESS(batch, SEQNET_EINVAL, "seqnet_dataset_next: batch = NULL");
    RETURN_UNLESS(dataset->order, SEQNET_ESTATE, "seqnet_dataset_next: no epoch was started");
    *batch = dataset_next(dataset, inputs, targets, lengths, steps);
    return SEQNET_OK;
}
