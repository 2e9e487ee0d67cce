/* SPDX-License-Identifier: MIT */
#ifndef SEQNET_RUNTIME_H
#define SEQNET_RUNTIME_H

#include <seqnet/export.h>

SEQNET_BEGIN_DECLS

typedef struct seqnet_allocator {
    void *user;
    void *(*alloc)(size_t bytes, size_t alignment, void *user);
    void (*free)(void *block, void *user);
} seqnet_allocator;
SEQNET_API const char *seqnet_runtime_backend(void);
SEQNET_API const char *seqnet_runtime_isa(void);
SEQNET_API const char *seqnet_runtime_blas(void);
SEQNET_API const char *seqnet_runtime_blas_core(void);
SEQNET_API int32_t seqnet_runtime_blas_threads(void);
SEQNET_API int32_t seqnet_runtime_set_blas_threads(int32_t threads);

SEQNET_END_DECLS

#endif
