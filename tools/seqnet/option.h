/* SPDX-License-Identifier: MIT */
/*
 * Options as data: each command has a table of rows, and that table parses the command line, prints
 * the help and writes and reads the options as JSON. Where a row has no default, "not given" is -1
 * or NULL.
 */
#ifndef SEQNET_TOOL_OPTION_H
#define SEQNET_TOOL_OPTION_H

#include <stddef.h>
#include <stdint.h>

enum option_kind {
    OPTION_HEADING, /* a title in the help */
    OPTION_FLAG,    /* int64_t 0 or 1 */
    OPTION_INTEGER, /* int64_t */
    OPTION_REAL,    /* double */
    OPTION_CHOICE,  /* int64_t: the index in "a|b|c" */
    OPTION_TEXT     /* const char *, borrowed */
};

struct option_row {
    const char *name; /* without the dashes */
    enum option_kind kind;
    int lasting;          /* 1: decides the result; kept in model files, compared on resume */
    size_t offset;        /* of the member in the command's options */
    const char *argument; /* in the help; of a choice "a|b|c" */
    double least;         /* of numbers */
    double most;
    const char *fallback; /* the default as text; NULL: none */
    const char *help;     /* lines after the first are indented by the printer */
};

enum { COMMAND_MAX_OPERANDS = 2 };

struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary; /* half a line */
    const char *usage;   /* what follows "seqnet name" */
    const char *text;    /* the help's first part: what it does, by example */
    const struct option_row *rows;
    int count; /* of rows */
    /* Names of the operands it needs; the rest is NULL. */
    const char *operands[COMMAND_MAX_OPERANDS];
};

/* What a command line held, in its order. */
struct option_given {
    const struct option_row *row;
    const char *value; /* NULL for flags */
};

struct command_line {
    struct option_given *given;
    int count;
    const char *operands[COMMAND_MAX_OPERANDS]; /* those that are missing are NULL */
    int help;                                   /* --help was among them */
};

/* Reads a command line without storing any option yet. */
int command_line_read(const struct command *command, int argc, char **argv,
                      struct command_line *line);

void command_line_free(struct command_line *line);

/* Stores the defaults of all rows. */
void options_set_defaults(const struct command *command, void *options);

/* Stores what the command line gave. */
int options_set_given(const struct command_line *line, void *options);

/* Stores one option from text; the message names it, and the file it is from (NULL: none). */
int options_set(const struct option_row *row, const char *value, const char *file, void *options);

/* The row of that name, NULL if there is none. */
const struct option_row *options_find(const struct command *command, const char *name);

/*
 * The usual start of a command: defaults, then the command line, with as many `operands` as the
 * command has. `shown` is 1 if the help was asked for and printed: the command is done.
 */
int options_read(const struct command *command, int argc, char **argv, void *options,
                 const char **operands, int *shown);

/* The name of choice `index` of a row. */
void option_choice_name(const struct option_row *row, int64_t index, char *name, size_t size);

void options_print_help(const struct command *command);

#endif
