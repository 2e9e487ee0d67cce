/* SPDX-License-Identifier: MIT */
#ifndef SEQNET_ERROR_H
#define SEQNET_ERROR_H

#include <seqnet/export.h>

#define SEQNET_OK 0
#define SEQNET_EINVAL -1
#define SEQNET_ESHAPE -2
#define SEQNET_ERANGE -3
#define SEQNET_ENOMEM -4
#define SEQNET_EBUSY -5
#define SEQNET_ENOTSUP -6
#define SEQNET_EIO -7
#define SEQNET_EFORMAT -8
#define SEQNET_ENOTFOUND -9
#define SEQNET_ENONFINITE -10
#define SEQNET_ESTATE -11

SEQNET_BEGIN_DECLS

SEQNET_API const char *seqnet_error_message(void);
SEQNET_API const char *seqnet_error_name(int32_t code);

SEQNET_END_DECLS

#endif
