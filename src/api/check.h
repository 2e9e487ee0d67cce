/* SPDX-License-Identifier: MIT */
/*
 * Argument checks of the public functions. All fail with a message that names function and
 * value.
 */
#ifndef SEQNET_API_CHECK_H
#define SEQNET_API_CHECK_H

#include "core/error.h"

/* An argument, or a member, that must not be NULL. */
#define RETURN_IF_NULL(pointer) \
    RETURN_UNLESS((pointer) != NULL, SEQNET_EINVAL, "%s: " #pointer " = NULL", __func__)

/* An int32_t argument that must be in low..high. */
#define RETURN_UNLESS_IN(value, low, high, code)                                                   \
    RETURN_UNLESS((value) >= (low) && (value) <= (high), code, "%s: " #value " = %d, need %d..%d", \
                  __func__, (int)(value), (int)(low), (int)(high))

#endif
