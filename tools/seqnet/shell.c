/* SPDX-License-Identifier: MIT */
#include "shell.h"

#include <string.h>

/* In single quotes only a single quote is special: it is put outside of them. */
void shell_print_word(FILE *file, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789_-./,:=+@%";
    if (*word && strspn(word, plain) == strlen(word)) {
        fputs(word, file);
        return;
    }
    putc('\'', file);
    for (; *word; word++) {
        if (*word == '\'')
            fputs("'\\''", file);
        else
            putc(*word, file);
    }
    putc('\'', file);
}
