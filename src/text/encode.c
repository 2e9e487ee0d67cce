/* SPDX-License-Identifier: MIT */
#include "text/quote.h"
#include "text/specials.h"
#include "text/vocabulary.h"

#include "core/error.h"

/* The symbol's token, that of <unk>, or SEQNET_ERANGE. */
static int32_t token_of(const seqnet_vocabulary *vocabulary, const struct symbol *symbol)
{
    const int32_t token = symbol_table_find(&vocabulary->symbols, symbol->bytes, symbol->size);
    const int32_t unknown = specials_token(vocabulary->rules.specials, SEQNET_UNK);
    if (token >= 0 || unknown >= 0)
        return token >= 0 ? token : unknown;
    char quoted[QUOTE_BYTES];
    return error_set(SEQNET_ERANGE,
                     "seqnet_vocabulary_encode: symbol \"%s\" at byte %zu of the text is not in "
                     "the vocabulary, which has no <unk>",
                     quote_text(symbol->bytes, symbol->size, quoted), symbol->offset);
}

/* One walk over the text; `tokens` NULL: only count and check. */
static int32_t walk(const seqnet_vocabulary *vocabulary, const char *text, size_t bytes,
                    int32_t *tokens, int64_t *count)
{
    struct symbols symbols = symbols_begin(&vocabulary->rules, &vocabulary->memory,
                                           "seqnet_vocabulary_encode", text, bytes);
    struct symbol symbol;
    int64_t n = 0;
    int32_t code;
    while ((code = symbols_next(&symbols, &symbol)) == SEQNET_OK && symbol.size) {
        const int32_t token = token_of(vocabulary, &symbol);
        if (token < 0) {
            code = token;
            break;
        }
        if (tokens)
            tokens[n] = token;
        n++;
    }
    symbols_end(&symbols);
    if (code == SEQNET_OK)
        *count = n;
    return code;
}

/* Twice over the text, so that nothing is written before all of it is known to be good. */
int32_t vocabulary_encode(const seqnet_vocabulary *vocabulary, const char *text, size_t bytes,
                          int32_t *tokens, int64_t capacity, int64_t *count)
{
    RETURN_IF_ERROR(walk(vocabulary, text, bytes, NULL, count));
    if (!tokens)
        return SEQNET_OK;
    RETURN_UNLESS(*count <= capacity, SEQNET_ESHAPE,
                  "seqnet_vocabulary_encode: capacity = %lld, need %lld", (long long)capacity,
                  (long long)*count);
    return walk(vocabulary, text, bytes, tokens, count);
}
