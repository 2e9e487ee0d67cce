/* SPDX-License-Identifier: MIT */
#include "report.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define USAGE_STATUS 2
#define MAX_THREADS 256
#define QUICK_SECONDS 0.003
#define QUICK_FLOPS 8e6
#define QUICK_HIDDEN 256 /* above, making a layer takes longer than timing it */

static const struct option long_options[] = {
    { "case", required_argument, NULL, 'c' },
    { "seconds", required_argument, NULL, 's' },
    { "threads", required_argument, NULL, 't' },
    { "json", no_argument, NULL, 'j' },
    { "quick", no_argument, NULL, 'q' },
    { "help", no_argument, NULL, 'h' },
    { NULL, 0, NULL, 0 },
};

_Noreturn static void print_help(const char *program, const char *purpose)
{
    printf("%s: %s\n\n"
           "  --case NAME   run this case of bench/cases.def only\n"
           "  --seconds S   time to spend on a case (default 0.5)\n"
           "  --threads N   threads of a context, and of the BLAS library (default 1)\n"
           "  --json        JSON lines instead of tables\n"
           "  --quick       small cases only, under a second in all\n",
           program, purpose);
    exit(EXIT_SUCCESS);
}

_Noreturn static void refuse(const char *program, const char *option, const char *value,
                             const char *need)
{
    fprintf(stderr, "%s: --%s %s: need %s\n", program, option, value, need);
    exit(USAGE_STATUS);
}

static double read_seconds(const char *program, const char *text)
{
    char *end;
    const double seconds = strtod(text, &end);
    if (end == text || *end || !isfinite(seconds) || seconds <= 0 || seconds > 3600)
        refuse(program, "seconds", text, "a number above 0, at most 3600");
    return seconds;
}

static int32_t read_threads(const char *program, const char *text)
{
    char *end;
    const long threads = strtol(text, &end, 10);
    if (end == text || *end || threads < 1 || threads > MAX_THREADS)
        refuse(program, "threads", text, "1..256");
    return (int32_t)threads;
}

static void read_option(struct bench_options *options, int option, const char *program,
                        const char *purpose)
{
    switch (option) {
    case 'c':
        if (!bench_case_find(optarg))
            refuse(program, "case", optarg, "a name in bench/cases.def");
        options->only = optarg;
        break;
    case 's':
        options->seconds = read_seconds(program, optarg);
        break;
    case 't':
        options->threads = read_threads(program, optarg);
        break;
    case 'j':
        options->json = 1;
        break;
    case 'q':
        options->quick = 1;
        break;
    case 'h':
        print_help(program, purpose);
    default:
        exit(USAGE_STATUS);
    }
}

struct bench_options bench_options_read(int argc, char **argv, const char *purpose)
{
    struct bench_options options = { .seconds = 0.5, .threads = 1 };
    int option;
    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1)
        read_option(&options, option, argv[0], purpose);
    if (optind < argc) {
        fprintf(stderr, "%s: %s: need no operand\n", argv[0], argv[optind]);
        exit(USAGE_STATUS);
    }
    if (options.quick)
        options.seconds = QUICK_SECONDS;
    bench_check(seqnet_runtime_set_blas_threads(options.threads));
    return options;
}

int bench_options_want(const struct bench_options *options, const struct bench_case *c)
{
    if (options->only)
        return bench_case_find(options->only) == c;
    return !options->quick || (bench_case_flops(c) <= QUICK_FLOPS && c->hidden <= QUICK_HIDDEN);
}
