/* SPDX-License-Identifier: MIT */
/*
 * Instruction sets. Files with inner loops are compiled once per set (cmake/SeqnetLibrary.cmake);
 * the best set the CPU has is chosen once, at first use. A file that is compiled per set ends its
 * exported names with ISA_SYMBOL.
 */
#ifndef SEQNET_KERNELS_ISA_H
#define SEQNET_KERNELS_ISA_H

#include <stdint.h>

/* From the least to the best. The baseline is what every CPU of the architecture has. */
enum isa { ISA_BASELINE, ISA_AVX2, ISA_AVX512, ISA_COUNT };

/*
 * The set in use: the best of this CPU, or the lesser one that the environment variable
 * SEQNET_ISA asks for.
 */
enum isa isa_selected(void);

/* Whether this build and this CPU have a set. */
int isa_available(enum isa isa);

/* "baseline", "avx2" or "avx512"; on 64-bit ARM the baseline is "neon". */
const char *isa_name(enum isa isa);

/* Before a loop: iterations are independent, although pointers may be equal (in-place updates). */
#ifdef SEQNET_DOUBLE
#define ISA_INDEPENDENT_LOOP /* that build calls the C library's exp and tanh: nothing to hint at */
#elif defined(__clang__)
#define ISA_INDEPENDENT_LOOP _Pragma("clang loop vectorize(assume_safety)")
#else
#define ISA_INDEPENDENT_LOOP _Pragma("GCC ivdep")
#endif

#define ISA_PASTE(name, isa) name##_##isa
#define ISA_EXPAND(name, isa) ISA_PASTE(name, isa)
#define ISA_SYMBOL(name) ISA_EXPAND(name, SEQNET_ISA_NAME)

#endif
