/* SPDX-License-Identifier: MIT */
/*
 * What the machine can do: fused multiply-adds on registers, and reading an array again and again.
 * Mode "fma": the work is operations, a multiply-add counted as two. Mode "read": an array of I
 * KiB, the work is bytes. With several threads, each multiplies for itself, and reads its share.
 */
#include "harness.h"
#include "subject.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define VECTOR 16         /* floats: one register of AVX-512, two of AVX2, four of SSE and NEON */
#define FMA_TURNS 1000000 /* some milliseconds: starting a thread must not count */
#define MAX_THREADS 64
#define READ_AT_LEAST ((size_t)16 << 20) /* bytes a call */
#define READ_STREAMS 8                   /* vectors added side by side */
#define READ_CHUNK (READ_STREAMS * 64)   /* bytes */

typedef float vector __attribute__((vector_size(VECTOR * sizeof(float))));
typedef uint32_t bits __attribute__((vector_size(VECTOR * sizeof(uint32_t))));

struct share {
    const struct roofline *all;
    const bits *from; /* read: its part of the array */
    float sum;        /* keeps the compiler from leaving the work out */
};

struct roofline {
    void (*work)(struct share *share);
    int32_t threads;
    size_t part;   /* read: bytes of each thread, a multiple of READ_CHUNK */
    size_t passes; /* read: over the part */
    float *array;
    struct share shares[MAX_THREADS];
};

/* `chains` sums that do not wait for each other fill the pipelines; they must fit the registers. */
__attribute__((always_inline)) static inline void multiply(struct share *share, int chains)
{
    vector sum[24], total = { 0 };
    const vector factor = total + 0.999f, term = total + 0.5f;
    for (int i = 0; i < chains; i++)
        sum[i] = total + (float)i;
    for (int turn = 0; turn < FMA_TURNS; turn++)
        for (int i = 0; i < chains; i++)
            sum[i] = sum[i] * factor + term;
    for (int i = 0; i < chains; i++)
        total += sum[i];
    share->sum += total[0];
}

__attribute__((always_inline)) static inline void read_part(struct share *share)
{
    const size_t count = share->all->part / sizeof(bits);
    bits sum[READ_STREAMS] = { { 0 } };
    for (size_t pass = 0; pass < share->all->passes; pass++)
        for (size_t i = 0; i < count; i += READ_STREAMS)
            for (int k = 0; k < READ_STREAMS; k++)
                sum[k] += share->from[i + (size_t)k];
    for (int k = 1; k < READ_STREAMS; k++)
        sum[0] += sum[k];
    share->sum += (float)(sum[0][0] & 1);
}

#ifdef __x86_64__
#define BASELINE_CHAINS 3
__attribute__((target("avx512f"))) static void multiply_avx512(struct share *share)
{
    multiply(share, 12);
}

__attribute__((target("avx512f"))) static void read_avx512(struct share *share)
{
    read_part(share);
}

__attribute__((target("avx2,fma"))) static void multiply_avx2(struct share *share)
{
    multiply(share, 6);
}

__attribute__((target("avx2,fma"))) static void read_avx2(struct share *share)
{
    read_part(share);
}
#else
#define BASELINE_CHAINS 6
#endif

static void multiply_baseline(struct share *share)
{
    multiply(share, BASELINE_CHAINS);
}

static void read_baseline(struct share *share)
{
    read_part(share);
}

/* The instruction set the library itself uses; returns the chains of `multiply`. */
static int choose(struct roofline *roofline, int reading)
{
    const char *isa = seqnet_runtime_isa();
    roofline->work = reading ? read_baseline : multiply_baseline;
#ifdef __x86_64__
    if (strcmp(isa, "avx512") == 0) {
        roofline->work = reading ? read_avx512 : multiply_avx512;
        return 12;
    }
    if (strcmp(isa, "avx2") == 0) {
        roofline->work = reading ? read_avx2 : multiply_avx2;
        return 6;
    }
#endif
    (void)isa;
    return BASELINE_CHAINS;
}

static void *work_of_thread(void *share)
{
    ((struct share *)share)->all->work(share);
    return NULL;
}

static void run(void *self)
{
    struct roofline *roofline = self;
    pthread_t threads[MAX_THREADS];
    for (int32_t i = 1; i < roofline->threads; i++)
        if (pthread_create(&threads[i], NULL, work_of_thread, &roofline->shares[i]) != 0)
            bench_fail("cannot start a thread");
    roofline->work(&roofline->shares[0]);
    for (int32_t i = 1; i < roofline->threads; i++)
        pthread_join(threads[i], NULL);
}

static void destroy(void *self)
{
    struct roofline *roofline = self;
    free(roofline->array);
    free(roofline);
}

/* Cut the array of `kib` KiB; returns the bytes one call reads. */
static double prepare_reading(struct roofline *roofline, int32_t kib)
{
    const size_t threads = (size_t)roofline->threads;
    const size_t part = ((size_t)kib << 10) / threads / READ_CHUNK * READ_CHUNK;
    roofline->part = part > 0 ? part : READ_CHUNK;
    roofline->passes = READ_AT_LEAST / (roofline->part * threads) + 1;
    roofline->array = bench_zeros(roofline->part * threads / sizeof(float));
    for (size_t i = 0; i < threads; i++)
        roofline->shares[i].from =
            (const bits *)(roofline->array + i * roofline->part / sizeof(float));
    return (double)(roofline->part * threads) * (double)roofline->passes;
}

const char *subject_make_roofline(const struct request *request, struct subject *subject)
{
    const int reading = strcmp(request->mode, "read") == 0;
    if (!reading && strcmp(request->mode, "fma") != 0)
        return "no such roofline";
    struct roofline *roofline = calloc(1, sizeof *roofline);
    if (!roofline)
        bench_fail("no memory for the roofline");
    roofline->threads = request->threads < MAX_THREADS ? request->threads : MAX_THREADS;
    for (int32_t i = 0; i < roofline->threads; i++)
        roofline->shares[i].all = roofline;
    const int chains = choose(roofline, reading);
    const double work = reading ? prepare_reading(roofline, request->shape.input)
                                : 2.0 * VECTOR * chains * FMA_TURNS * roofline->threads;
    *subject = (struct subject){ roofline, work, run, NULL, destroy };
    return NULL;
}
