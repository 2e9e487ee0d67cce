/* SPDX-License-Identifier: MIT */
#include "threads.h"
#include "report.h"

#include <seqnet/runtime.h>

enum { SMALL_HIDDEN = 256, MOST_THREADS = 4 };

/* As many as the BLAS library would take itself, but few. */
static int32_t usual(int64_t hidden)
{
    const int32_t own = seqnet_runtime_blas_threads();
    return hidden < SMALL_HIDDEN ? 1 : own > MOST_THREADS ? MOST_THREADS : own;
}

int threads_set(int64_t threads, int64_t hidden)
{
    const int32_t wanted = threads ? (int32_t)threads : usual(hidden);
    const int32_t code = seqnet_runtime_set_blas_threads(wanted);
    return code == 0 ? STATUS_OK : report_library(code, "--threads");
}
