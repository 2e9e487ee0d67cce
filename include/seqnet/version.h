/* SPDX-License-Identifier: MIT */
/**
 * @file version.h
 * @brief Version of the headers (macros) and of the loaded library (functions).
 *
 * Adding symbols or option members raises MINOR; removing or changing one raises MAJOR and the
 * SONAME.
 */
#ifndef SEQNET_VERSION_H
#define SEQNET_VERSION_H

#include <seqnet/export.h>

#define SEQNET_VERSION_MAJOR 0
#define SEQNET_VERSION_MINOR 1
#define SEQNET_VERSION_PATCH 0
#define SEQNET_VERSION_STRING "0.1.0"

/** The version as one comparable number: major * 10000 + minor * 100 + patch. */
#define SEQNET_VERSION \
    (SEQNET_VERSION_MAJOR * 10000 + SEQNET_VERSION_MINOR * 100 + SEQNET_VERSION_PATCH)

SEQNET_BEGIN_DECLS

/** @brief SEQNET_VERSION of the loaded library; compare with the macro to detect a mismatch. */
SEQNET_API int32_t seqnet_version(void);

/** @brief SEQNET_VERSION_STRING of the loaded library; static storage, never freed. */
SEQNET_API const char *seqnet_version_string(void);

SEQNET_END_DECLS

#endif
