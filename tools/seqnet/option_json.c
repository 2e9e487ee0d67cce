/* SPDX-License-Identifier: MIT */
#include "option_json.h"
#include "report.h"

#include <stdio.h>

/* Options that were not given are null. */
static json_t *row_to_json(const struct option_row *row, const void *options)
{
    const char *member = (const char *)options + row->offset;
    char name[32];
    switch (row->kind) {
    case OPTION_FLAG:
        return json_boolean(*(const int64_t *)member);
    case OPTION_INTEGER:
        return *(const int64_t *)member < 0 ? json_null() : json_integer(*(const int64_t *)member);
    case OPTION_REAL:
        return *(const double *)member < 0 ? json_null() : json_real(*(const double *)member);
    case OPTION_CHOICE:
        if (*(const int64_t *)member < 0)
            return json_null();
        option_choice_name(row, *(const int64_t *)member, name, sizeof(name));
        return json_string(name);
    case OPTION_TEXT:
        return *(const char *const *)member ? json_string(*(const char *const *)member)
                                            : json_null();
    case OPTION_HEADING:
        break;
    }
    return json_null();
}

json_t *options_to_json(const struct command *command, const void *options)
{
    json_t *object = json_object();
    for (int i = 0; i < command->count; i++)
        if (command->rows[i].lasting)
            json_object_set_new(object, command->rows[i].name,
                                row_to_json(&command->rows[i], options));
    return object;
}

/* The text a command line would have for this value; NULL if it is of another kind. */
static const char *value_text(const struct option_row *row, const json_t *value, char *room,
                              size_t size)
{
    if (row->kind == OPTION_FLAG && json_is_boolean(value))
        return "";
    if (row->kind == OPTION_INTEGER && json_is_integer(value)) {
        snprintf(room, size, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        return room;
    }
    if (row->kind == OPTION_REAL && json_is_number(value)) {
        snprintf(room, size, "%.17g", json_number_value(value));
        return room;
    }
    return row->kind == OPTION_CHOICE || row->kind == OPTION_TEXT ? json_string_value(value) : NULL;
}

int options_from_json(const struct command *command, const json_t *object, const char *file,
                      void *options)
{
    char room[64];
    for (int i = 0; i < command->count; i++) {
        const struct option_row *row = &command->rows[i];
        const json_t *value = row->lasting ? json_object_get(object, row->name) : NULL;
        if (!value || json_is_null(value) || json_is_false(value))
            continue;
        const char *text = value_text(row, value, room, sizeof(room));
        if (!text)
            return report(STATUS_USAGE, "%s: bad entry '%s' in its options", file, row->name);
        const int status = options_set(row, text, file, options);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}
