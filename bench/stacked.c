/* SPDX-License-Identifier: MIT */
/*
 * What stacking [W_hh | W_ih] brings: one step of B streams by the library against the naive
 * baseline, same weights, same BLAS library, same element-wise code, samples in turns.
 */
#include "naive.h"
#include "report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define CHECKED_STEPS 8
#define TOLERANCE 1e-4f

/* One case with everything both sides need: x (B, I) in, y (B, H) out. */
struct pair {
    struct bench_case step; /* the case with T = 1 */
    seqnet_layer *layer;
    seqnet_context *context;
    struct naive *naive;
    float *x;
    float *y_stacked;
    float *y_naive;
};

struct row {
    const char *name;
    double ratio;
};

/* Over the rows so far. */
struct summary {
    int32_t rows;
    int32_t faster; /* rows with a ratio above 1 */
    double log_sum;
    struct row worst;
};

static void pair_create(struct pair *pair, const struct bench_case *c)
{
    seqnet_context_options options = SEQNET_CONTEXT_OPTIONS_INIT;
    const size_t batch = (size_t)c->batch;
    options.max_batch = c->batch;
    pair->step = *c;
    pair->step.steps = 1;
    pair->layer = bench_case_layer(c);
    bench_check(seqnet_context_create(pair->layer, &options, &pair->context));
    pair->naive = naive_create(c, pair->layer);
    pair->x = bench_numbers(batch * (size_t)c->input);
    pair->y_stacked = bench_zeros(batch * (size_t)c->hidden);
    pair->y_naive = bench_zeros(batch * (size_t)c->hidden);
}

static void pair_destroy(struct pair *pair)
{
    seqnet_context_destroy(pair->context);
    seqnet_layer_destroy(pair->layer);
    naive_destroy(pair->naive);
    free(pair->x);
    free(pair->y_stacked);
    free(pair->y_naive);
}

static void run_naive(void *user)
{
    struct pair *pair = user;
    naive_step(pair->naive, pair->x, pair->y_naive);
}

static void run_stacked(void *user)
{
    struct pair *pair = user;
    bench_check(seqnet_context_step(pair->context, pair->x, pair->y_stacked));
}

/* A benchmark of two things that differ would compare nothing. */
static void check_outputs(const struct pair *pair, int32_t step)
{
    const size_t count = (size_t)pair->step.batch * (size_t)pair->step.hidden;
    for (size_t i = 0; i < count; i++)
        if (!(fabsf(pair->y_stacked[i] - pair->y_naive[i]) <= TOLERANCE))
            bench_fail("%s: step %d, output %zu: stacked %g, naive %g", pair->step.name, (int)step,
                       i, (double)pair->y_stacked[i], (double)pair->y_naive[i]);
}

static void check_steps(struct pair *pair)
{
    for (int32_t step = 0; step < CHECKED_STEPS; step++) {
        run_naive(pair);
        run_stacked(pair);
        check_outputs(pair, step);
    }
}

static void print_row(const struct bench_options *options, const struct pair *pair,
                      const struct bench_timing *naive, const struct bench_timing *stacked)
{
    const double ratio = bench_ratio(naive, stacked);
    if (options->json) {
        putchar('{');
        bench_json_case("stacked", &pair->step);
        bench_json_timing("naive", naive);
        bench_json_timing("stacked", stacked);
        printf(",\"ratio\":%.4f}\n", ratio);
        return;
    }
    printf("%-26s %11.2f %4.0f%% %11.2f %4.0f%% %7.2f\n", pair->step.name,
           bench_median(naive) / 1e3, 100 * bench_spread(naive), bench_median(stacked) / 1e3,
           100 * bench_spread(stacked), ratio);
}

static void summary_add(struct summary *summary, struct row row)
{
    if (summary->rows == 0 || row.ratio < summary->worst.ratio)
        summary->worst = row;
    summary->rows++;
    summary->faster += row.ratio > 1;
    summary->log_sum += log(row.ratio);
}

static void print_summary(const struct bench_options *options, const struct summary *summary)
{
    const double mean = exp(summary->log_sum / summary->rows);
    if (options->json)
        printf("{\"bench\":\"stacked_summary\",\"rows\":%d,\"faster\":%d,\"geometric_mean\":%.4f,"
               "\"worst\":\"%s\",\"worst_ratio\":%.4f}\n",
               (int)summary->rows, (int)summary->faster, mean, summary->worst.name,
               summary->worst.ratio);
    else
        printf("\nstacked is faster on %d of %d cases, geometric mean %.2f\nworst: %s %.2f\n",
               (int)summary->faster, (int)summary->rows, mean, summary->worst.name,
               summary->worst.ratio);
}

static void run_case(const struct bench_options *options, const struct bench_case *c,
                     struct summary *summary)
{
    struct pair pair;
    struct bench_timing timings[2];
    pair_create(&pair, c);
    check_steps(&pair);
    const struct bench_body bodies[2] = { { run_naive, &pair }, { run_stacked, &pair } };
    bench_measure(bodies, 2, options->seconds, timings);
    print_row(options, &pair, &timings[0], &timings[1]);
    summary_add(summary, (struct row){ c->name, bench_ratio(&timings[0], &timings[1]) });
    pair_destroy(&pair);
}

int main(int argc, char **argv)
{
    const struct bench_options options =
        bench_options_read(argc, argv, "one streaming step, stacked product against 2 G products");
    struct summary summary = { 0 };
    bench_print_machine(&options);
    if (!options.json)
        puts(
            "One step of B streams. Time: median and quartile spread. Ratio: median over pairs.\n\n"
            "case                          naive µs         stacked µs           ratio");
    for (int32_t i = 0; i < bench_case_count; i++)
        if (bench_options_want(&options, &bench_cases[i]))
            run_case(&options, &bench_cases[i], &summary);
    print_summary(&options, &summary);
    return EXIT_SUCCESS;
}
