/* SPDX-License-Identifier: MIT */
/* The work behind seqnet_corpus_*, with arguments that were checked. */
#ifndef SEQNET_TEXT_CORPUS_H
#define SEQNET_TEXT_CORPUS_H

#include <seqnet/text.h>

/* Rows lie side by side as windows want them, so a window is one copy and its targets another. */
struct seqnet_corpus {
    seqnet_allocator memory;
    int32_t *tokens; /* (steps + 1, batch) */
    int64_t steps;
    int64_t position;
    int32_t batch;
};

int32_t corpus_create(const int32_t *tokens, int64_t count, int32_t batch,
                      const seqnet_allocator *allocator, seqnet_corpus **corpus);

void corpus_destroy(seqnet_corpus *corpus);

/* The next window; returns its T. */
int32_t corpus_next(seqnet_corpus *corpus, int32_t max_steps, int32_t *inputs, int32_t *targets);

#endif
