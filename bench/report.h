/* SPDX-License-Identifier: MIT */
/* What the benchmark programs are asked for, and the parts of their output they share. */
#ifndef SEQNET_BENCH_REPORT_H
#define SEQNET_BENCH_REPORT_H

#include "cases.h"
#include "harness.h"

struct bench_options {
    const char *only; /* name of the one case to run; NULL: all */
    double seconds;   /* to spend on a case */
    int32_t threads;  /* of contexts, and of the BLAS library */
    int32_t json;     /* 1: JSON lines, not tables */
    int32_t quick;    /* 1: small cases only, and little time for each */
};

/*
 * Read the command line and set the BLAS threads. Ends the program after --help, and with status 2
 * and one line on stderr on a wrong option. `purpose` is the first line of the help.
 */
struct bench_options bench_options_read(int argc, char **argv, const char *purpose);

/* Whether a case is to be run. */
int bench_options_want(const struct bench_options *options, const struct bench_case *c);

/* Machine, library, BLAS library and the environment variables that steer them. */
void bench_print_machine(const struct bench_options *options);

/* The members of a JSON object that say which case of which benchmark it is, with no brackets. */
void bench_json_case(const char *bench, const struct bench_case *c);

/* ,"name":{median, min and spread} in nanoseconds */
void bench_json_timing(const char *name, const struct bench_timing *timing);

#endif
