/* SPDX-License-Identifier: MIT */
/* Short sequences in padded batches. */
#include "feed.h"
#include "memory.h"

#include <stdlib.h>

struct dataset_feed {
    struct feed feed;
    seqnet_dataset *dataset;
    int32_t *inputs, *targets; /* (max_steps, max_batch) */
    int32_t *lengths;          /* (max_batch) */
};

static int32_t dataset_start(struct feed *feed, uint64_t seed)
{
    return seqnet_dataset_start(((struct dataset_feed *)feed)->dataset, feed->max_batch, seed);
}

static int32_t dataset_next(struct feed *feed, seqnet_batch *batch)
{
    struct dataset_feed *const self = (struct dataset_feed *)feed;
    seqnet_batch_init(batch, sizeof(*batch));
    batch->tokens = self->inputs;
    batch->targets = self->targets;
    batch->lengths = self->lengths;
    return seqnet_dataset_next(self->dataset, self->inputs, self->targets, self->lengths,
                               &batch->steps, &batch->batch);
}

static int64_t dataset_position(const struct feed *feed)
{
    return seqnet_dataset_position(((const struct dataset_feed *)feed)->dataset);
}

static int32_t dataset_seek(struct feed *feed, int64_t position)
{
    return seqnet_dataset_seek(((struct dataset_feed *)feed)->dataset, position);
}

static void dataset_destroy(struct feed *feed)
{
    struct dataset_feed *const self = (struct dataset_feed *)feed;
    seqnet_dataset_destroy(self->dataset);
    free(self->inputs);
    free(self->targets);
    free(self->lengths);
    free(self);
}

static const struct feed_kind dataset_kind = {
    dataset_start, dataset_next, dataset_position, dataset_seek, dataset_destroy,
};

struct feed *feed_open_dataset(seqnet_dataset *dataset, int32_t batch)
{
    struct dataset_feed *self = memory_array(1, sizeof(*self));
    const int64_t count = seqnet_dataset_count(dataset);
    const int32_t longest = seqnet_dataset_max_length(dataset);
    const size_t room = (size_t)longest * (size_t)batch;
    self->dataset = dataset;
    self->inputs = memory_array(room, sizeof(int32_t));
    self->targets = memory_array(room, sizeof(int32_t));
    self->lengths = memory_array((size_t)batch, sizeof(int32_t));
    self->feed = (struct feed){
        .kind = &dataset_kind,
        .length = (count + batch - 1) / batch,
        .batches = (count + batch - 1) / batch,
        .items = count,
        .max_steps = longest,
        .max_batch = batch,
    };
    return &self->feed;
}
