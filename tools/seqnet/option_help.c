/* SPDX-License-Identifier: MIT */
#include "option.h"

#include <stdio.h>
#include <string.h>

enum { HELP_COLUMN = 30 };

/* Text whose later lines begin under its first one. */
static void print_indented(const char *text)
{
    for (; *text; text++) {
        putchar(*text);
        if (*text == '\n')
            printf("%*s", HELP_COLUMN, "");
    }
}

static void print_row(const struct option_row *row)
{
    const char *argument = row->kind == OPTION_FLAG ? "" : row->argument;
    const int used = printf("  --%s%s%s", row->name, *argument ? " " : "", argument);
    if (used < HELP_COLUMN)
        printf("%*s", HELP_COLUMN - used, "");
    else
        printf("\n%*s", HELP_COLUMN, "");
    print_indented(row->help);
    if (row->fallback)
        printf(" [%s]", row->fallback);
    putchar('\n');
}

void options_print_help(const struct command *command)
{
    printf("usage: seqnet %s %s\n\n%s", command->name, command->usage, command->text);
    for (int i = 0; i < command->count; i++) {
        if (command->rows[i].kind == OPTION_HEADING)
            printf("\n%s\n", command->rows[i].name);
        else
            print_row(&command->rows[i]);
    }
}
