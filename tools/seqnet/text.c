/* SPDX-License-Identifier: MIT */
#include "text.h"
#include "memory.h"
#include "report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reads to the end without asking for the size first, so that pipes work as well. */
static int read_all(FILE *file, struct text *text)
{
    size_t room = 1 << 16;
    text->bytes = memory_array(room, 1);
    for (;;) {
        text->size += fread(text->bytes + text->size, 1, room - 1 - text->size, file);
        if (text->size < room - 1)
            break;
        char *larger = realloc(text->bytes, room *= 2);
        if (!larger)
            return report(STATUS_FAILED, "%s: out of memory", text->name);
        text->bytes = larger;
    }
    text->bytes[text->size] = 0;
    return ferror(file) ? report(STATUS_USAGE, "%s: %s", text->name, strerror(errno)) : STATUS_OK;
}

int text_read(const char *path, struct text *text)
{
    *text = (struct text){ .name = path };
    FILE *file = fopen(path, "rb");
    if (!file)
        return report(STATUS_USAGE, "%s: %s", path, strerror(errno));
    int status = read_all(file, text);
    fclose(file);
    if (status == STATUS_OK && text->size == 0)
        status = report(STATUS_USAGE, "%s: the file is empty", path);
    if (status != STATUS_OK)
        text_free(text);
    return status;
}

void text_free(struct text *text)
{
    free(text->bytes);
    *text = (struct text){ 0 };
}

void text_hash(const struct text *text, char hash[17])
{
    uint64_t value = 0xcbf29ce484222325u;
    for (size_t i = 0; i < text->size; i++)
        value = (value ^ (unsigned char)text->bytes[i]) * 0x100000001b3u;
    snprintf(hash, 17, "%016" PRIx64, value);
}

struct lines lines_of(const struct text *text)
{
    return (struct lines){ text->bytes, text->bytes + text->size, 0 };
}

int lines_next(struct lines *lines, struct slice *line)
{
    if (lines->next == lines->end)
        return 0;
    const char *begin = lines->next;
    const char *stop = memchr(begin, '\n', (size_t)(lines->end - begin));
    lines->next = stop ? stop + 1 : lines->end;
    stop = stop ? stop : lines->end;
    if (stop > begin && stop[-1] == '\r')
        stop--;
    *line = (struct slice){ begin, (size_t)(stop - begin) };
    lines->number++;
    return 1;
}

int slice_cut_tab(struct slice line, struct slice *left, struct slice *right)
{
    const char *tab = line.size ? memchr(line.bytes, '\t', line.size) : NULL;
    if (!tab)
        return 0;
    const size_t before = (size_t)(tab - line.bytes);
    *left = (struct slice){ line.bytes, before };
    *right = (struct slice){ tab + 1, line.size - before - 1 };
    return 1;
}
