/* SPDX-License-Identifier: MIT */
/*
 * Windows of one series. Each epoch lays them end to end from another random place and reads them
 * in random order, so that every value is seen in many surroundings.
 */
#include "feed.h"
#include "memory.h"
#include "random.h"

#include <stdlib.h>
#include <string.h>

struct windows_feed {
    struct feed feed;
    float *values;
    int64_t count;  /* windows of an epoch */
    int64_t spare;  /* steps that an epoch leaves out */
    int64_t shift;  /* of them before the first window */
    int64_t *order; /* (count) */
    int64_t position;
    float *x, *targets; /* (max_steps, max_batch) */
};

static int32_t windows_start(struct feed *feed, uint64_t seed)
{
    struct windows_feed *const self = (struct windows_feed *)feed;
    struct random random = random_start((int64_t)seed, RANDOM_EPOCH);
    self->shift = (int64_t)(random_next(&random) % ((uint64_t)self->spare + 1));
    random_permutation(&random, self->order, self->count);
    self->position = 0;
    return SEQNET_OK;
}

/* Window `index` becomes column `b` of the batch. */
static void copy_window(struct windows_feed *self, int64_t index, int32_t b, int32_t batch)
{
    const int32_t steps = self->feed.max_steps;
    const float *from = self->values + self->shift + index * steps;
    for (int32_t t = 0; t < steps; t++) {
        self->x[t * batch + b] = from[t];
        self->targets[t * batch + b] = from[t + 1] - from[t];
    }
}

static int32_t windows_next(struct feed *feed, seqnet_batch *batch)
{
    struct windows_feed *const self = (struct windows_feed *)feed;
    const int64_t first = self->position * feed->max_batch;
    const int64_t rest = self->count - first;
    const int32_t rows = (int32_t)(rest < feed->max_batch ? rest : feed->max_batch);
    seqnet_batch_init(batch, sizeof(*batch));
    if (rows <= 0)
        return SEQNET_OK;
    for (int32_t b = 0; b < rows; b++)
        copy_window(self, self->order[first + b], b, rows);
    batch->x = self->x;
    batch->target_values = self->targets;
    batch->steps = feed->max_steps;
    batch->batch = rows;
    self->position++;
    return SEQNET_OK;
}

static int64_t windows_position(const struct feed *feed)
{
    return ((const struct windows_feed *)feed)->position;
}

static int32_t windows_seek(struct feed *feed, int64_t position)
{
    ((struct windows_feed *)feed)->position = position;
    return SEQNET_OK;
}

static void windows_destroy(struct feed *feed)
{
    struct windows_feed *const self = (struct windows_feed *)feed;
    free(self->values);
    free(self->order);
    free(self->x);
    free(self->targets);
    free(self);
}

static const struct feed_kind windows_kind = {
    windows_start, windows_next, windows_position, windows_seek, windows_destroy,
};

/*
 * One window less than would fit, where there are several: its steps are what the grid can be
 * shifted by. A series shorter than a window is one window.
 */
static void lay_out(struct windows_feed *self, int64_t count, int32_t window, int32_t batch)
{
    const int64_t steps = count - 1;
    const int64_t fitting = steps / window;
    const int32_t length = (int32_t)(fitting > 0 ? window : steps);
    self->count = fitting > 1 ? fitting - 1 : 1;
    self->spare = steps - self->count * length;
    self->feed.kind = &windows_kind;
    self->feed.batches = (self->count + batch - 1) / batch;
    self->feed.length = self->feed.batches;
    self->feed.items = count;
    self->feed.max_steps = length;
    self->feed.max_batch = batch;
}

struct feed *feed_open_windows(const float *values, int64_t count, int32_t window, int32_t batch)
{
    struct windows_feed *self = memory_array(1, sizeof(*self));
    lay_out(self, count, window, batch);
    const size_t room = (size_t)self->feed.max_steps * (size_t)batch;
    self->values = memory_array((size_t)count, sizeof(float));
    memcpy(self->values, values, (size_t)count * sizeof(float));
    self->order = memory_array((size_t)self->count, sizeof(int64_t));
    self->x = memory_array(room, sizeof(float));
    self->targets = memory_array(room, sizeof(float));
    return &self->feed;
}
