/* SPDX-License-Identifier: MIT */
/* A data file in memory, and its lines. */
#ifndef SEQNET_TOOL_TEXT_H
#define SEQNET_TOOL_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct text {
    const char *name; /* of the file, borrowed */
    char *bytes;      /* (size), then a 0 */
    size_t size;
};

/* Reads a file; a missing, unreadable or empty one is reported. */
int text_read(const char *path, struct text *text);

void text_free(struct text *text);

/* A number that changes when the bytes do, as 16 hexadecimal digits: 64-bit FNV-1a. */
void text_hash(const struct text *text, char hash[17]);

/* A piece of a text. */
struct slice {
    const char *bytes;
    size_t size;
};

/*
 * Walks over lines; "\n" and "\r\n" end one. Begin with { text.bytes, text.bytes + text.size, 0 }.
 */
struct lines {
    const char *next;
    const char *end;
    int64_t number; /* of the line given last, from 1 */
};

struct lines lines_of(const struct text *text);

/* 1 and the next line, without its end; 0 after the last. */
int lines_next(struct lines *lines, struct slice *line);

/* Cuts at the first tab: `left` before it, `right` behind it; 0 if there is none. */
int slice_cut_tab(struct slice line, struct slice *left, struct slice *right);

#endif
