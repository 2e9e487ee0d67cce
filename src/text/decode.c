/* SPDX-License-Identifier: MIT */
#include "text/specials.h"
#include "text/vocabulary.h"
#include "text/writer.h"

#include "core/error.h"

/* Write the tokens as text; between two words of one line goes a space. */
static void write_tokens(const seqnet_vocabulary *vocabulary, const int32_t *tokens, int64_t count,
                         struct writer *writer)
{
    const struct symbol_rules *rules = &vocabulary->rules;
    const int32_t pad = specials_token(rules->specials, SEQNET_PAD);
    const int32_t bos = specials_token(rules->specials, SEQNET_BOS);
    const int32_t eos = specials_token(rules->specials, SEQNET_EOS);
    int after_word = 0;
    for (int64_t i = 0; i < count; i++) {
        const int32_t token = tokens[i];
        if (token == pad || token == bos)
            continue;
        if (token == eos) {
            writer_put(writer, "\n", 1);
            after_word = 0;
            continue;
        }
        if (after_word)
            writer_put(writer, " ", 1);
        writer_put(writer, symbol_table_bytes(&vocabulary->symbols, token),
                   vocabulary->symbols.entries[token].size);
        after_word = rules->level == SEQNET_LEVEL_WORD;
    }
}

int32_t vocabulary_decode(const seqnet_vocabulary *vocabulary, const int32_t *tokens, int64_t count,
                          char *text, size_t capacity, size_t *bytes)
{
    const int32_t size = vocabulary->symbols.count;
    for (int64_t i = 0; i < count; i++)
        RETURN_UNLESS(tokens[i] >= 0 && tokens[i] < size, SEQNET_ERANGE,
                      "seqnet_vocabulary_decode: tokens[%lld] = %d, the vocabulary has %d tokens",
                      (long long)i, tokens[i], size);
    struct writer writer = { NULL, 0 };
    write_tokens(vocabulary, tokens, count, &writer);
    *bytes = writer.used;
    if (!text)
        return SEQNET_OK;
    RETURN_UNLESS(writer.used < capacity, SEQNET_ESHAPE,
                  "seqnet_vocabulary_decode: capacity = %zu, need %zu", capacity,
                  size_add(writer.used, 1));
    writer = (struct writer){ text, 0 };
    write_tokens(vocabulary, tokens, count, &writer);
    text[writer.used] = '\0';
    return SEQNET_OK;
}
