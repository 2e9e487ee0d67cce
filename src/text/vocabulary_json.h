/* SPDX-License-Identifier: MIT */
/*
 * A vocabulary as JSON text:
 *
 *     {"version":1,"level":"word","fold_case":false,"normalize":false,"split_punctuation":true,
 *      "specials":["<unk>","<eos>"],"symbols":["the",",", ..]}
 *
 * `symbols` are those after the specials, in the order of their tokens: strings, at byte level
 * numbers 0..255, for single bytes are no text. The reader accepts exactly these members.
 */
#ifndef SEQNET_TEXT_VOCABULARY_JSON_H
#define SEQNET_TEXT_VOCABULARY_JSON_H

#define VOCABULARY_JSON_VERSION 1
#define VOCABULARY_JSON_MEMBERS 7

/* Name of SEQNET_LEVEL_CHARACTER, _BYTE, _WORD. */
static const char *const vocabulary_json_levels[] = { "character", "byte", "word" };

#endif
