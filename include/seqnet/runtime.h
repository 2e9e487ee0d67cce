/* SPDX-License-Identifier: MIT */
/**
 * @file runtime.h
 * @brief Memory hooks, and what the library runs on: backend, instruction set, BLAS.
 *
 * Loading the library changes nothing in its host: no signal handler, locale, rounding mode, output
 * or BLAS thread count. seqnet_runtime_set_blas_threads changes a process-wide setting, and only
 * because it is asked to.
 */
#ifndef SEQNET_RUNTIME_H
#define SEQNET_RUNTIME_H

#include <seqnet/export.h>

SEQNET_BEGIN_DECLS

/**
 * @brief Where an object takes its memory from. Copied into the object; NULL in an option struct =
 *        malloc.
 *
 * alloc gives `bytes` bytes aligned to `alignment` (a power of two, at most 64), or NULL. free
 * takes what alloc gave. Both may be called from any thread that creates or destroys an object,
 * never from step, forward or backward. Both must return: an exception or longjmp that leaves them
 * would leave the library's objects half made. Both are needed: whatever takes a hook refuses one
 * without them with SEQNET_EINVAL.
 */
typedef struct seqnet_allocator {
    void *user;
    void *(*alloc)(size_t bytes, size_t alignment, void *user);
    void (*free)(void *block, void *user);
} seqnet_allocator;

/**
 * @brief The product backend of new layers: "native" (packed kernels of the library's own), or
 *        "blas" if the environment variable SEQNET_BACKEND asks for it at first use. Static
 *        storage.
 */
SEQNET_API const char *seqnet_runtime_backend(void);

/**
 * @brief The instruction set of the kernels in use: "baseline", "avx2" or "avx512"; on 64-bit ARM
 *        "neon", its only one.
 *
 * Chosen once, at first use, as the best this CPU has; the environment variable SEQNET_ISA can ask
 * for a lesser one by these names. Static storage.
 */
SEQNET_API const char *seqnet_runtime_isa(void);

/**
 * @brief The BLAS library that was loaded and its configuration, as it reports itself. Static
 *        storage.
 */
SEQNET_API const char *seqnet_runtime_blas(void);

/**
 * @brief The CPU kernels the BLAS library chose, such as "SkylakeX".
 *
 * OpenBLAS chooses when it is loaded. One that is older than the CPU may not know it and take
 * kernels without AVX, "Prescott" (Intel) or "Barcelona" (AMD), which are several times slower than
 * the right ones. The environment variable OPENBLAS_CORETYPE, set before the program starts, names
 * others: "Haswell" needs AVX2, "SkylakeX" AVX-512. The library never sets it.
 */
SEQNET_API const char *seqnet_runtime_blas_core(void);

/** @brief Number of threads the BLAS library uses in this process. */
SEQNET_API int32_t seqnet_runtime_blas_threads(void);

/**
 * @brief Set the number of threads of the BLAS library, for the whole process.
 *
 * @param threads 1 or more.
 * @retval SEQNET_EINVAL threads < 1.
 */
SEQNET_API int32_t seqnet_runtime_set_blas_threads(int32_t threads);

SEQNET_END_DECLS

#endif
