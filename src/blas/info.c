/* SPDX-License-Identifier: MIT */
#include "blas/info.h"

#include <cblas.h>

const char *blas_configuration(void)
{
    return openblas_get_config();
}

const char *blas_core(void)
{
    return openblas_get_corename();
}

int32_t blas_threads(void)
{
    return openblas_get_num_threads();
}

void blas_set_threads(int32_t threads)
{
    openblas_set_num_threads(threads);
}
