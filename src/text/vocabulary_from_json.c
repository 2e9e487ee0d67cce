/* SPDX-License-Identifier: MIT */
#include "text/specials.h"
#include "text/vocabulary.h"
#include "text/vocabulary_json.h"

#include "core/error.h"

#include <jansson.h>
#include <string.h>

#define FUNCTION "seqnet_vocabulary_from_json"

static int32_t parse(const char *json, size_t bytes, json_t **root)
{
    json_error_t error;
    *root = json_loadb(json, bytes, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (*root)
        return SEQNET_OK;
    /* Jansson has nothing to say when it has no memory. */
    RETURN_UNLESS(error.text[0], SEQNET_ENOMEM, FUNCTION ": no memory to read the text");
    return error_set(SEQNET_EFORMAT, FUNCTION ": line %d, column %d: %s", error.line, error.column,
                     error.text);
}

static int32_t read_flag(const json_t *root, const char *name, int32_t *flag)
{
    const json_t *value = json_object_get(root, name);
    RETURN_UNLESS(json_is_boolean(value), SEQNET_EFORMAT, FUNCTION ": \"%s\" is no boolean", name);
    *flag = json_is_true(value);
    return SEQNET_OK;
}

static int32_t read_level(const json_t *root, int32_t *level)
{
    const char *name = json_string_value(json_object_get(root, "level"));
    for (int32_t i = 0; name && i <= SEQNET_LEVEL_WORD; i++) {
        if (strcmp(name, vocabulary_json_levels[i]) == 0) {
            *level = i;
            return SEQNET_OK;
        }
    }
    return error_set(SEQNET_EFORMAT,
                     FUNCTION ": \"level\" is not \"character\", \"byte\" or \"word\"");
}

/* The flags rise from name to name, so their order is fixed and none comes twice. */
static int32_t read_specials(const json_t *root, int32_t *mask)
{
    const json_t *array = json_object_get(root, "specials");
    RETURN_UNLESS(json_is_array(array), SEQNET_EFORMAT, FUNCTION ": \"specials\" is no array");
    for (size_t i = 0; i < json_array_size(array); i++) {
        const char *name = json_string_value(json_array_get(array, i));
        const int32_t flag = name ? specials_flag(name) : 0;
        RETURN_UNLESS(flag > *mask, SEQNET_EFORMAT,
                      FUNCTION ": specials[%zu] is none of <pad>, <unk>, <bos>, <eos> in this "
                               "order, each once at most",
                      i);
        *mask |= flag;
    }
    return SEQNET_OK;
}

static int32_t read_rules(const json_t *root, struct symbol_rules *rules)
{
    RETURN_UNLESS(json_is_object(root), SEQNET_EFORMAT, FUNCTION ": the text is no object");
    const json_t *version = json_object_get(root, "version");
    RETURN_UNLESS(json_is_integer(version) &&
                      json_integer_value(version) == VOCABULARY_JSON_VERSION,
                  SEQNET_EFORMAT, FUNCTION ": \"version\" is not %d", VOCABULARY_JSON_VERSION);
    RETURN_IF_ERROR(read_level(root, &rules->level));
    RETURN_IF_ERROR(read_flag(root, "fold_case", &rules->fold_case));
    RETURN_IF_ERROR(read_flag(root, "normalize", &rules->normalize));
    RETURN_IF_ERROR(read_flag(root, "split_punctuation", &rules->split_punctuation));
    RETURN_UNLESS(rules->level != SEQNET_LEVEL_BYTE || (!rules->fold_case && !rules->normalize),
                  SEQNET_EFORMAT, FUNCTION ": \"level\" byte has no folding or normalisation");
    RETURN_UNLESS(rules->level == SEQNET_LEVEL_WORD || !rules->split_punctuation, SEQNET_EFORMAT,
                  FUNCTION ": \"split_punctuation\" needs \"level\" word");
    RETURN_IF_ERROR(read_specials(root, &rules->specials));
    RETURN_UNLESS(json_is_array(json_object_get(root, "symbols")), SEQNET_EFORMAT,
                  FUNCTION ": \"symbols\" is no array");
    RETURN_UNLESS(json_object_size(root) == VOCABULARY_JSON_MEMBERS, SEQNET_EFORMAT,
                  FUNCTION ": the object has members this version does not know");
    return SEQNET_OK;
}

/* Add symbol `index`; its token is known, so one that is there already shows. */
static int32_t add_symbol(seqnet_vocabulary *vocabulary, size_t index, const char *bytes,
                          size_t size)
{
    const int32_t token = vocabulary->symbols.count;
    const int32_t id = symbol_table_add(&vocabulary->symbols, bytes, size);
    RETURN_UNLESS(id >= 0, id, FUNCTION ": no memory for symbols[%zu]", index);
    RETURN_UNLESS(id == token, SEQNET_EFORMAT, FUNCTION ": symbols[%zu] is there twice", index);
    return SEQNET_OK;
}

static int32_t read_byte(seqnet_vocabulary *vocabulary, size_t index, const json_t *value)
{
    const json_int_t number = json_integer_value(value);
    RETURN_UNLESS(json_is_integer(value) && number >= 0 && number <= UINT8_MAX, SEQNET_EFORMAT,
                  FUNCTION ": symbols[%zu] is no number 0..255", index);
    const unsigned char byte = (unsigned char)number;
    return add_symbol(vocabulary, index, (const char *)&byte, 1);
}

static int32_t read_string(seqnet_vocabulary *vocabulary, size_t index, const json_t *value)
{
    const char *bytes = json_string_value(value);
    const size_t size = json_string_length(value);
    RETURN_UNLESS(bytes && symbols_is_one(&vocabulary->rules, bytes, size), SEQNET_EFORMAT,
                  FUNCTION ": symbols[%zu] is no string of one symbol", index);
    return add_symbol(vocabulary, index, bytes, size);
}

static int32_t read_symbols(seqnet_vocabulary *vocabulary, const json_t *array)
{
    for (size_t i = 0; i < json_array_size(array); i++) {
        const json_t *value = json_array_get(array, i);
        RETURN_IF_ERROR(vocabulary->rules.level == SEQNET_LEVEL_BYTE
                            ? read_byte(vocabulary, i, value)
                            : read_string(vocabulary, i, value));
    }
    return SEQNET_OK;
}

int32_t vocabulary_from_json(const char *json, size_t bytes, const seqnet_allocator *allocator,
                             seqnet_vocabulary **vocabulary)
{
    seqnet_vocabulary *built = NULL;
    struct symbol_rules rules = { 0 };
    json_t *root = NULL;
    int32_t code = parse(json, bytes, &root);
    if (code != SEQNET_OK)
        return code;
    code = read_rules(root, &rules);
    if (code != SEQNET_OK)
        goto fail;
    built = vocabulary_new(allocator, &rules);
    if (!built) {
        code = error_set(SEQNET_ENOMEM, FUNCTION ": no memory for a vocabulary");
        goto fail;
    }
    code = read_symbols(built, json_object_get(root, "symbols"));
    if (code != SEQNET_OK)
        goto fail;
    json_decref(root);
    *vocabulary = built;
    return SEQNET_OK;
fail:
    vocabulary_destroy(built);
    json_decref(root);
    return code;
}
