/* SPDX-License-Identifier: MIT */
#include "api/allocator.h"
#include "core/options.h"
#include "text/one_hot.h"
#include "text/specials.h"
#include "text/vocabulary.h"

void seqnet_vocabulary_options_init(seqnet_vocabulary_options *options, size_t struct_size)
{
    options_init(options, struct_size);
}

#define BUILD "seqnet_vocabulary_build"

static int32_t check_flag(const char *name, int32_t value)
{
    RETURN_UNLESS(value == 0 || value == 1, SEQNET_EINVAL, BUILD ": %s = %d, need 0 or 1", name,
                  value);
    return SEQNET_OK;
}

static int32_t check_sizes(const seqnet_vocabulary_options *options)
{
    const int32_t specials = specials_count(options->specials);
    RETURN_UNLESS(options->max_size == 0 ||
                      (options->max_size > 0 && options->max_size >= specials),
                  SEQNET_EINVAL, BUILD ": max_size = %d, need 0 or at least the %d specials",
                  options->max_size, specials);
    RETURN_UNLESS(options->min_count >= 0, SEQNET_EINVAL, BUILD ": min_count = %d, need 0 or more",
                  options->min_count);
    return SEQNET_OK;
}

static int32_t check_mapping(const seqnet_vocabulary_options *options)
{
    RETURN_IF_ERROR(check_flag("fold_case", options->fold_case));
    RETURN_IF_ERROR(check_flag("normalize", options->normalize));
    RETURN_IF_ERROR(check_flag("split_punctuation", options->split_punctuation));
    RETURN_UNLESS(
        options->level != SEQNET_LEVEL_BYTE || (!options->fold_case && !options->normalize),
        SEQNET_EINVAL, BUILD ": fold_case or normalize = 1, need character or word level");
    RETURN_UNLESS(options->level == SEQNET_LEVEL_WORD || !options->split_punctuation, SEQNET_EINVAL,
                  BUILD ": split_punctuation = 1, need word level");
    return SEQNET_OK;
}

static int32_t check_options(const seqnet_vocabulary_options *options)
{
    RETURN_IF_ERROR(check_allocator(options->allocator, BUILD));
    RETURN_UNLESS(options->level >= SEQNET_LEVEL_CHARACTER && options->level <= SEQNET_LEVEL_WORD,
                  SEQNET_EINVAL, BUILD ": level = %d, need SEQNET_LEVEL_CHARACTER, _BYTE or _WORD",
                  options->level);
    RETURN_UNLESS((options->specials & ~SPECIALS_ALL) == 0, SEQNET_EINVAL,
                  BUILD ": specials = %d, need SEQNET_PAD, _UNK, _BOS and _EOS only",
                  options->specials);
    RETURN_UNLESS(options->reserved == 0, SEQNET_ENOTSUP, BUILD ": reserved = %d, need 0",
                  options->reserved);
    RETURN_IF_ERROR(check_sizes(options));
    return check_mapping(options);
}

int32_t seqnet_vocabulary_build(const char *text, size_t bytes,
                                const seqnet_vocabulary_options *options,
                                seqnet_vocabulary **vocabulary)
{
    RETURN_UNLESS(vocabulary, SEQNET_EINVAL, BUILD ": vocabulary = NULL");
    *vocabulary = NULL;
    RETURN_UNLESS(text || !bytes, SEQNET_EINVAL, BUILD ": text = NULL");
    seqnet_vocabulary_options known;
    RETURN_IF_ERROR(options_read(&known, sizeof known, options, BUILD, "options"));
    RETURN_IF_ERROR(check_options(&known));
    return vocabulary_build(text, bytes, &known, vocabulary);
}

void seqnet_vocabulary_destroy(seqnet_vocabulary *vocabulary)
{
    vocabulary_destroy(vocabulary);
}

int32_t seqnet_vocabulary_size(const seqnet_vocabulary *vocabulary)
{
    return vocabulary ? vocabulary->symbols.count : 0;
}

int32_t seqnet_vocabulary_level(const seqnet_vocabulary *vocabulary)
{
    return vocabulary ? vocabulary->rules.level : -1;
}

int32_t seqnet_vocabulary_special(const seqnet_vocabulary *vocabulary, int32_t special)
{
    const int is_one = special > 0 && special <= SPECIALS_ALL && (special & (special - 1)) == 0;
    return vocabulary && is_one ? specials_token(vocabulary->rules.specials, special) : -1;
}

int32_t seqnet_vocabulary_find(const seqnet_vocabulary *vocabulary, const char *symbol,
                               size_t bytes)
{
    return vocabulary && symbol ? symbol_table_find(&vocabulary->symbols, symbol, bytes) : -1;
}

int32_t seqnet_vocabulary_symbol(const seqnet_vocabulary *vocabulary, int32_t token,
                                 const char **symbol, size_t *bytes)
{
    RETURN_UNLESS(vocabulary, SEQNET_EINVAL, "seqnet_vocabulary_symbol: vocabulary = NULL");
    RETURN_UNLESS(symbol, SEQNET_EINVAL, "seqnet_vocabulary_symbol: symbol = NULL");
    RETURN_UNLESS(token >= 0 && token < vocabulary->symbols.count, SEQNET_ERANGE,
                  "seqnet_vocabulary_symbol: token = %d, the vocabulary has %d tokens", token,
                  vocabulary->symbols.count);
    *symbol = symbol_table_bytes(&vocabulary->symbols, token);
    if (bytes)
        *bytes = vocabulary->symbols.entries[token].size;
    return SEQNET_OK;
}

int32_t seqnet_vocabulary_encode(const seqnet_vocabulary *vocabulary, const char *text,
                                 size_t bytes, int32_t *tokens, int64_t capacity, int64_t *count)
{
    RETURN_UNLESS(vocabulary, SEQNET_EINVAL, "seqnet_vocabulary_encode: vocabulary = NULL");
    RETURN_UNLESS(text || !bytes, SEQNET_EINVAL, "seqnet_vocabulary_encode: text = NULL");
    RETURN_UNLESS(count, SEQNET_EINVAL, "seqnet_vocabulary_encode: count = NULL");
    RETURN_UNLESS(capacity == 0 || (tokens && capacity > 0), SEQNET_EINVAL,
                  "seqnet_vocabulary_encode: capacity = %lld with tokens %s NULL",
                  (long long)capacity, tokens ? "not" : "=");
    return vocabulary_encode(vocabulary, text, bytes, tokens, capacity, count);
}

int32_t seqnet_vocabulary_decode(const seqnet_vocabulary *vocabulary, const int32_t *tokens,
                                 int64_t count, char *text, size_t capacity, size_t *bytes)
{
    RETURN_UNLESS(vocabulary, SEQNET_EINVAL, "seqnet_vocabulary_decode: vocabulary = NULL");
    RETURN_UNLESS(count >= 0, SEQNET_EINVAL,
                  "seqnet_vocabulary_decode: count = %lld, need 0 or more", (long long)count);
    RETURN_UNLESS(tokens || !count, SEQNET_EINVAL, "seqnet_vocabulary_decode: tokens = NULL");
    RETURN_UNLESS(bytes, SEQNET_EINVAL, "seqnet_vocabulary_decode: bytes = NULL");
    RETURN_UNLESS(text || !capacity, SEQNET_EINVAL,
                  "seqnet_vocabulary_decode: text = NULL with capacity = %zu", capacity);
    return vocabulary_decode(vocabulary, tokens, count, text, capacity, bytes);
}

int32_t seqnet_vocabulary_to_json(const seqnet_vocabulary *vocabulary, char *json, size_t capacity,
                                  size_t *bytes)
{
    RETURN_UNLESS(vocabulary, SEQNET_EINVAL, "seqnet_vocabulary_to_json: vocabulary = NULL");
    RETURN_UNLESS(bytes, SEQNET_EINVAL, "seqnet_vocabulary_to_json: bytes = NULL");
    RETURN_UNLESS(json || !capacity, SEQNET_EINVAL,
                  "seqnet_vocabulary_to_json: json = NULL with capacity = %zu", capacity);
    return vocabulary_to_json(vocabulary, json, capacity, bytes);
}

int32_t seqnet_vocabulary_from_json(const char *json, size_t bytes,
                                    const seqnet_allocator *allocator,
                                    seqnet_vocabulary **vocabulary)
{
    RETURN_UNLESS(vocabulary, SEQNET_EINVAL, "seqnet_vocabulary_from_json: vocabulary = NULL");
    *vocabulary = NULL;
    RETURN_UNLESS(json, SEQNET_EINVAL, "seqnet_vocabulary_from_json: json = NULL");
    RETURN_IF_ERROR(check_allocator(allocator, "seqnet_vocabulary_from_json"));
    return vocabulary_from_json(json, bytes, allocator, vocabulary);
}

int32_t seqnet_one_hot(const int32_t *tokens, int64_t count, int32_t size, float *out)
{
    RETURN_UNLESS(count >= 0, SEQNET_EINVAL, "seqnet_one_hot: count = %lld, need 0 or more",
                  (long long)count);
    RETURN_UNLESS(size >= 1, SEQNET_EINVAL, "seqnet_one_hot: size = %d, need 1 or more", size);
    RETURN_UNLESS(tokens || !count, SEQNET_EINVAL, "seqnet_one_hot: tokens = NULL");
    RETURN_UNLESS(out || !count, SEQNET_EINVAL, "seqnet_one_hot: out = NULL");
    return one_hot_write(tokens, count, size, out);
}
