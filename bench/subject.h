/* SPDX-License-Identifier: MIT */
/*
 * What a worker times: one case in one mode. A worker is a process that answers one line for each
 * line it reads; bench/compare/ starts one for every contender and gives them work in turns.
 *
 *     cases                                   ->  the cases of cases.def, as JSON
 *     about                                   ->  what the process runs on, as JSON
 *     prepare MODE CELL L T B I H THREADS     ->  ok WORK, or: skip REASON
 *     sample                                  ->  values of the next call, which is run
 *     run WARM_UP CALLS                       ->  nanoseconds that CALLS calls took, and those
 *                                                 the process worked in that time
 *     drop                                    ->  ok
 */
#ifndef SEQNET_BENCH_SUBJECT_H
#define SEQNET_BENCH_SUBJECT_H

#include "cases.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SUBJECT_MAX_SAMPLE 64
#define SUBJECT_SAMPLES 16 /* of each array */

struct request {
    char mode[32];
    char cell[16];
    struct bench_case shape; /* its name is the mode, its cell the array above */
    int32_t threads;
};

struct subject {
    void *self;
    double work; /* of one call: operations, bytes or tokens */
    void (*run)(void *self);
    /* Run one call and give up to SUBJECT_MAX_SAMPLE values of what it wrote; returns how many. */
    int32_t (*sample)(void *self, double *values);
    void (*destroy)(void *self);
};

/* Makes the subject of a request; returns NULL, or why there is none, in which case it is empty. */
typedef const char *(*subject_maker)(const struct request *request, struct subject *subject);

const char *subject_make_layer(const struct request *request, struct subject *subject);
const char *subject_make_model(const struct request *request, struct subject *subject);
const char *subject_make_naive(const struct request *request, struct subject *subject);
const char *subject_make_roofline(const struct request *request, struct subject *subject);

/* Every parameter of a layer, uniform in [-range, range): number i from stream i. */
void subject_set_parameters(seqnet_layer *layer, float range);

/* SUBJECT_SAMPLES values spread evenly over an array, appended to `values`; the new count. */
int32_t subject_spread(const float *array, size_t count, double *values, int32_t filled);

/* Answer lines until the input ends; `about` is JSON, NULL: what the library runs on. */
int worker_serve(subject_maker make, const char *about);

#ifdef __cplusplus
}
#endif

#endif
