/* SPDX-License-Identifier: MIT */
/**
 * @file text.h
 * @brief From text to batches: vocabularies (bytes, characters, words), language model rows, padded
 *        batches.
 *
 * Threads: a vocabulary does not change after creation and may be shared; corpora and datasets are
 * for one thread at a time.
 */
#ifndef SEQNET_TEXT_H
#define SEQNET_TEXT_H

#include <seqnet/error.h>
#include <seqnet/export.h>
#include <seqnet/runtime.h>

SEQNET_BEGIN_DECLS

/* ---------------------------------------------------------------- vocabulary */

typedef struct seqnet_vocabulary seqnet_vocabulary;

/** What one symbol is. */
#define SEQNET_LEVEL_CHARACTER 0 /**< one Unicode code point of UTF-8 text */
#define SEQNET_LEVEL_BYTE 1      /**< one byte, any encoding */
#define SEQNET_LEVEL_WORD 2      /**< a run of non-space; a line end is `<eos>` if there is one */

/** Special symbols, or'ed into `specials`; present ones take the first tokens, in this order. */
#define SEQNET_PAD 1 /**< "<pad>" */
#define SEQNET_UNK 2 /**< "<unk>": symbols outside the vocabulary */
#define SEQNET_BOS 4 /**< "<bos>" */
#define SEQNET_EOS 8 /**< "<eos>" */

typedef struct seqnet_vocabulary_options {
    size_t struct_size;
    const seqnet_allocator *allocator; /**< NULL: malloc */
    int32_t level;                     /**< SEQNET_LEVEL_CHARACTER, _BYTE or _WORD */
    int32_t specials;                  /**< SEQNET_PAD | SEQNET_UNK | .. */
    int32_t max_size;                  /**< most frequent symbols to keep, with specials; 0: all */
    int32_t min_count;                 /**< drop symbols seen less often; 0: 1 */
    int32_t fold_case;                 /**< 1: Unicode case folding first (not at byte level) */
    int32_t normalize;                 /**< 1: Unicode NFC first (not at byte level) */
    int32_t split_punctuation;         /**< word level: 1: each character but letters, marks,
                                            digits and apostrophes is a word of its own */
    int32_t reserved;
} seqnet_vocabulary_options;

/* clang-format off */
#define SEQNET_VOCABULARY_OPTIONS_INIT \
    { sizeof(seqnet_vocabulary_options), NULL, 0, 0, 0, 0, 0, 0, 0, 0 }
/* clang-format on */

SEQNET_API void seqnet_vocabulary_options_init(seqnet_vocabulary_options *options,
                                               size_t struct_size);

/**
 * @brief Collect the symbols of a text.
 *
 * Tokens after the specials are ordered by falling frequency, ties by the symbol's bytes, so that
 * equal texts give equal vocabularies.
 *
 * @param[in] text   (bytes), need not end in 0; may contain 0 at byte level.
 * @param bytes      length of the text.
 * @param options    NULL: characters, no specials.
 * @param[out] vocabulary the new vocabulary, NULL on error.
 * @retval SEQNET_EFORMAT invalid UTF-8 at character or word level; the message names the byte
 *                        offset.
 * @retval SEQNET_EINVAL, SEQNET_ENOMEM, SEQNET_ENOTSUP
 */
SEQNET_API int32_t seqnet_vocabulary_build(const char *text, size_t bytes,
                                           const seqnet_vocabulary_options *options,
                                           seqnet_vocabulary **vocabulary);

/** @brief Free a vocabulary. NULL is accepted. */
SEQNET_API void seqnet_vocabulary_destroy(seqnet_vocabulary *vocabulary);

/** @brief Number of tokens V. */
SEQNET_API int32_t seqnet_vocabulary_size(const seqnet_vocabulary *vocabulary);

/** @brief SEQNET_LEVEL_* of this vocabulary. */
SEQNET_API int32_t seqnet_vocabulary_level(const seqnet_vocabulary *vocabulary);

/** @brief Token of a special symbol (one of SEQNET_PAD ..), -1 if the vocabulary has none. */
SEQNET_API int32_t seqnet_vocabulary_special(const seqnet_vocabulary *vocabulary, int32_t special);

/** @brief Token of a symbol, -1 if there is none. Specials are found by their names. */
SEQNET_API int32_t seqnet_vocabulary_find(const seqnet_vocabulary *vocabulary, const char *symbol,
                                          size_t bytes);

/**
 * @brief The symbol of a token.
 * @param[out] symbol borrowed, ends in 0; valid as long as the vocabulary.
 * @param[out] bytes  its length; NULL: not wanted.
 * @retval SEQNET_ERANGE no such token.
 */
SEQNET_API int32_t seqnet_vocabulary_symbol(const seqnet_vocabulary *vocabulary, int32_t token,
                                            const char **symbol, size_t *bytes);

/**
 * @brief Turn text into tokens. `<bos>` and `<eos>` are never added, except that a line end is
 *        `<eos>` at word level.
 *
 * @param[out] tokens  (capacity); NULL with capacity 0 to count only.
 * @param[out] count   tokens the text has.
 * @retval SEQNET_ESHAPE  capacity is too small; nothing written but count.
 * @retval SEQNET_ERANGE  an unknown symbol and no `<unk>`; the message names it and its offset in
 *                        bytes.
 * @retval SEQNET_EFORMAT invalid UTF-8.
 * @retval SEQNET_ENOMEM  (case folding and normalisation need a copy)
 */
SEQNET_API int32_t seqnet_vocabulary_encode(const seqnet_vocabulary *vocabulary, const char *text,
                                            size_t bytes, int32_t *tokens, int64_t capacity,
                                            int64_t *count);

/**
 * @brief Turn tokens into text; words are joined by spaces, `<eos>` becomes a line end, `<pad>` and
 *        `<bos>` nothing.
 *
 * @param[out] text   (capacity) bytes, ends in 0 if it fits; NULL with capacity 0 to count only.
 * @param[out] bytes  length of the text without the final 0.
 * @retval SEQNET_ESHAPE capacity < *bytes + 1; nothing written but bytes.
 * @retval SEQNET_ERANGE a token is outside the vocabulary.
 */
SEQNET_API int32_t seqnet_vocabulary_decode(const seqnet_vocabulary *vocabulary,
                                            const int32_t *tokens, int64_t count, char *text,
                                            size_t capacity, size_t *bytes);

/**
 * @brief One-hot rows: out[n][tokens[n]] = 1, all else 0.
 * @param[out] out (count, size) float.
 * @retval SEQNET_ERANGE a token is outside 0..size-1; nothing written.
 */
SEQNET_API int32_t seqnet_one_hot(const int32_t *tokens, int64_t count, int32_t size, float *out);

/**
 * @brief The vocabulary as JSON text, for a model file's metadata.
 * @param[out] json  (capacity), ends in 0; NULL with capacity 0 to count only.
 * @param[out] bytes its length without the final 0.
 * @retval SEQNET_ESHAPE capacity < *bytes + 1; nothing written but bytes.
 * @retval SEQNET_EINVAL
 */
SEQNET_API int32_t seqnet_vocabulary_to_json(const seqnet_vocabulary *vocabulary, char *json,
                                             size_t capacity, size_t *bytes);

/**
 * @brief A vocabulary from seqnet_vocabulary_to_json's text.
 * @param[in] json (bytes), need not end in 0.
 * @param allocator NULL: malloc.
 * @param[out] vocabulary the new vocabulary, NULL on error.
 * @retval SEQNET_EFORMAT not such a text; the message says where.
 * @retval SEQNET_EINVAL, SEQNET_ENOMEM
 */
SEQNET_API int32_t seqnet_vocabulary_from_json(const char *json, size_t bytes,
                                               const seqnet_allocator *allocator,
                                               seqnet_vocabulary **vocabulary);

/* ---------------------------------------------------------------- corpus: rows of one long text */

typedef struct seqnet_corpus seqnet_corpus;

/**
 * @brief Cut one long token sequence into B rows that are read side by side, for language models.
 *
 * Row b is the contiguous tokens b*n .. (b+1)*n - 1 with n = count / B (the rest is dropped), so
 * that row b of one window continues row b of the window before: state may be carried. Targets are
 * the tokens one step later.
 *
 * @param[in] tokens (count); copied.
 * @param batch      B, 1 or more.
 * @param allocator  NULL: malloc.
 * @param[out] corpus the new corpus, NULL on error.
 * @retval SEQNET_ESHAPE fewer than 2 tokens per row.
 * @retval SEQNET_EINVAL, SEQNET_ENOMEM
 */
SEQNET_API int32_t seqnet_corpus_create(const int32_t *tokens, int64_t count, int32_t batch,
                                        const seqnet_allocator *allocator, seqnet_corpus **corpus);

/** @brief Free a corpus. NULL is accepted. */
SEQNET_API void seqnet_corpus_destroy(seqnet_corpus *corpus);

/** @brief Steps of one row that have a target: count / B - 1. */
SEQNET_API int64_t seqnet_corpus_steps(const seqnet_corpus *corpus);

/** @brief The step the next window starts at, 0..seqnet_corpus_steps. */
SEQNET_API int64_t seqnet_corpus_position(const seqnet_corpus *corpus);

/** @brief Go to a step (0 to start a new epoch, or a saved position). SEQNET_ERANGE outside. */
SEQNET_API int32_t seqnet_corpus_seek(seqnet_corpus *corpus, int64_t position);

/**
 * @brief The next window of up to max_steps steps.
 *
 * @param max_steps     1 or more.
 * @param[out] inputs   (T, B) sequence-major.
 * @param[out] targets  (T, B): inputs one step later.
 * @param[out] steps    T, 0 at the end of the corpus; less than max_steps in the last window.
 */
SEQNET_API int32_t seqnet_corpus_next(seqnet_corpus *corpus, int32_t max_steps, int32_t *inputs,
                                      int32_t *targets, int32_t *steps);

/* ---------------------------------------------------------------- dataset: many short sequences */

typedef struct seqnet_dataset seqnet_dataset;

/**
 * @brief An empty collection of token sequences with targets, read as padded batches of similar
 *        length.
 * @param targets_per_step 0: one target per sequence (classification); 1: one per step (tagging).
 * @param pad_token        what to write at padding in inputs; padding targets are -1 (use as
 *                         ignore_index).
 * @param allocator        NULL: malloc.
 * @param[out] dataset     the new dataset, NULL on error.
 * @retval SEQNET_EINVAL, SEQNET_ENOMEM
 */
SEQNET_API int32_t seqnet_dataset_create(int32_t targets_per_step, int32_t pad_token,
                                         const seqnet_allocator *allocator,
                                         seqnet_dataset **dataset);

/** @brief Free a dataset. NULL is accepted. */
SEQNET_API void seqnet_dataset_destroy(seqnet_dataset *dataset);

/**
 * @brief Append a sequence (copied).
 * @param[in] tokens  (length).
 * @param length      0 or more.
 * @param[in] targets (1) or (length), by targets_per_step.
 * @retval SEQNET_ENOTSUP the dataset has 2^31 - 1 sequences.
 * @retval SEQNET_EINVAL, SEQNET_ENOMEM; the dataset is as it was.
 */
SEQNET_API int32_t seqnet_dataset_add(seqnet_dataset *dataset, const int32_t *tokens,
                                      int32_t length, const int32_t *targets);

/** @brief Number of sequences. */
SEQNET_API int64_t seqnet_dataset_count(const seqnet_dataset *dataset);

/**
 * @brief The most steps a batch can have: the length of the longest sequence, at least 1; 0 without
 *        sequences.
 */
SEQNET_API int32_t seqnet_dataset_max_length(const seqnet_dataset *dataset);

/**
 * @brief Start an epoch: shuffle by the seed, group sequences of similar length into batches,
 *        shuffle batches.
 * @param batch most sequences of a batch, 1 or more.
 * @param seed  equal seeds give equal epochs; with seed 0 nothing is shuffled (evaluation):
 *              sequences come sorted by length, ties in the order they were added.
 * @retval SEQNET_EINVAL, SEQNET_ENOMEM; an epoch that was started before goes on.
 */
SEQNET_API int32_t seqnet_dataset_start(seqnet_dataset *dataset, int32_t batch, uint64_t seed);

/** @brief The batch the next call gives, from 0. */
SEQNET_API int64_t seqnet_dataset_position(const seqnet_dataset *dataset);

/**
 * @brief Go to a batch of the epoch that was started.
 * @retval SEQNET_ERANGE outside 0..number of batches.
 * @retval SEQNET_ESTATE no epoch was started.
 * @retval SEQNET_EINVAL
 */
SEQNET_API int32_t seqnet_dataset_seek(seqnet_dataset *dataset, int64_t position);

/**
 * @brief The next padded batch; all arrays have room for max_length * batch or batch elements.
 *
 * @param[out] inputs   (T, B) sequence-major, padded with pad_token.
 * @param[out] targets  (B), or (T, B) padded with -1.
 * @param[out] lengths  (B).
 * @param[out] steps    T: the longest of the batch, at least 1; 0 at the end of the epoch.
 * @param[out] batch    B, less than asked for in the last batch.
 * @retval SEQNET_ESTATE no epoch was started.
 */
SEQNET_API int32_t seqnet_dataset_next(seqnet_dataset *dataset, int32_t *inputs, int32_t *targets,
                                       int32_t *lengths, int32_t *steps, int32_t *batch);

SEQNET_END_DECLS

#endif
