/* SPDX-License-Identifier: MIT */
/* `seqnet bench`: how fast this machine runs and trains recurrent layers. */
#include "bench_case.h"
#include "commands.h"
#include "machine.h"
#include "report.h"
#include "threads.h"

#include <stdio.h>

struct bench_options {
    double seconds;
    int64_t threads;
};

#define MEMBER(name) offsetof(struct bench_options, name)

static const struct option_row rows[] = {
    { "seconds", OPTION_REAL, 0, MEMBER(seconds), "X", 0.001, 3600, "0.2", "time for each figure" },
    { "threads", OPTION_INTEGER, 0, MEMBER(threads), "N", 0, THREADS_MOST, "0",
      "threads to calculate with; 0: one for each core, at most 8,\nbut one for short calls" },
};

/* Streaming: one step of one stream. Windows: 50 steps of 32 streams, and their training. */
static const struct bench_case cases[] = {
    { SEQNET_LSTM, 128, 1, 1, BENCH_FORWARD },   { SEQNET_LSTM, 512, 1, 1, BENCH_FORWARD },
    { SEQNET_GRU, 128, 1, 1, BENCH_FORWARD },    { SEQNET_GRU, 512, 1, 1, BENCH_FORWARD },
    { SEQNET_RNN, 128, 1, 1, BENCH_FORWARD },    { SEQNET_RNN, 512, 1, 1, BENCH_FORWARD },
    { SEQNET_LSTM, 128, 50, 32, BENCH_FORWARD }, { SEQNET_LSTM, 512, 50, 32, BENCH_FORWARD },
    { SEQNET_GRU, 128, 50, 32, BENCH_FORWARD },  { SEQNET_RNN, 128, 50, 32, BENCH_FORWARD },
    { SEQNET_LSTM, 128, 50, 32, BENCH_TRAIN },   { SEQNET_LSTM, 512, 50, 32, BENCH_TRAIN },
    { SEQNET_GRU, 128, 50, 32, BENCH_TRAIN },    { SEQNET_RNN, 128, 50, 32, BENCH_TRAIN },
};

static const char *cell_name(int32_t kind)
{
    return kind == SEQNET_LSTM ? "lstm" : kind == SEQNET_GRU ? "gru" : "rnn";
}

static void print_header(void)
{
    machine_print();
    printf("\n%-9s%-6s%6s%5s%5s%14s%14s\n", "what", "cell", "H", "T", "B", "steps/s", "us/call");
}

static void print_case(const struct bench_case *about, double seconds)
{
    const double steps = (double)about->steps * about->batch / seconds;
    const char *what = about->what == BENCH_TRAIN ? "train"
                       : about->steps == 1        ? "stream"
                                                  : "window";
    printf("%-9s%-6s%6d%5d%5d%14.0f%14.1f\n", what, cell_name(about->kind), about->size,
           about->steps, about->batch, steps, 1e6 * seconds);
    fflush(stdout);
}

static int bench_run(int argc, char **argv)
{
    struct bench_options options;
    const char *operand = NULL;
    int shown = 0;
    int status = options_read(&bench_command, argc, argv, &options, &operand, &shown);
    if (status != STATUS_OK || shown)
        return status;
    status = threads_set(options.threads, INT64_MAX);
    print_header();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]) && status == STATUS_OK; i++) {
        double seconds = 0;
        status = bench_time(&cases[i], options.threads, options.seconds, &seconds);
        if (status == STATUS_OK)
            print_case(&cases[i], seconds);
    }
    return status;
}

const struct command bench_command = {
    .name = "bench",
    .run = bench_run,
    .summary = "measure the speed of this machine",
    .usage = "[options]",
    .text =
        "Measures layers of H inputs and H units: single steps of one stream, windows of T steps\n"
        "of B streams, and their training (forward, backward, update). steps/s counts each "
        "stream.\n"
        "\n"
        "  seqnet bench\n"
        "  seqnet bench --threads 1 --seconds 2\n"
        "\n",
    .rows = rows,
    .count = sizeof(rows) / sizeof(rows[0]),
};
