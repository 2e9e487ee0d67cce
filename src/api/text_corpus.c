/* SPDX-License-Identifier: MIT */
#include "api/allocator.h"
#include "text/corpus.h"

int32_t seqnet_corpus_create(const int32_t *tokens, int64_t count, int32_t batch,
                             const seqnet_allocator *allocator, seqnet_corpus **corpus)
{
    RETURN_UNLESS(corpus, SEQNET_EINVAL, "seqnet_corpus_create: corpus = NULL");
    *corpus = NULL;
    RETURN_UNLESS(count >= 0, SEQNET_EINVAL, "seqnet_corpus_create: count = %lld, need 0 or more",
                  (long long)count);
    RETURN_UNLESS(tokens || !count, SEQNET_EINVAL, "seqnet_corpus_create: tokens = NULL");
    RETURN_UNLESS(batch >= 1, SEQNET_EINVAL, "seqnet_corpus_create: batch = %d, need 1 or more",
                  batch);
    RETURN_IF_ERROR(check_allocator(allocator, "seqnet_corpus_create"));
    RETURN_UNLESS(count / batch >= 2, SEQNET_ESHAPE,
                  "seqnet_corpus_create: count = %lld, need %lld for batch = %d rows of 2 tokens",
                  (long long)count, 2LL * batch, batch);
    return corpus_create(tokens, count, batch, allocator, corpus);
}

void seqnet_corpus_destroy(seqnet_corpus *corpus)
{
    corpus_destroy(corpus);
}

int64_t seqnet_corpus_steps(const seqnet_corpus *corpus)
{
    return corpus ? corpus->steps : 0;
}

int64_t seqnet_corpus_position(const seqnet_corpus *corpus)
{
    return corpus ? corpus->position : 0;
}

int32_t seqnet_corpus_seek(seqnet_corpus *corpus, int64_t position)
{
    RETURN_UNLESS(corpus, SEQNET_EINVAL, "seqnet_corpus_seek: corpus = NULL");
    RETURN_UNLESS(position >= 0 && position <= corpus->steps, SEQNET_ERANGE,
                  "seqnet_corpus_seek: position = %lld, need 0..%lld", (long long)position,
                  (long long)corpus->steps);
    corpus->position = position;
    return SEQNET_OK;
}

int32_t seqnet_corpus_next(seqnet_corpus *corpus, int32_t max_steps, int32_t *inputs,
                           int32_t *targets, int32_t *steps)
{
    RETURN_UNLESS(corpus, SEQNET_EINVAL, "seqnet_corpus_next: corpus = NULL");
    RETURN_UNLESS(max_steps >= 1, SEQNET_EINVAL,
                  "seqnet_corpus_next: max_steps = %d, need 1 or more", max_steps);
    RETURN_UNLESS(inputs, SEQNET_EINVAL, "seqnet_corpus_next: inputs = NULL");
    RETURN_UNLESS(targets, SEQNET_EINVAL, "seqnet_corpus_next: targets = NULL");
    RETURN_UNLESS(steps, SEQNET_EINVAL, "seqnet_corpus_next: steps = NULL");
    *steps = corpus_next(corpus, max_steps, inputs, targets);
    return SEQNET_OK;
}
