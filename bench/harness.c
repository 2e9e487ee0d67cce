/* SPDX-License-Identifier: MIT */
#include "harness.h"

#include <seqnet/error.h>

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MIN_SAMPLES 3
#define AIMED_SAMPLES 64
#define WARM_UP_SHARE 0.1 /* of the time to spend */

int64_t bench_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void bench_check(int32_t code)
{
    if (code != SEQNET_OK)
        bench_fail("%s", seqnet_error_message());
}

void bench_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fflush(stdout);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(EXIT_FAILURE);
}

float *bench_zeros(size_t count)
{
    const size_t bytes = (count * sizeof(float) + 63) / 64 * 64;
    float *values = aligned_alloc(64, bytes);
    if (!values)
        bench_fail("no memory for %zu floats", count);
    return memset(values, 0, bytes);
}

float *bench_numbers(size_t count)
{
    float *values = bench_zeros(count);
    uint64_t state = 1;
    for (size_t i = 0; i < count; i++) {
        /* Knuth's linear congruence; its high bits are the good ones */
        state = state * 6364136223846793005u + 1442695040888963407u;
        values[i] = (float)(state >> 40) * 0x1p-23f - 1.0f;
    }
    return values;
}

/* Nanoseconds per call over `calls` calls. */
static double time_calls(const struct bench_body *body, int64_t calls)
{
    const int64_t start = bench_now();
    for (int64_t i = 0; i < calls; i++)
        body->run(body->user);
    return (double)(bench_now() - start) / (double)calls;
}

/* Run all bodies until `ns` have passed; gives the time one round of them takes when warm. */
static double warm_up(const struct bench_body *bodies, int32_t count, double ns)
{
    const int64_t start = bench_now();
    double round;
    do {
        round = 0;
        for (int32_t i = 0; i < count; i++)
            round += time_calls(&bodies[i], 1);
    } while ((double)(bench_now() - start) < ns);
    return round;
}

void bench_measure(const struct bench_body *bodies, int32_t count, double seconds,
                   struct bench_timing *timings)
{
    const double ns = seconds * 1e9;
    const double round = warm_up(bodies, count, ns * WARM_UP_SHARE);
    const int64_t wanted = (int64_t)(ns / AIMED_SAMPLES / (round + 1));
    const int64_t calls = wanted < 1 ? 1 : wanted;
    const int64_t start = bench_now();
    int32_t samples = 0;
    while (samples < MIN_SAMPLES ||
           (samples < BENCH_MAX_SAMPLES && (double)(bench_now() - start) < ns)) {
        for (int32_t i = 0; i < count; i++)
            timings[i].ns[samples] = time_calls(&bodies[i], calls);
        samples++;
    }
    for (int32_t i = 0; i < count; i++)
        timings[i].samples = samples;
}

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static struct bench_timing sorted(const struct bench_timing *timing)
{
    struct bench_timing copy = *timing;
    qsort(copy.ns, (size_t)copy.samples, sizeof copy.ns[0], compare_doubles);
    return copy;
}

/* The quantile of sorted samples, linear between neighbours. */
static double quantile(const struct bench_timing *sorted_timing, double share)
{
    const double place = share * (sorted_timing->samples - 1);
    const int32_t below = (int32_t)place;
    const int32_t above = below + 1 < sorted_timing->samples ? below + 1 : below;
    const double rest = place - below;
    return sorted_timing->ns[below] * (1 - rest) + sorted_timing->ns[above] * rest;
}

double bench_median(const struct bench_timing *timing)
{
    const struct bench_timing ordered = sorted(timing);
    return quantile(&ordered, 0.5);
}

double bench_min(const struct bench_timing *timing)
{
    const struct bench_timing ordered = sorted(timing);
    return ordered.ns[0];
}

double bench_spread(const struct bench_timing *timing)
{
    const struct bench_timing ordered = sorted(timing);
    return (quantile(&ordered, 0.75) - quantile(&ordered, 0.25)) / quantile(&ordered, 0.5);
}

double bench_ratio(const struct bench_timing *a, const struct bench_timing *b)
{
    struct bench_timing ratios = { .samples = a->samples };
    assert(a->samples == b->samples);
    for (int32_t i = 0; i < a->samples; i++)
        ratios.ns[i] = a->ns[i] / b->ns[i];
    return bench_median(&ratios);
}
