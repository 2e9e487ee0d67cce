/* SPDX-License-Identifier: MIT */
/**
 * @file error.h
 * @brief Error codes and the message of the last failure.
 *
 * Every fallible function returns int32_t: SEQNET_OK (0) or one of the negative codes below. Codes
 * are never renumbered. On error all outputs are untouched (a created handle is set to NULL) and
 * every object stays usable. The library never prints, aborts or exits because of bad input.
 */
#ifndef SEQNET_ERROR_H
#define SEQNET_ERROR_H

#include <seqnet/export.h>

#define SEQNET_OK 0           /**< success */
#define SEQNET_EINVAL -1      /**< an argument is NULL or outside its documented values */
#define SEQNET_ESHAPE -2      /**< a shape or element count does not fit the object */
#define SEQNET_ERANGE -3      /**< a token or index is outside 0..size-1 */
#define SEQNET_ENOMEM -4      /**< the allocator gave NULL, or a size does not fit size_t */
#define SEQNET_EBUSY -5       /**< another thread is inside this context or trainer */
#define SEQNET_ENOTSUP -6     /**< valid, but not supported by this version, layer or mode */
#define SEQNET_EIO -7         /**< the system refused to open, read, write or rename a file */
#define SEQNET_EFORMAT -8     /**< a file or text does not follow its format */
#define SEQNET_ENOTFOUND -9   /**< no parameter, state or entry of that name */
#define SEQNET_ENONFINITE -10 /**< a loss or gradient is NaN or infinite; nothing was updated */
#define SEQNET_ESTATE -11     /**< calls out of order, such as backward without a forward */

SEQNET_BEGIN_DECLS

/**
 * @brief What failed in this thread's last failing call: function, name = value, and what is
 *        needed.
 *
 * Example: "seqnet_lstm_create: hidden_size = 0, need 1..65536".
 *
 * @return a thread-local string, "" before the first failure; valid until this thread's next
 *         failing call. UTF-8 of at most 255 bytes without control characters: others in a name
 *         it quotes are shown as '?'.
 */
SEQNET_API const char *seqnet_error_message(void);

/**
 * @brief The name of a code, such as "SEQNET_EINVAL"; "SEQNET_E?" for an unknown one. Static
 *        storage.
 */
SEQNET_API const char *seqnet_error_name(int32_t code);

SEQNET_END_DECLS

#endif
