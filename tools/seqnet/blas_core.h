/* SPDX-License-Identifier: MIT */
#ifndef SEQNET_TOOL_BLAS_CORE_H
#define SEQNET_TOOL_BLAS_CORE_H

/*
 * OpenBLAS takes a CPU that is newer than itself for one of 2004, without AVX, and is then several
 * times slower than it could be. It can be told better only before it is loaded: where that has
 * happened this sets OPENBLAS_CORETYPE and starts the program again. Otherwise it just returns.
 */
void blas_core_choose(char **argv);

#endif
