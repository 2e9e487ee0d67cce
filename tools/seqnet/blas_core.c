/* SPDX-License-Identifier: MIT */
#include "blas_core.h"

#include <seqnet/runtime.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char variable[] = "OPENBLAS_CORETYPE";

/* The kernels that need what an instruction set of the library promises; NULL: leave it. */
static const char *core_for(const char *isa)
{
    if (strcmp(isa, "avx512") == 0)
        return "SkylakeX";
    return strcmp(isa, "avx2") == 0 ? "Haswell" : NULL;
}

/* What OpenBLAS falls back to for unknown CPUs of Intel and AMD. */
static int is_fallback(const char *core)
{
    return strcmp(core, "Prescott") == 0 || strcmp(core, "Barcelona") == 0;
}

void blas_core_choose(char **argv)
{
    const char *core = core_for(seqnet_runtime_isa());
    if (!core || getenv(variable) || !is_fallback(seqnet_runtime_blas_core()))
        return;
    if (!strstr(seqnet_runtime_blas(), "DYNAMIC_ARCH") || setenv(variable, core, 1) != 0)
        return;
    execv("/proc/self/exe", argv);
    unsetenv(variable);
}
