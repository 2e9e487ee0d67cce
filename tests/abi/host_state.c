/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "abi/host_state.h"

#include <cblas.h>
#include <dirent.h>
#include <fcntl.h>
#include <fenv.h>
#include <locale.h>
#include <stddef.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

/* Control bits only: that an operation was inexact is no change. */
static void read_float_control(uint64_t control[2])
{
#if defined(__x86_64__)
    fenv_t environment;
    fegetenv(&environment);
    control[0] = environment.__control_word;
    control[1] = environment.__mxcsr & ~0x3fu;
#elif defined(__aarch64__)
    __asm__("mrs %0, fpcr" : "=r"(control[0]));
#endif
}

/* FNV-1a over all strings. */
static uint64_t sum_environment(void)
{
    uint64_t sum = 14695981039346656037u;
    for (char **entry = environ; *entry; entry++)
        for (const char *c = *entry;; c++) {
            sum = (sum ^ (unsigned char)*c) * 1099511628211u;
            if (!*c)
                break;
        }
    return sum;
}

static uint64_t list_descriptors(void)
{
    uint64_t open = 0;
    for (int i = 0; i < 64; i++)
        if (fcntl(i, F_GETFD) != -1)
            open |= (uint64_t)1 << i;
    return open;
}

static int count_threads(void)
{
    DIR *tasks = opendir("/proc/self/task");
    int count = 0;
    if (!tasks)
        return 0;
    for (const struct dirent *task; (task = readdir(tasks)) != NULL;)
        count += task->d_name[0] != '.';
    closedir(tasks);
    return count;
}

void host_state_read(struct host_state *state)
{
    memset(state, 0, sizeof *state);
    read_float_control(state->float_control);
    state->rounding = fegetround();
    snprintf(state->locale, sizeof state->locale, "%s", setlocale(LC_ALL, NULL));
    if (!getcwd(state->directory, sizeof state->directory))
        state->directory[0] = 0;
    umask(state->umask = umask(0));
    state->environment = sum_environment();
    state->descriptors = list_descriptors();
    state->threads = count_threads();
    state->blas_threads = openblas_get_num_threads();
    sigprocmask(SIG_SETMASK, NULL, &state->blocked);
    for (int i = 1; i <= 64; i++)
        sigaction(i, NULL, &state->signals[i]);
}

static int signals_differ(const struct host_state *a, const struct host_state *b)
{
    for (int i = 1; i <= 64; i++)
        if (a->signals[i].sa_handler != b->signals[i].sa_handler ||
            a->signals[i].sa_flags != b->signals[i].sa_flags)
            return 1;
    return 0;
}

static int masks_differ(const sigset_t *a, const sigset_t *b)
{
    for (int i = 1; i <= 64; i++)
        if (sigismember(a, i) != sigismember(b, i))
            return 1;
    return 0;
}

const char *host_state_difference(const struct host_state *before, const struct host_state *after)
{
    const struct {
        int differs;
        const char *name;
    } checks[] = {
        { memcmp(before->float_control, after->float_control, sizeof before->float_control) != 0,
          "the control of floating point" },
        { before->rounding != after->rounding, "the rounding mode" },
        { strcmp(before->locale, after->locale) != 0, "the locale" },
        { strcmp(before->directory, after->directory) != 0, "the working directory" },
        { before->umask != after->umask, "the umask" },
        { before->environment != after->environment, "the environment" },
        { before->descriptors != after->descriptors, "the open files" },
        { before->threads != after->threads, "the number of threads" },
        { before->blas_threads != after->blas_threads, "the threads of the BLAS library" },
        { masks_differ(&before->blocked, &after->blocked), "the blocked signals" },
        { signals_differ(before, after), "the signal handlers" },
    };
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        if (checks[i].differs)
            return checks[i].name;
    return NULL;
}
