/* SPDX-License-Identifier: MIT */
#include "sampler.h"
#include "memory.h"

#include <math.h>
#include <stdlib.h>

void sampler_open(struct sampler *sampler, int32_t size, int64_t seed)
{
    *sampler = (struct sampler){ .temperature = 1, .top_p = 1, .size = size };
    sampler->random = random_start(seed, RANDOM_SAMPLE);
    sampler->candidates = memory_array((size_t)size, sizeof(*sampler->candidates));
}

void sampler_close(struct sampler *sampler)
{
    free(sampler->candidates);
    sampler->candidates = NULL;
}

/* Falling weight; equal ones by token, so that the order is the same everywhere. */
static int compare(const void *a, const void *b)
{
    const struct candidate *left = a;
    const struct candidate *right = b;
    if (left->weight != right->weight)
        return left->weight < right->weight ? 1 : -1;
    return (left->token > right->token) - (left->token < right->token);
}

/* The likeliest token that is allowed; 0 if none is. */
static int32_t likeliest(const struct sampler *sampler, const float *logits,
                         const unsigned char *banned)
{
    int32_t best = -1;
    for (int32_t i = 0; i < sampler->size; i++)
        if (!banned[i] && (best < 0 || logits[i] > logits[best]))
            best = i;
    return best < 0 ? 0 : best;
}

/* Weights relative to the likeliest, which is 1: nothing overflows at any temperature. */
static int32_t weigh(struct sampler *sampler, const float *logits, const unsigned char *banned,
                     double largest)
{
    int32_t count = 0;
    for (int32_t i = 0; i < sampler->size; i++) {
        const double weight = exp(((double)logits[i] - largest) / sampler->temperature);
        if (!banned[i])
            sampler->candidates[count++] = (struct candidate){ weight, i };
    }
    return count;
}

static double total(const struct candidate *candidates, int32_t count)
{
    double sum = 0;
    for (int32_t i = 0; i < count; i++)
        sum += candidates[i].weight;
    return sum;
}

/* How many of the sorted candidates stay; at least one. */
static int32_t cut(const struct sampler *sampler, int32_t count)
{
    if (sampler->top_k > 0 && sampler->top_k < count)
        count = (int32_t)sampler->top_k;
    const double wanted = sampler->top_p * total(sampler->candidates, count);
    double sum = 0;
    for (int32_t i = 0; i < count; i++) {
        sum += sampler->candidates[i].weight;
        if (sum >= wanted)
            return i + 1;
    }
    return count;
}

int32_t sampler_pick(struct sampler *sampler, const float *logits, const unsigned char *banned)
{
    const int32_t best = likeliest(sampler, logits, banned);
    if (sampler->argmax)
        return best;
    int32_t count = weigh(sampler, logits, banned, logits[best]);
    if (sampler->top_k > 0 || sampler->top_p < 1) {
        qsort(sampler->candidates, (size_t)count, sizeof(*sampler->candidates), compare);
        count = cut(sampler, count);
    }
    double rest = random_uniform(&sampler->random) * total(sampler->candidates, count);
    for (int32_t i = 0; i < count; i++) {
        rest -= sampler->candidates[i].weight;
        if (rest < 0)
            return sampler->candidates[i].token;
    }
    return best;
}
