/* SPDX-License-Identifier: MIT */
/* Nanoseconds of one LSTM step in a loop of C: step LIBRARY SIZE STEPS ROUNDS; the best round. */
#define _POSIX_C_SOURCE 200809L
#include <dlfcn.h>
#include <seqnet/seqnet.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef int32_t create_layer(int32_t, int32_t, const seqnet_recurrent_options *, seqnet_layer **);
typedef int32_t create_context(seqnet_layer *, const seqnet_context_options *, seqnet_context **);
typedef int32_t take_step(seqnet_context *, const float *, float *);

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static double best_round(take_step *step, seqnet_context *context, int size, long steps, int rounds)
{
    float *x = calloc((size_t)size, sizeof *x), *y = calloc((size_t)size, sizeof *y);
    double best = 1e300;
    int32_t failed = 0;
    for (int round = 0; round < rounds && x && y; round++) {
        const double start = now();
        for (long i = 0; i < steps; i++)
            failed |= step(context, x, y);
        const double spent = (now() - start) / (double)steps;
        best = spent < best ? spent : best;
    }
    free(x);
    free(y);
    return failed ? -1 : best;
}

int main(int count, char **arguments)
{
    void *library = count == 5 ? dlopen(arguments[1], RTLD_NOW) : NULL;
    seqnet_layer *layer;
    seqnet_context *context;
    if (!library)
        return 1;
    create_layer *lstm = (create_layer *)dlsym(library, "seqnet_lstm_create");
    create_context *open = (create_context *)dlsym(library, "seqnet_context_create");
    take_step *step = (take_step *)dlsym(library, "seqnet_context_step");
    const int size = atoi(arguments[2]);
    if (lstm(size, size, NULL, &layer) || open(layer, NULL, &context))
        return 1;
    printf("%.1f\n", best_round(step, context, size, atol(arguments[3]), atoi(arguments[4])));
    return 0;
}
