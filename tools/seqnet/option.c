/* SPDX-License-Identifier: MIT */
#include "option.h"
#include "memory.h"
#include "report.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t *integer_of(const struct option_row *row, void *options)
{
    return (int64_t *)((char *)options + row->offset);
}

static double *real_of(const struct option_row *row, void *options)
{
    return (double *)((char *)options + row->offset);
}

static const char **text_of(const struct option_row *row, void *options)
{
    return (const char **)((char *)options + row->offset);
}

/* ---- values ---- */

static int set_integer(const struct option_row *row, const char *value, void *options)
{
    char *end = NULL;
    errno = 0;
    const long long number = strtoll(value, &end, 10);
    const int whole = (isdigit((unsigned char)*value) || *value == '-') && *end == 0 && errno == 0;
    if (!whole || (double)number < row->least || (double)number > row->most)
        return 0;
    *integer_of(row, options) = number;
    return 1;
}

/* No leading space, no "inf", "nan" or hexadecimal: what strtod takes beyond decimal numbers. */
static int set_real(const struct option_row *row, const char *value, void *options)
{
    char *end = NULL;
    const double number = strtod(value, &end);
    const int whole = *value && *end == 0 && strspn(value, "0123456789+-.eE") == strlen(value);
    if (!whole || !(number >= row->least && number <= row->most))
        return 0;
    *real_of(row, options) = number;
    return 1;
}

/* The `index`-th name in "a|b|c"; size 0 past the last. */
static const char *choice_at(const struct option_row *row, int64_t index, size_t *size)
{
    const char *name = row->argument;
    for (; index > 0 && *name; index--) {
        name += strcspn(name, "|");
        name += *name == '|';
    }
    *size = strcspn(name, "|");
    return name;
}

void option_choice_name(const struct option_row *row, int64_t index, char *name, size_t size)
{
    size_t bytes = 0;
    const char *found = choice_at(row, index, &bytes);
    snprintf(name, size, "%.*s", (int)bytes, found);
}

static int set_choice(const struct option_row *row, const char *value, void *options)
{
    size_t bytes = 1;
    for (int64_t index = 0; bytes > 0; index++) {
        const char *name = choice_at(row, index, &bytes);
        if (bytes > 0 && bytes == strlen(value) && memcmp(name, value, bytes) == 0) {
            *integer_of(row, options) = index;
            return 1;
        }
    }
    return 0;
}

/* 0: the value is not one of the row's. */
static int set(const struct option_row *row, const char *value, void *options)
{
    switch (row->kind) {
    case OPTION_FLAG:
        *integer_of(row, options) = 1;
        return 1;
    case OPTION_INTEGER:
        return set_integer(row, value, options);
    case OPTION_REAL:
        return set_real(row, value, options);
    case OPTION_CHOICE:
        return set_choice(row, value, options);
    case OPTION_TEXT:
        *text_of(row, options) = value;
        return 1;
    case OPTION_HEADING:
        break;
    }
    return 1;
}

int options_set(const struct option_row *row, const char *value, const char *file, void *options)
{
    const char *where = file ? file : "", *colon = file ? ": " : "";
    if (set(row, value, options))
        return STATUS_OK;
    if (row->kind == OPTION_CHOICE)
        return report(STATUS_USAGE, "%s%s--%s = '%s', need one of %s", where, colon, row->name,
                      value, row->argument);
    if (row->kind == OPTION_REAL)
        return report(STATUS_USAGE, "%s%s--%s = '%s', need a number %g..%g", where, colon,
                      row->name, value, row->least, row->most);
    return report(STATUS_USAGE, "%s%s--%s = '%s', need a whole number %.0f..%.0f", where, colon,
                  row->name, value, row->least, row->most);
}

static void set_absent(const struct option_row *row, void *options)
{
    if (row->kind == OPTION_FLAG)
        *integer_of(row, options) = 0;
    else if (row->kind == OPTION_REAL)
        *real_of(row, options) = -1;
    else if (row->kind == OPTION_TEXT)
        *text_of(row, options) = NULL;
    else if (row->kind != OPTION_HEADING)
        *integer_of(row, options) = -1;
}

void options_set_defaults(const struct command *command, void *options)
{
    for (int i = 0; i < command->count; i++) {
        set_absent(&command->rows[i], options);
        if (command->rows[i].fallback)
            options_set(&command->rows[i], command->rows[i].fallback, NULL, options);
    }
}

int options_set_given(const struct command_line *line, void *options)
{
    int status = STATUS_OK;
    for (int i = 0; i < line->count && status == STATUS_OK; i++)
        status = options_set(line->given[i].row, line->given[i].value, NULL, options);
    return status;
}

const struct option_row *options_find(const struct command *command, const char *name)
{
    for (int i = 0; i < command->count; i++)
        if (command->rows[i].kind != OPTION_HEADING && strcmp(command->rows[i].name, name) == 0)
            return &command->rows[i];
    return NULL;
}

/* ---- command lines ---- */

enum { CODE_HELP = 1, CODE_ROW = 256 };

/* getopt's table: a row's code is CODE_ROW + its index. */
static struct option *getopt_table(const struct command *command)
{
    struct option *table = memory_array((size_t)command->count + 2, sizeof(*table));
    int used = 0;
    for (int i = 0; i < command->count; i++) {
        const struct option_row *row = &command->rows[i];
        const int argument = row->kind == OPTION_FLAG ? no_argument : required_argument;
        if (row->kind != OPTION_HEADING)
            table[used++] = (struct option){ row->name, argument, NULL, CODE_ROW + i };
    }
    table[used] = (struct option){ "help", no_argument, NULL, CODE_HELP };
    return table;
}

/* getopt keeps a wrong letter in optopt; a wrong word is the argument it has just passed. */
static int wrong_option(const struct command *command, int code, const char *word)
{
    const char letter[] = { '-', (char)optopt, 0 };
    if (code == '?' && isgraph(optopt) && optopt < CODE_ROW)
        word = letter;
    return report(STATUS_USAGE,
                  code == ':' ? "%s needs a value (see seqnet %s --help)"
                              : "%s: no such option, or not with this value (see seqnet %s --help)",
                  word, command->name);
}

static int read_operands(const struct command *command, int argc, char **argv,
                         struct command_line *line)
{
    for (int i = 0; i < COMMAND_MAX_OPERANDS && command->operands[i]; i++) {
        if (optind < argc)
            line->operands[i] = argv[optind++];
        else if (!line->help)
            return report(STATUS_USAGE, "%s: %s is missing (see seqnet %s --help)", command->name,
                          command->operands[i], command->name);
    }
    if (optind < argc)
        return report(STATUS_USAGE, "unexpected '%s' (see seqnet %s --help)", argv[optind],
                      command->name);
    return STATUS_OK;
}

int command_line_read(const struct command *command, int argc, char **argv,
                      struct command_line *line)
{
    struct option *table = getopt_table(command);
    *line = (struct command_line){ .given = memory_array((size_t)argc, sizeof(*line->given)) };
    int status = STATUS_OK;
    int code = 0;
    opterr = 0;
    optind = 2; /* behind the program and the command */
    while (status == STATUS_OK && (code = getopt_long(argc, argv, ":", table, NULL)) != -1) {
        if (code == CODE_HELP)
            line->help = 1;
        else if (code >= CODE_ROW)
            line->given[line->count++] =
                (struct option_given){ &command->rows[code - CODE_ROW], optarg };
        else
            status = wrong_option(command, code, argv[optind - 1]);
    }
    free(table);
    return status == STATUS_OK ? read_operands(command, argc, argv, line) : status;
}

void command_line_free(struct command_line *line)
{
    free(line->given);
    *line = (struct command_line){ 0 };
}

int options_read(const struct command *command, int argc, char **argv, void *options,
                 const char **operands, int *shown)
{
    struct command_line line;
    int status = command_line_read(command, argc, argv, &line);
    *shown = line.help && status == STATUS_OK;
    if (*shown)
        options_print_help(command);
    options_set_defaults(command, options);
    if (status == STATUS_OK && !*shown)
        status = options_set_given(&line, options);
    for (int i = 0; i < COMMAND_MAX_OPERANDS && command->operands[i]; i++)
        operands[i] = line.operands[i];
    command_line_free(&line);
    return status;
}
