/* SPDX-License-Identifier: MIT */
/*
 * Timing, and what else every benchmark program needs. A benchmark ends at the first failure with
 * one line on stderr and exit status 1: nothing here hands an error on.
 */
#ifndef SEQNET_BENCH_HARNESS_H
#define SEQNET_BENCH_HARNESS_H

#include <stddef.h>
#include <stdint.h>

/* Nanoseconds of a clock that never jumps. */
int64_t bench_now(void);

/* End the program with the library's message unless `code` is SEQNET_OK. */
void bench_check(int32_t code);

/* End the program with a message of one line. */
_Noreturn void bench_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* `count` zeros, 64-byte aligned; free them with free. */
float *bench_zeros(size_t count);

/* `count` numbers, uniform in [-1, 1), the same ones in every run. */
float *bench_numbers(size_t count);

/* A call to be timed. */
struct bench_body {
    void (*run)(void *user);
    void *user;
};

#define BENCH_MAX_SAMPLES 256

/* Times of one body in nanoseconds per call, in the order they were taken. */
struct bench_timing {
    int32_t samples;
    double ns[BENCH_MAX_SAMPLES];
};

/*
 * Time `count` bodies side by side, A B A B, for about `seconds` in all. A sample is as many calls
 * as fill its share of the time, the same number for every body, so that bodies with a state stay
 * in step. Warms up first, and takes three samples of each even if they need longer.
 */
void bench_measure(const struct bench_body *bodies, int32_t count, double seconds,
                   struct bench_timing *timings);

double bench_median(const struct bench_timing *timing);
double bench_min(const struct bench_timing *timing);

/* Distance of the quartiles over the median. */
double bench_spread(const struct bench_timing *timing);

/*
 * Median of a's samples over b's samples taken right after them: a machine that slows down for a
 * while slows both, and the ratio stays.
 */
double bench_ratio(const struct bench_timing *a, const struct bench_timing *b);

#endif
