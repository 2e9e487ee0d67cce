/* SPDX-License-Identifier: MIT */
/*
 * Time of the recurrent layers by themselves: a forward pass over the window in inference mode, and
 * a training step, which is a forward and a backward pass with the gradients of all parameters and
 * of x. The state is carried from call to call.
 */
#include "report.h"

#include <stdio.h>
#include <stdlib.h>

/* One case with one context of each mode. */
struct bed {
    seqnet_layer *layer;
    seqnet_context *inference;
    seqnet_context *training;
    seqnet_window window;
    float *x;  /* (T, B, I) */
    float *y;  /* (T, B, H) */
    float *dy; /* (T, B, H) */
    float *dx; /* (T, B, I) */
};

static seqnet_context *make_context(const struct bench_case *c, seqnet_layer *layer,
                                    int32_t training, int32_t threads)
{
    seqnet_context_options options = SEQNET_CONTEXT_OPTIONS_INIT;
    seqnet_context *context = NULL;
    options.max_steps = c->steps;
    options.max_batch = c->batch;
    options.training = training;
    options.threads = threads;
    bench_check(seqnet_context_create(layer, &options, &context));
    return context;
}

static void bed_create(struct bed *bed, const struct bench_case *c, int32_t threads)
{
    const size_t rows = (size_t)c->steps * (size_t)c->batch;
    bed->layer = bench_case_layer(c);
    bed->inference = make_context(c, bed->layer, 0, threads);
    bed->training = make_context(c, bed->layer, 1, threads);
    bed->x = bench_numbers(rows * (size_t)c->input);
    bed->y = bench_zeros(rows * (size_t)c->hidden);
    bed->dy = bench_numbers(rows * (size_t)c->hidden);
    bed->dx = bench_zeros(rows * (size_t)c->input);
    bed->window = (seqnet_window)SEQNET_WINDOW_INIT;
    bed->window.x = bed->x;
    bed->window.steps = c->steps;
    bed->window.batch = c->batch;
}

static void bed_destroy(struct bed *bed)
{
    seqnet_context_destroy(bed->inference);
    seqnet_context_destroy(bed->training);
    seqnet_layer_destroy(bed->layer);
    free(bed->x);
    free(bed->y);
    free(bed->dy);
    free(bed->dx);
}

static void run_forward(void *user)
{
    struct bed *bed = user;
    bench_check(seqnet_context_forward(bed->inference, &bed->window, bed->y));
}

static void run_training(void *user)
{
    struct bed *bed = user;
    bench_check(seqnet_context_forward(bed->training, &bed->window, bed->y));
    bench_check(seqnet_context_backward(bed->training, bed->dy, bed->dx));
}

static void print_row(const struct bench_options *options, const struct bench_case *c,
                      const struct bench_timing *forward, const struct bench_timing *training)
{
    const double flops = bench_case_flops(c);
    const double forward_gflops = flops / bench_median(forward);
    const double training_gflops = 3 * flops / bench_median(training);
    if (options->json) {
        putchar('{');
        bench_json_case("layers", c);
        bench_json_timing("forward", forward);
        bench_json_timing("training", training);
        printf(",\"forward_gflops\":%.3f,\"training_gflops\":%.3f}\n", forward_gflops,
               training_gflops);
        return;
    }
    printf("%-26s %12.2f %4.0f%% %8.2f %12.2f %4.0f%% %8.2f\n", c->name,
           bench_median(forward) / 1e3, 100 * bench_spread(forward), forward_gflops,
           bench_median(training) / 1e3, 100 * bench_spread(training), training_gflops);
}

static void run_case(const struct bench_options *options, const struct bench_case *c)
{
    struct bed bed;
    struct bench_timing forward, training;
    bed_create(&bed, c, options->threads);
    const struct bench_body bodies[2] = { { run_forward, &bed }, { run_training, &bed } };
    bench_measure(&bodies[0], 1, options->seconds / 2, &forward);
    bench_measure(&bodies[1], 1, options->seconds / 2, &training);
    print_row(options, c, &forward, &training);
    bed_destroy(&bed);
}

int main(int argc, char **argv)
{
    const struct bench_options options =
        bench_options_read(argc, argv, "forward pass and training step of recurrent layers");
    bench_print_machine(&options);
    if (!options.json)
        puts("Time: median and quartile spread. GF/s: products only, training = 3 x forward.\n\n"
             "case                         forward µs           GF/s  training µs"
             "           GF/s");
    for (int32_t i = 0; i < bench_case_count; i++)
        if (bench_options_want(&options, &bench_cases[i]))
            run_case(&options, &bench_cases[i]);
    return EXIT_SUCCESS;
}
