/* SPDX-License-Identifier: MIT */
#include "machine.h"

#include <seqnet/runtime.h>
#include <seqnet/version.h>

#include <stdio.h>

void machine_print(void)
{
    printf("seqnet %s\n", seqnet_version_string());
    printf("%s products, %s kernels; %s, core %s, %d thread(s)\n", seqnet_runtime_backend(),
           seqnet_runtime_isa(), seqnet_runtime_blas(), seqnet_runtime_blas_core(),
           (int)seqnet_runtime_blas_threads());
}
