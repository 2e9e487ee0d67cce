/* SPDX-License-Identifier: MIT */
#ifndef SEQNET_KERNELS_CACHE_H
#define SEQNET_KERNELS_CACHE_H

/* Bytes of the first-level data cache; 32 KiB if the system does not say. */
long cache_first_level(void);

#endif
