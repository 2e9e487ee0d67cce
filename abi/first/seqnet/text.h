/* SPDX-License-Identifier: MIT */
#ifndef SEQNET_TEXT_H
#define SEQNET_TEXT_H

#include <seqnet/error.h>
#include <seqnet/export.h>
#include <seqnet/runtime.h>

SEQNET_BEGIN_DECLS

typedef struct seqnet_vocabulary seqnet_vocabulary;

#define SEQNET_LEVEL_CHARACTER 0
#define SEQNET_LEVEL_BYTE 1
#define SEQNET_LEVEL_WORD 2

#define SEQNET_PAD 1
#define SEQNET_UNK 2
#define SEQNET_BOS 4
#define SEQNET_EOS 8

typedef struct seqnet_vocabulary_options {
    size_t struct_size;
    const seqnet_allocator *allocator;
    int32_t level;
    int32_t specials;
    int32_t max_size;
    int32_t min_count;
    int32_t fold_case;
    int32_t normalize;
    int32_t split_punctuation;
    int32_t reserved;
} seqnet_vocabulary_options;

#define SEQNET_VOCABULARY_OPTIONS_INIT                                  \
    {                                                                   \
        sizeof(seqnet_vocabulary_options), NULL, 0, 0, 0, 0, 0, 0, 0, 0 \
    }

SEQNET_API void seqnet_vocabulary_options_init(seqnet_vocabulary_options *options,
                                               size_t struct_size);
SEQNET_API int32_t seqnet_vocabulary_build(const char *text, size_t bytes,
                                           const seqnet_vocabulary_options *options,
                                           seqnet_vocabulary **vocabulary);
SEQNET_API void seqnet_vocabulary_destroy(seqnet_vocabulary *vocabulary);
SEQNET_API int32_t seqnet_vocabulary_size(const seqnet_vocabulary *vocabulary);
SEQNET_API int32_t seqnet_vocabulary_level(const seqnet_vocabulary *vocabulary);
SEQNET_API int32_t seqnet_vocabulary_special(const seqnet_vocabulary *vocabulary, int32_t special);
SEQNET_API int32_t seqnet_vocabulary_find(const seqnet_vocabulary *vocabulary, const char *symbol,
                                          size_t bytes);
SEQNET_API int32_t seqnet_vocabulary_symbol(const seqnet_vocabulary *vocabulary, int32_t token,
                                            const char **symbol, size_t *bytes);
SEQNET_API int32_t seqnet_vocabulary_encode(const seqnet_vocabulary *vocabulary, const char *text,
                                            size_t bytes, int32_t *tokens, int64_t capacity,
                                            int64_t *count);
SEQNET_API int32_t seqnet_vocabulary_decode(const seqnet_vocabulary *vocabulary,
                                            const int32_t *tokens, int64_t count, char *text,
                                            size_t capacity, size_t *bytes);
SEQNET_API int32_t seqnet_one_hot(const int32_t *tokens, int64_t count, int32_t size, float *out);
SEQNET_API int32_t seqnet_vocabulary_to_json(const seqnet_vocabulary *vocabulary, char *json,
                                             size_t capacity, size_t *bytes);
SEQNET_API int32_t seqnet_vocabulary_from_json(const char *json, size_t bytes,
                                               const seqnet_allocator *allocator,
                                               seqnet_vocabulary **vocabulary);

typedef struct seqnet_corpus seqnet_corpus;
SEQNET_API int32_t seqnet_corpus_create(const int32_t *tokens, int64_t count, int32_t batch,
                                        const seqnet_allocator *allocator, seqnet_corpus **corpus);
SEQNET_API void seqnet_corpus_destroy(seqnet_corpus *corpus);
SEQNET_API int64_t seqnet_corpus_steps(const seqnet_corpus *corpus);
SEQNET_API int64_t seqnet_corpus_position(const seqnet_corpus *corpus);
SEQNET_API int32_t seqnet_corpus_seek(seqnet_corpus *corpus, int64_t position);
SEQNET_API int32_t seqnet_corpus_next(seqnet_corpus *corpus, int32_t max_steps, int32_t *inputs,
                                      int32_t *targets, int32_t *steps);

typedef struct seqnet_dataset seqnet_dataset;
SEQNET_API int32_t seqnet_dataset_create(int32_t targets_per_step, int32_t pad_token,
                                         const seqnet_allocator *allocator,
                                         seqnet_dataset **dataset);
SEQNET_API void seqnet_dataset_destroy(seqnet_dataset *dataset);
SEQNET_API int32_t seqnet_dataset_add(seqnet_dataset *dataset, const int32_t *tokens,
                                      int32_t length, const int32_t *targets);
SEQNET_API int64_t seqnet_dataset_count(const seqnet_dataset *dataset);
SEQNET_API int32_t seqnet_dataset_max_length(const seqnet_dataset *dataset);
SEQNET_API int32_t seqnet_dataset_start(seqnet_dataset *dataset, int32_t batch, uint64_t seed);
SEQNET_API int64_t seqnet_dataset_position(const seqnet_dataset *dataset);
SEQNET_API int32_t seqnet_dataset_seek(seqnet_dataset *dataset, int64_t position);
SEQNET_API int32_t seqnet_dataset_next(seqnet_dataset *dataset, int32_t *inputs, int32_t *targets,
                                       int32_t *lengths, int32_t *steps, int32_t *batch);

SEQNET_END_DECLS

#endif
