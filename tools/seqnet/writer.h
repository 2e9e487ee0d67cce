/* SPDX-License-Identifier: MIT */
/* Symbols of a language model as running text on stdout. */
#ifndef SEQNET_TOOL_WRITER_H
#define SEQNET_TOOL_WRITER_H

#include <seqnet/text.h>

struct writer {
    const seqnet_vocabulary *vocabulary;
    int glue; /* words: 1: the next one takes no space before it */
};

/*
 * Words get a space between them, but none before a closing mark or behind an opening one; <eos> is
 * a line end. Gives 0 if stdout takes no more.
 */
int writer_put(struct writer *writer, int32_t token);

#endif
