/* SPDX-License-Identifier: MIT */
/* Written by hand: it needs no memory, so it cannot fail half-way. */
#include "text/specials.h"
#include "text/vocabulary.h"
#include "text/vocabulary_json.h"
#include "text/writer.h"

#include "core/error.h"

#include <stdio.h>

static void put_text(struct writer *writer, const char *text)
{
    writer_put(writer, text, strlen(text));
}

/* Valid UTF-8 as a JSON string (RFC 8259 section 7: quote, backslash, U+0000..1F escaped). */
static void put_string(struct writer *writer, const char *bytes, size_t size)
{
    put_text(writer, "\"");
    for (size_t i = 0; i < size; i++) {
        const unsigned char byte = (unsigned char)bytes[i];
        char escaped[8];
        if (byte == '"' || byte == '\\' || byte < 0x20) {
            snprintf(escaped, sizeof escaped, "\\u%04X", byte);
            put_text(writer, escaped);
        } else {
            writer_put(writer, bytes + i, 1);
        }
    }
    put_text(writer, "\"");
}

static void put_symbol(struct writer *writer, const seqnet_vocabulary *vocabulary, int32_t token)
{
    const char *bytes = symbol_table_bytes(&vocabulary->symbols, token);
    if (token < specials_count(vocabulary->rules.specials) ||
        vocabulary->rules.level != SEQNET_LEVEL_BYTE) {
        put_string(writer, bytes, vocabulary->symbols.entries[token].size);
        return;
    }
    char number[8];
    snprintf(number, sizeof number, "%d", (unsigned char)bytes[0]);
    put_text(writer, number);
}

/* An array of the symbols of tokens first..end-1. */
static void put_symbols(struct writer *writer, const seqnet_vocabulary *vocabulary, int32_t first,
                        int32_t end)
{
    put_text(writer, "[");
    for (int32_t token = first; token < end; token++) {
        if (token > first)
            put_text(writer, ",");
        put_symbol(writer, vocabulary, token);
    }
    put_text(writer, "]");
}

static void put_flag(struct writer *writer, const char *member, int32_t flag)
{
    put_text(writer, member);
    put_text(writer, flag ? "true" : "false");
}

static void put_vocabulary(struct writer *writer, const seqnet_vocabulary *vocabulary)
{
    const struct symbol_rules *rules = &vocabulary->rules;
    const int32_t specials = specials_count(rules->specials);
    char version[32];
    snprintf(version, sizeof version, "{\"version\":%d,\"level\":\"", VOCABULARY_JSON_VERSION);
    put_text(writer, version);
    put_text(writer, vocabulary_json_levels[rules->level]);
    put_flag(writer, "\",\"fold_case\":", rules->fold_case);
    put_flag(writer, ",\"normalize\":", rules->normalize);
    put_flag(writer, ",\"split_punctuation\":", rules->split_punctuation);
    put_text(writer, ",\"specials\":");
    put_symbols(writer, vocabulary, 0, specials);
    put_text(writer, ",\"symbols\":");
    put_symbols(writer, vocabulary, specials, vocabulary->symbols.count);
    put_text(writer, "}");
}

int32_t vocabulary_to_json(const seqnet_vocabulary *vocabulary, char *json, size_t capacity,
                           size_t *bytes)
{
    struct writer writer = { NULL, 0 };
    put_vocabulary(&writer, vocabulary);
    *bytes = writer.used;
    if (!json)
        return SEQNET_OK;
    RETURN_UNLESS(writer.used < capacity, SEQNET_ESHAPE,
                  "seqnet_vocabulary_to_json: capacity = %zu, need %zu", capacity,
                  size_add(writer.used, 1));
    writer = (struct writer){ json, 0 };
    put_vocabulary(&writer, vocabulary);
    json[writer.used] = '\0';
    return SEQNET_OK;
}
