/* SPDX-License-Identifier: MIT */
#ifndef SEQNET_TOOL_MACHINE_H
#define SEQNET_TOOL_MACHINE_H

/* Prints the version, and in a second line what the library runs on: products, kernels, BLAS. */
void machine_print(void);

#endif
