/* SPDX-License-Identifier: MIT */
#include "threads.h"
#include "report.h"

#include <seqnet/runtime.h>

enum { MOST_THREADS = 4 };

int threads_set(int64_t threads)
{
    const int32_t own = seqnet_runtime_blas_threads();
    const int32_t usual = own > MOST_THREADS ? MOST_THREADS : own;
    const int32_t code = seqnet_runtime_set_blas_threads(threads ? (int32_t)threads : usual);
    return code == 0 ? STATUS_OK : report_library(code, "--threads");
}
