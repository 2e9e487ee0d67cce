/* SPDX-License-Identifier: MIT */
#ifndef SEQNET_TOOL_SHELL_H
#define SEQNET_TOOL_SHELL_H

#include <stdio.h>

/* Prints a word so that a shell reads it as one. */
void shell_print_word(FILE *file, const char *word);

#endif
