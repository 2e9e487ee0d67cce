/* SPDX-License-Identifier: MIT */
/* Foreign text in messages. */
#ifndef SEQNET_TEXT_QUOTE_H
#define SEQNET_TEXT_QUOTE_H

#include <stddef.h>

#define QUOTE_BYTES 96

/*
 * Write `bytes` so that it can be shown: printable characters as they are, others as \u{1F}, bytes
 * that are no UTF-8 as \xE9; what does not fit is replaced by "..". Gives `quoted`.
 */
const char *quote_text(const char *bytes, size_t size, char quoted[QUOTE_BYTES]);

#endif
