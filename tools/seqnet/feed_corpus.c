/* SPDX-License-Identifier: MIT */
/* Rows of one long text. */
#include "feed.h"
#include "memory.h"

#include <stdlib.h>

struct corpus_feed {
    struct feed feed;
    seqnet_corpus *corpus;
    int32_t window, overlap;
    int32_t *inputs, *targets; /* (overlap + window, rows) */
};

static int32_t corpus_start(struct feed *feed, uint64_t seed)
{
    (void)seed; /* carried state needs the text in its order */
    return seqnet_corpus_seek(((struct corpus_feed *)feed)->corpus, 0);
}

/*
 * The corpus moves on by all it gave, the next window begins `overlap` steps earlier. A rest within
 * the overlap has nothing to learn from: the end.
 */
static int32_t corpus_next(struct feed *feed, seqnet_batch *batch)
{
    struct corpus_feed *const self = (struct corpus_feed *)feed;
    const int32_t most = self->overlap + self->window;
    const int64_t position = seqnet_corpus_position(self->corpus);
    int32_t steps = 0;
    int32_t code = seqnet_corpus_next(self->corpus, most, self->inputs, self->targets, &steps);
    if (code == SEQNET_OK && steps == most && self->overlap)
        code = seqnet_corpus_seek(self->corpus, position + self->window);
    seqnet_batch_init(batch, sizeof(*batch));
    batch->tokens = self->inputs;
    batch->targets = self->targets;
    batch->steps = steps > self->overlap ? steps : 0;
    batch->batch = feed->max_batch;
    return code;
}

static int64_t corpus_position(const struct feed *feed)
{
    return seqnet_corpus_position(((const struct corpus_feed *)feed)->corpus);
}

static int32_t corpus_seek(struct feed *feed, int64_t position)
{
    return seqnet_corpus_seek(((struct corpus_feed *)feed)->corpus, position);
}

static void corpus_destroy(struct feed *feed)
{
    struct corpus_feed *const self = (struct corpus_feed *)feed;
    seqnet_corpus_destroy(self->corpus);
    free(self->inputs);
    free(self->targets);
    free(self);
}

static const struct feed_kind corpus_kind = {
    corpus_start, corpus_next, corpus_position, corpus_seek, corpus_destroy,
};

static void fill(struct corpus_feed *self, int64_t count, int32_t rows)
{
    const size_t room = (size_t)(self->window + self->overlap) * (size_t)rows;
    const int64_t counted = seqnet_corpus_steps(self->corpus) - self->overlap;
    self->inputs = memory_array(room, sizeof(int32_t));
    self->targets = memory_array(room, sizeof(int32_t));
    self->feed = (struct feed){
        .kind = &corpus_kind,
        .length = seqnet_corpus_steps(self->corpus),
        .batches = counted > 0 ? (counted + self->window - 1) / self->window : 0,
        .items = count,
        .max_steps = self->window + self->overlap,
        .max_batch = rows,
        .carry = self->overlap == 0,
    };
}

int32_t feed_open_corpus(const int32_t *tokens, int64_t count, int32_t rows, int32_t window,
                         int32_t overlap, struct feed **feed)
{
    struct corpus_feed *self = memory_array(1, sizeof(*self));
    self->window = window;
    self->overlap = overlap;
    const int32_t code = seqnet_corpus_create(tokens, count, rows, NULL, &self->corpus);
    if (code != SEQNET_OK) {
        free(self);
        return code;
    }
    fill(self, count, rows);
    *feed = &self->feed;
    return SEQNET_OK;
}
