/* SPDX-License-Identifier: MIT */
/*
 * Cutting text into symbols. It happens in two stages:
 *
 *     text --> pieces --> mapped (case folding, NFC) --> symbols
 *
 * A piece is a byte, a code point (a grapheme cluster if it is to be mapped) or a run of non-space:
 * as small as can be mapped on its own. So a text of any length needs a buffer of one piece only,
 * and a symbol's place in the text is known although mapping changes lengths.
 */
#ifndef SEQNET_TEXT_SYMBOLS_H
#define SEQNET_TEXT_SYMBOLS_H

#include "text/unicode.h"

/* The options of a vocabulary that say how text is cut; meaning as in seqnet_vocabulary_options. */
struct symbol_rules {
    int32_t level;
    int32_t specials;
    int32_t fold_case;
    int32_t normalize;
    int32_t split_punctuation;
};

struct symbol {
    const char *bytes; /* valid until the next call; not ended by 0 */
    size_t size;       /* 0: the text has ended */
    size_t offset;     /* in the text; with mapping, of the piece the symbol is from */
};

struct symbols {
    const struct symbol_rules *rules;
    const seqnet_allocator *memory;
    const char *function; /* for messages */
    const char *text;
    size_t size;
    size_t position; /* end of the current piece in the text */
    size_t piece_offset;
    const char *piece;
    size_t piece_size;
    size_t piece_used;
    struct unicode_buffer buffer;
};

/* Begin a text. The iterator keeps all its pointers; end it with symbols_end. */
struct symbols symbols_begin(const struct symbol_rules *rules, const seqnet_allocator *memory,
                             const char *function, const char *text, size_t size);

/*
 * The next symbol. At word level a line feed gives "<eos>" if the rules have that special; with
 * split_punctuation the names of specials stay whole.
 * SEQNET_EFORMAT: invalid UTF-8; SEQNET_ENOMEM.
 */
int32_t symbols_next(struct symbols *symbols, struct symbol *symbol);

void symbols_end(struct symbols *symbols);

/* Whether these bytes could be a symbol: cut without mapping they stay in one piece. */
int symbols_is_one(const struct symbol_rules *rules, const char *bytes, size_t size);

#endif
