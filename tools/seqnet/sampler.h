/* SPDX-License-Identifier: MIT */
/* Choosing the next symbol from the logits of a language model. */
#ifndef SEQNET_TOOL_SAMPLER_H
#define SEQNET_TOOL_SAMPLER_H

#include "random.h"

struct candidate {
    double weight;
    int32_t token;
};

struct sampler {
    double temperature; /* logits are divided by it */
    int64_t top_k;      /* only the k likeliest; 0: all */
    double top_p;       /* only the likeliest that make up this probability; 1: all */
    int argmax;         /* 1: always the likeliest */
    struct random random;
    struct candidate *candidates; /* (size) */
    int32_t size;
};

void sampler_open(struct sampler *sampler, int32_t size, int64_t seed);
void sampler_close(struct sampler *sampler);

/*
 * A token of 0..size-1, drawn with
 *
 *     p(token) ~ exp(logit / temperature)      over the tokens that top_k and top_p leave
 *
 * Tokens with banned[token] = 1 are never drawn. Source of top_p: Holtzman et al. 2020.
 */
int32_t sampler_pick(struct sampler *sampler, const float *logits, const unsigned char *banned);

#endif
