/* SPDX-License-Identifier: MIT */
#include "csv.h"
#include "memory.h"
#include "report.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The end of the field that begins at `from`: a comma outside quotes, or the end of the line. */
static const char *field_end(const char *from, const char *end)
{
    int quoted = 0;
    for (; from < end && (quoted || *from != ','); from++)
        quoted ^= *from == '"';
    return from;
}

static struct slice trim(struct slice field)
{
    while (field.size && isspace((unsigned char)field.bytes[0]))
        field = (struct slice){ field.bytes + 1, field.size - 1 };
    while (field.size && isspace((unsigned char)field.bytes[field.size - 1]))
        field.size--;
    if (field.size >= 2 && field.bytes[0] == '"' && field.bytes[field.size - 1] == '"')
        field = (struct slice){ field.bytes + 1, field.size - 2 };
    return field;
}

/* Field `index` from 0, or the last one for -1; 0 if the line has none. */
static int field_at(struct slice line, int64_t index, struct slice *field)
{
    const char *from = line.bytes;
    const char *end = line.bytes + line.size;
    for (int64_t at = 0;; at++) {
        const char *stop = field_end(from, end);
        if (at == index || (index < 0 && stop == end)) {
            *field = trim((struct slice){ from, (size_t)(stop - from) });
            return 1;
        }
        if (stop == end)
            return 0;
        from = stop + 1;
    }
}

static int parse_number(struct slice field, double *value)
{
    char text[64];
    char *end = NULL;
    if (field.size == 0 || field.size >= sizeof(text))
        return 0;
    memcpy(text, field.bytes, field.size);
    text[field.size] = 0;
    *value = strtod(text, &end);
    return *end == 0 && isfinite(*value);
}

/* The number of the field with this title, -1 if there is none. */
static int64_t find_title(struct slice line, const char *title)
{
    struct slice field;
    for (int64_t index = 0; field_at(line, index, &field); index++)
        if (field.size == strlen(title) && memcmp(field.bytes, title, field.size) == 0)
            return index;
    return -1;
}

static int is_number(const char *text)
{
    return *text && strspn(text, "0123456789") == strlen(text);
}

/* Which field to read, and whether the first line is titles. */
static int choose(const struct text *data, struct slice first, const char *column, int64_t *index,
                  int *titles)
{
    double value = 0;
    struct slice field;
    *index = column ? find_title(first, column) : -1;
    *titles = *index >= 0;
    if (*titles)
        return STATUS_OK;
    if (column && !is_number(column))
        return report(STATUS_USAGE,
                      "%s: --column = '%s', need a title of its first line or a number", data->name,
                      column);
    *index = column ? strtoll(column, NULL, 10) - 1 : -1;
    if ((column && *index < 0) || !field_at(first, *index, &field))
        return report(STATUS_USAGE, "%s: --column = '%s', but there is no such column", data->name,
                      column);
    *titles = !parse_number(field, &value);
    return STATUS_OK;
}

static int read_values(const struct text *data, struct lines lines, int64_t index, double **values,
                       int64_t *count)
{
    struct slice line, field;
    while (lines_next(&lines, &line)) {
        double value = 0;
        if (line.size == 0)
            continue;
        if (!field_at(line, index, &field) || !parse_number(field, &value))
            return report(STATUS_USAGE, "%s:%lld: need a number in the column", data->name,
                          (long long)lines.number);
        *values = memory_grow(*values, (size_t)*count, sizeof(**values));
        (*values)[(*count)++] = value;
    }
    return STATUS_OK;
}

int csv_read_column(const struct text *data, const char *column, double **values, int64_t *count)
{
    struct lines lines = lines_of(data);
    const struct lines all = lines;
    struct slice first;
    int64_t index = 0;
    int titles = 0;
    *values = NULL;
    *count = 0;
    lines_next(&lines, &first);
    const int status = choose(data, first, column, &index, &titles);
    return status == STATUS_OK ? read_values(data, titles ? lines : all, index, values, count)
                               : status;
}
