/* SPDX-License-Identifier: MIT */
#include "kernels/isa.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Every 64-bit ARM has the vectors and fused multiply-adds of NEON. */
#ifdef __aarch64__
static const char *const names[ISA_COUNT] = { "neon", "avx2", "avx512" };
#else
static const char *const names[ISA_COUNT] = { "baseline", "avx2", "avx512" };
#endif

const char *isa_name(enum isa isa)
{
    return names[isa];
}

#if defined(SEQNET_HAVE_AVX2) && defined(SEQNET_HAVE_AVX512)
static int cpu_has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static int cpu_has_avx512(void)
{
    return cpu_has_avx2() && __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl");
}
#else
static int cpu_has_avx2(void)
{
    return 0;
}

static int cpu_has_avx512(void)
{
    return 0;
}
#endif

int isa_available(enum isa isa)
{
    switch (isa) {
    case ISA_BASELINE:
        return 1;
    case ISA_AVX2:
        return cpu_has_avx2();
    case ISA_AVX512:
        return cpu_has_avx512();
    default:
        return 0;
    }
}

static enum isa choose(void)
{
    const char *wanted = getenv("SEQNET_ISA");
    enum isa best = ISA_BASELINE;
    for (int isa = ISA_BASELINE; isa < ISA_COUNT; isa++) {
        if (!isa_available((enum isa)isa))
            break;
        best = (enum isa)isa;
        if (wanted && strcmp(wanted, names[isa]) == 0)
            break;
    }
    return best;
}

enum isa isa_selected(void)
{
    /* 0: not chosen yet. Two threads that race here write the same value. */
    static atomic_int selected;
    int isa = atomic_load_explicit(&selected, memory_order_relaxed);
    if (isa == 0) {
        isa = (int)choose() + 1;
        atomic_store_explicit(&selected, isa, memory_order_relaxed);
    }
    return (enum isa)(isa - 1);
}
