/* SPDX-License-Identifier: MIT */
/* What the loaded BLAS library is; its thread count is process-wide. */
#ifndef SEQNET_BLAS_INFO_H
#define SEQNET_BLAS_INFO_H

#include <stdint.h>

const char *blas_configuration(void);
const char *blas_core(void);
int32_t blas_threads(void);
void blas_set_threads(int32_t threads);

#endif
