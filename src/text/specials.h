/* SPDX-License-Identifier: MIT */
/* The special symbols <pad>, <unk>, <bos>, <eos>: those in use take the first tokens. */
#ifndef SEQNET_TEXT_SPECIALS_H
#define SEQNET_TEXT_SPECIALS_H

#include <stddef.h>
#include <stdint.h>

#define SPECIALS_ALL 15 /* SEQNET_PAD | SEQNET_UNK | SEQNET_BOS | SEQNET_EOS */

/* How many specials a mask has. */
int32_t specials_count(int32_t mask);

/* Token of the special with this flag; -1 if the mask does not have it. */
int32_t specials_token(int32_t mask, int32_t flag);

/* Name of the mask's special with this token, 0..specials_count(mask)-1. */
const char *specials_name(int32_t mask, int32_t token);

/* Flag of the special of this name; 0: none. */
int32_t specials_flag(const char *name);

/* Length of the special name of the mask that `text` begins with; 0: none. */
size_t specials_prefix(int32_t mask, const char *text, size_t size);

#endif
