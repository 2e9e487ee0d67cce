/* SPDX-License-Identifier: MIT */
#include "text/symbols.h"

#include "core/error.h"
#include "text/specials.h"

#include <seqnet/text.h>

struct symbols symbols_begin(const struct symbol_rules *rules, const seqnet_allocator *memory,
                             const char *function, const char *text, size_t size)
{
    return (struct symbols){
        .rules = rules, .memory = memory, .function = function, .text = text, .size = size
    };
}

void symbols_end(struct symbols *symbols)
{
    unicode_buffer_free(symbols->memory, &symbols->buffer);
}

static int is_mapped(const struct symbol_rules *rules)
{
    return rules->fold_case || rules->normalize;
}

/* Take the next `size` bytes of the text as a piece. */
static int32_t take_piece(struct symbols *s, size_t size)
{
    s->piece = s->text + s->position;
    s->piece_size = size;
    s->piece_offset = s->position;
    s->piece_used = 0;
    s->position += size;
    if (!is_mapped(s->rules))
        return SEQNET_OK;
    const int32_t code = unicode_map(s->memory, &s->buffer, s->piece, size, s->rules->fold_case,
                                     s->rules->normalize, &s->piece, &s->piece_size);
    RETURN_UNLESS(code == SEQNET_OK, code, "%s: no memory to map %zu bytes at byte %zu",
                  s->function, size, s->piece_offset);
    return SEQNET_OK;
}

/* Step over one white-space character: nothing, or <eos> for a line feed. */
static int32_t take_space(struct symbols *s, size_t size, int32_t code_point)
{
    const int is_eos = code_point == '\n' && (s->rules->specials & SEQNET_EOS);
    s->piece = "<eos>";
    s->piece_size = is_eos ? sizeof "<eos>" - 1 : 0;
    s->piece_offset = s->position;
    s->piece_used = 0;
    s->position += size;
    return SEQNET_OK;
}

/* Bytes up to the next space, the end of the text, or the first that is not valid UTF-8. */
static size_t run_of_non_space(const char *text, size_t size)
{
    size_t run = 0;
    while (run < size) {
        int32_t code_point;
        const size_t taken = unicode_decode(text + run, size - run, &code_point);
        if (!taken || unicode_is_space(code_point))
            break;
        run += taken;
    }
    return run;
}

static int32_t next_piece(struct symbols *s)
{
    const char *rest = s->text + s->position;
    const size_t size = s->size - s->position;
    if (s->rules->level == SEQNET_LEVEL_BYTE)
        return take_piece(s, 1);
    int32_t code_point;
    const size_t character = unicode_decode(rest, size, &code_point);
    RETURN_UNLESS(character, SEQNET_EFORMAT, "%s: text is not valid UTF-8 at byte %zu", s->function,
                  s->position);
    if (s->rules->level == SEQNET_LEVEL_CHARACTER)
        return take_piece(s, is_mapped(s->rules) ? unicode_cluster(rest, size) : character);
    if (unicode_is_space(code_point))
        return take_space(s, character, code_point);
    return take_piece(s, run_of_non_space(rest, size));
}

/* Bytes of the first word of a run: a special's name, one character that is no part of words, or
 * all up to the next such character. */
static size_t cut_word(const struct symbol_rules *rules, const char *run, size_t size)
{
    const size_t special = specials_prefix(rules->specials, run, size);
    if (special)
        return special;
    size_t word = 0;
    while (word < size) {
        int32_t code_point;
        const size_t taken = unicode_decode(run + word, size - word, &code_point);
        if (!unicode_is_word(code_point))
            return word ? word : taken;
        word += taken;
    }
    return word;
}

/* Bytes of the first symbol in the rest of a piece. */
static size_t cut(const struct symbol_rules *rules, const char *piece, size_t size)
{
    int32_t code_point;
    if (rules->level == SEQNET_LEVEL_WORD && rules->split_punctuation)
        return cut_word(rules, piece, size);
    if (rules->level == SEQNET_LEVEL_CHARACTER && is_mapped(rules))
        return unicode_decode(piece, size, &code_point);
    return size;
}

int32_t symbols_next(struct symbols *s, struct symbol *symbol)
{
    while (s->piece_used == s->piece_size) {
        if (s->position == s->size) {
            *symbol = (struct symbol){ s->text, 0, s->size };
            return SEQNET_OK;
        }
        RETURN_IF_ERROR(next_piece(s));
    }
    symbol->bytes = s->piece + s->piece_used;
    symbol->size = cut(s->rules, symbol->bytes, s->piece_size - s->piece_used);
    symbol->offset = s->piece_offset + (is_mapped(s->rules) ? 0 : s->piece_used);
    s->piece_used += symbol->size;
    return SEQNET_OK;
}

int symbols_is_one(const struct symbol_rules *rules, const char *bytes, size_t size)
{
    struct symbol_rules unmapped = *rules;
    unmapped.fold_case = unmapped.normalize = 0;
    struct symbols symbols = symbols_begin(&unmapped, NULL, "", bytes, size);
    struct symbol symbol;
    return symbols_next(&symbols, &symbol) == SEQNET_OK && symbol.bytes == bytes &&
           symbol.size == size && size > 0;
}
