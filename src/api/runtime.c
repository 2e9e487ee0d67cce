/* SPDX-License-Identifier: MIT */
#include <seqnet/runtime.h>

#include "api/check.h"
#include "blas/info.h"
#include "kernels/isa.h"
#include "layers/backend.h"

const char *seqnet_runtime_backend(void)
{
    return backend_selected()->name;
}

const char *seqnet_runtime_isa(void)
{
    return isa_name(isa_selected());
}

const char *seqnet_runtime_blas(void)
{
    return blas_configuration();
}

const char *seqnet_runtime_blas_core(void)
{
    return blas_core();
}

int32_t seqnet_runtime_blas_threads(void)
{
    return blas_threads();
}

int32_t seqnet_runtime_set_blas_threads(int32_t threads)
{
    RETURN_UNLESS(threads >= 1, SEQNET_EINVAL, "%s: threads = %d, need 1 or more", __func__,
                  (int)threads);
    blas_set_threads(threads);
    return SEQNET_OK;
}
