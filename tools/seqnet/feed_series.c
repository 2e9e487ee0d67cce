/* SPDX-License-Identifier: MIT */
/*
 * One series of numbers from its beginning, for tests: the state is warm when the counted part
 * begins.
 */
#include "feed.h"
#include "memory.h"

#include <stdlib.h>
#include <string.h>

enum { PIECE = 256 };

struct series_feed {
    struct feed feed;
    float *values; /* (length + 1) */
    int64_t warm;  /* steps without targets */
    int64_t position;
    float targets[PIECE];
};

static int32_t series_start(struct feed *feed, uint64_t seed)
{
    (void)seed;
    ((struct series_feed *)feed)->position = 0;
    return SEQNET_OK;
}

static int32_t series_next(struct feed *feed, seqnet_batch *batch)
{
    struct series_feed *const self = (struct series_feed *)feed;
    const int64_t begin = self->position;
    const int64_t stop = begin < self->warm ? self->warm : feed->length;
    const int32_t steps = (int32_t)(stop - begin < PIECE ? stop - begin : PIECE);
    for (int32_t t = 0; t < steps; t++)
        self->targets[t] = self->values[begin + t + 1] - self->values[begin + t];
    seqnet_batch_init(batch, sizeof(*batch));
    batch->x = self->values + begin;
    batch->target_values = begin < self->warm ? NULL : self->targets;
    batch->steps = steps;
    batch->batch = 1;
    self->position += steps;
    return SEQNET_OK;
}

static int64_t series_position(const struct feed *feed)
{
    return ((const struct series_feed *)feed)->position;
}

static int32_t series_seek(struct feed *feed, int64_t position)
{
    ((struct series_feed *)feed)->position = position;
    return SEQNET_OK;
}

static void series_destroy(struct feed *feed)
{
    free(((struct series_feed *)feed)->values);
    free(feed);
}

static const struct feed_kind series_kind = {
    series_start, series_next, series_position, series_seek, series_destroy,
};

/* Persistence says that nothing changes. */
static double persistence(const float *values, int64_t begin, int64_t end)
{
    double sum = 0;
    for (int64_t t = begin; t < end; t++)
        sum += ((double)values[t + 1] - values[t]) * ((double)values[t + 1] - values[t]);
    return sum / (double)(end - begin);
}

struct feed *feed_open_series(const float *values, int64_t count, int64_t warm)
{
    struct series_feed *self = memory_array(1, sizeof(*self));
    self->values = memory_array((size_t)count, sizeof(float));
    memcpy(self->values, values, (size_t)count * sizeof(float));
    self->warm = warm;
    self->feed = (struct feed){
        .kind = &series_kind,
        .length = count - 1,
        .batches = (warm + PIECE - 1) / PIECE + (count - 1 - warm + PIECE - 1) / PIECE,
        .items = count - 1 - warm,
        .max_steps = PIECE,
        .max_batch = 1,
        .carry = 1,
        .baseline = persistence(values, warm, count - 1),
    };
    return &self->feed;
}
