/* SPDX-License-Identifier: MIT */
/* Vocabularies: the work behind seqnet_vocabulary_*, with arguments that were checked. */
#ifndef SEQNET_TEXT_VOCABULARY_H
#define SEQNET_TEXT_VOCABULARY_H

#include "text/symbol_table.h"
#include "text/symbols.h"

#include <seqnet/text.h>

struct seqnet_vocabulary {
    seqnet_allocator memory;
    struct symbol_rules rules;
    struct symbol_table symbols; /* a symbol's number is its token */
};

/* A vocabulary of the rules' specials only; NULL for no memory, without a message. */
seqnet_vocabulary *vocabulary_new(const seqnet_allocator *allocator,
                                  const struct symbol_rules *rules);

void vocabulary_destroy(seqnet_vocabulary *vocabulary);

int32_t vocabulary_build(const char *text, size_t bytes, const seqnet_vocabulary_options *options,
                         seqnet_vocabulary **vocabulary);

int32_t vocabulary_encode(const seqnet_vocabulary *vocabulary, const char *text, size_t bytes,
                          int32_t *tokens, int64_t capacity, int64_t *count);

int32_t vocabulary_decode(const seqnet_vocabulary *vocabulary, const int32_t *tokens, int64_t count,
                          char *text, size_t capacity, size_t *bytes);

int32_t vocabulary_to_json(const seqnet_vocabulary *vocabulary, char *json, size_t capacity,
                           size_t *bytes);

int32_t vocabulary_from_json(const char *json, size_t bytes, const seqnet_allocator *allocator,
                             seqnet_vocabulary **vocabulary);

#endif
