/* SPDX-License-Identifier: MIT */
/* What belongs to the program that loads a library, and a library leaves as it was. */
#ifndef SEQNET_TESTS_HOST_STATE_H
#define SEQNET_TESTS_HOST_STATE_H

#include <signal.h>
#include <stdint.h>
#include <sys/types.h>

struct host_state {
    uint64_t float_control[2]; /* x86: x87 control word, MXCSR without its flags; ARM: FPCR */
    int rounding;
    char locale[512];
    char directory[512];
    mode_t umask;
    uint64_t environment; /* a checksum */
    uint64_t descriptors; /* open ones below 64, a bit each */
    int threads;
    int blas_threads;
    sigset_t blocked;
    struct sigaction signals[65];
};

/* What cannot be read on this system is zero. */
void host_state_read(struct host_state *state);

/* The name of the first thing that differs; NULL: none. */
const char *host_state_difference(const struct host_state *before, const struct host_state *after);

#endif
