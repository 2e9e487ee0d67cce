/* SPDX-License-Identifier: MIT */
/* What the text folder needs of Unicode; the only part that knows utf8proc. */
#ifndef SEQNET_TEXT_UNICODE_H
#define SEQNET_TEXT_UNICODE_H

#include <seqnet/runtime.h>

/* Bytes of the code point `text` begins with; 0 if there is none or it is not valid UTF-8. */
size_t unicode_decode(const char *text, size_t size, int32_t *code_point);

/*
 * Bytes of the grapheme cluster `text` begins with; 0 if it does not begin with valid UTF-8.
 * Nothing composes or reorders across the border of two clusters (UAX #29, UAX #15), so text may be
 * folded and normalised one cluster at a time.
 */
size_t unicode_cluster(const char *text, size_t size);

/* White space, line ends included: the property White_Space. */
int unicode_is_space(int32_t code_point);

/* A letter, mark, digit or apostrophe (U+0027, U+2019): what words are made of. */
int unicode_is_word(int32_t code_point);

/* Fit to be shown: no control or format character, line separator or unassigned code point. */
int unicode_is_printable(int32_t code_point);

/* Room to map text in; begin with zeros. */
struct unicode_buffer {
    int32_t *code_points;
    size_t capacity;
};

/*
 * Fold case (Unicode full case folding), normalise (NFC) or both. `text` is valid UTF-8; the result
 * stays in the buffer until the next call. Gives SEQNET_OK or SEQNET_ENOMEM, without a message.
 */
int32_t unicode_map(const seqnet_allocator *memory, struct unicode_buffer *buffer, const char *text,
                    size_t size, int fold_case, int normalize, const char **mapped,
                    size_t *mapped_size);

void unicode_buffer_free(const seqnet_allocator *memory, struct unicode_buffer *buffer);

#endif
