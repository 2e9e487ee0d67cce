/* SPDX-License-Identifier: MIT */
#ifndef SEQNET_VERSION_H
#define SEQNET_VERSION_H

#include <seqnet/export.h>

#define SEQNET_VERSION_MAJOR 0
#define SEQNET_VERSION_MINOR 1
#define SEQNET_VERSION_PATCH 0
#define SEQNET_VERSION_STRING "0.1.0"

#define SEQNET_VERSION \
    (SEQNET_VERSION_MAJOR * 10000 + SEQNET_VERSION_MINOR * 100 + SEQNET_VERSION_PATCH)

SEQNET_BEGIN_DECLS

SEQNET_API int32_t seqnet_version(void);
SEQNET_API const char *seqnet_version_string(void);

SEQNET_END_DECLS

#endif
