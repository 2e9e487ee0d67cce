/* SPDX-License-Identifier: MIT */
/*
 * The number type of all arithmetic: float in the library; double in the build that checks
 * gradients.
 */
#ifndef SEQNET_CORE_REAL_H
#define SEQNET_CORE_REAL_H

#ifdef SEQNET_DOUBLE
typedef double real;
#else
typedef float real;
#endif

#endif
