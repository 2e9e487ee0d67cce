/* SPDX-License-Identifier: MIT */
#include "harness.h"
#include "numbers.h"
#include "subject.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_LINE 256

#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "gcc " __VERSION__
#endif

static size_t largest_tensor(const seqnet_layer *layer)
{
    int64_t largest = 0;
    for (int32_t i = 0; i < seqnet_layer_tensor_count(layer); i++) {
        seqnet_tensor_info info = { .struct_size = sizeof info };
        bench_check(seqnet_layer_tensor_info(layer, i, &info));
        largest = info.count > largest ? info.count : largest;
    }
    return (size_t)largest;
}

/* One buffer for all: after several of them malloc would keep some, and memory is measured here. */
void subject_set_parameters(seqnet_layer *layer, float range)
{
    float *values = bench_zeros(largest_tensor(layer));
    for (int32_t i = 0; i < seqnet_layer_tensor_count(layer); i++) {
        seqnet_tensor_info info = { .struct_size = sizeof info };
        bench_check(seqnet_layer_tensor_info(layer, i, &info));
        numbers_fill((uint64_t)i, range, values, (size_t)info.count);
        bench_check(seqnet_layer_set_parameter(layer, info.name, values, info.count));
    }
    free(values);
}

int32_t subject_spread(const float *array, size_t count, double *values, int32_t filled)
{
    for (size_t i = 0; i < SUBJECT_SAMPLES; i++)
        values[filled++] = (double)array[i * count / SUBJECT_SAMPLES];
    return filled;
}

/* SEQNET_RNN, SEQNET_LSTM or SEQNET_GRU; 0 for what is no cell. */
static int32_t kind_of(const char *cell)
{
    return strcmp(cell, "rnn") == 0    ? SEQNET_RNN
           : strcmp(cell, "lstm") == 0 ? SEQNET_LSTM
           : strcmp(cell, "gru") == 0  ? SEQNET_GRU
                                       : 0;
}

static int read_request(const char *line, struct request *request)
{
    struct bench_case *shape = &request->shape;
    memset(request, 0, sizeof *request);
    const int read = sscanf(line, "prepare %31s %15s %d %d %d %d %d %d", request->mode,
                            request->cell, &shape->layers, &shape->steps, &shape->batch,
                            &shape->input, &shape->hidden, &request->threads);
    shape->name = request->mode;
    shape->cell = request->cell;
    shape->kind = kind_of(request->cell);
    return read == 8;
}

static void answer_prepare(const char *line, subject_maker make, struct subject *subject)
{
    struct request request;
    if (!read_request(line, &request))
        bench_fail("not a request: %s", line);
    const char *reason = make(&request, subject);
    if (reason)
        printf("skip %s\n", reason);
    else
        printf("ok %.17g\n", subject->work);
}

static void answer_sample(const struct subject *subject)
{
    double values[SUBJECT_MAX_SAMPLE];
    const int32_t count = subject->sample ? subject->sample(subject->self, values) : 0;
    putchar('[');
    for (int32_t i = 0; i < count; i++)
        printf(isfinite(values[i]) ? "%s%.9g" : "%snull", i ? "," : "", values[i]);
    puts("]");
}

/* Nanoseconds all threads of the process have worked. */
static int64_t worked(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void answer_run(const char *line, const struct subject *subject)
{
    long warm_up, calls;
    if (sscanf(line, "run %ld %ld", &warm_up, &calls) != 2 || !subject->run)
        bench_fail("cannot: %s", line);
    while (warm_up-- > 0)
        subject->run(subject->self);
    const int64_t work = worked(), start = bench_now();
    for (long i = 0; i < calls; i++)
        subject->run(subject->self);
    const int64_t passed = bench_now() - start;
    printf("%lld %lld\n", (long long)passed, (long long)(worked() - work));
}

static void answer_cases(void)
{
    for (int32_t i = 0; i < bench_case_count; i++) {
        const struct bench_case *c = &bench_cases[i];
        printf("%s{\"name\":\"%s\",\"cell\":\"%s\",\"layers\":%d,\"steps\":%d,\"batch\":%d,"
               "\"input\":%d,\"hidden\":%d,\"flops\":%.0f}",
               i ? "," : "[", c->name, c->cell, (int)c->layers, (int)c->steps, (int)c->batch,
               (int)c->input, (int)c->hidden, bench_case_flops(c));
    }
    puts("]");
}

static void answer_about(const char *about)
{
    if (about) {
        puts(about);
        return;
    }
    printf("{\"version\":\"%s\",\"compiler\":\"" COMPILER
           "\",\"backend\":\"%s\",\"isa\":\"%s\",\"blas\":\"%s\","
           "\"blas_core\":\"%s\",\"blas_threads\":%d}\n",
           seqnet_version_string(), seqnet_runtime_backend(), seqnet_runtime_isa(),
           seqnet_runtime_blas(), seqnet_runtime_blas_core(), (int)seqnet_runtime_blas_threads());
}

static void drop(struct subject *subject)
{
    if (subject->destroy)
        subject->destroy(subject->self);
    *subject = (struct subject){ 0 };
}

static void answer(const char *line, subject_maker make, const char *about, struct subject *subject)
{
    if (strncmp(line, "prepare ", 8) == 0) {
        drop(subject);
        answer_prepare(line, make, subject);
    } else if (strncmp(line, "run ", 4) == 0) {
        answer_run(line, subject);
    } else if (strcmp(line, "sample") == 0) {
        answer_sample(subject);
    } else if (strcmp(line, "cases") == 0) {
        answer_cases();
    } else if (strcmp(line, "about") == 0) {
        answer_about(about);
    } else if (strcmp(line, "drop") == 0) {
        drop(subject);
        puts("ok");
    } else {
        bench_fail("unknown request: %s", line);
    }
    fflush(stdout);
}

int worker_serve(subject_maker make, const char *about)
{
    char line[MAX_LINE];
    struct subject subject = { 0 };
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        answer(line, make, about, &subject);
    }
    drop(&subject);
    return EXIT_SUCCESS;
}
