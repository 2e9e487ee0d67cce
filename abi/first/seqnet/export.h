/* SPDX-License-Identifier: MIT */
#ifndef SEQNET_EXPORT_H
#define SEQNET_EXPORT_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#define SEQNET_API
#elif defined(__GNUC__)
#define SEQNET_API __attribute__((visibility("default")))
#else
#define SEQNET_API
#endif

#ifdef __cplusplus
#define SEQNET_BEGIN_DECLS extern "C" {
#define SEQNET_END_DECLS }
#else
#define SEQNET_BEGIN_DECLS
#define SEQNET_END_DECLS
#endif

#endif
