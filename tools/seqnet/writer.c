/* SPDX-License-Identifier: MIT */
#include "writer.h"

#include <stdio.h>
#include <string.h>

static int is_one_of(const char *word, const char *marks)
{
    return word[0] && !word[1] && strchr(marks, word[0]);
}

static void put_word(struct writer *writer, const char *word, size_t size)
{
    const int closes = is_one_of(word, ".,;:!?)]}%") || strcmp(word, "...") == 0;
    if (!writer->glue && !closes)
        putchar(' ');
    fwrite(word, 1, size, stdout);
    writer->glue = is_one_of(word, "([{");
}

static void put_line_end(struct writer *writer)
{
    putchar('\n');
    writer->glue = 1;
}

int writer_put(struct writer *writer, int32_t token)
{
    const char *symbol = "";
    size_t size = 0;
    seqnet_vocabulary_symbol(writer->vocabulary, token, &symbol, &size);
    if (seqnet_vocabulary_level(writer->vocabulary) != SEQNET_LEVEL_WORD)
        fwrite(symbol, 1, size, stdout);
    else if (token == seqnet_vocabulary_special(writer->vocabulary, SEQNET_EOS))
        put_line_end(writer);
    else
        put_word(writer, symbol, size);
    return fflush(stdout) == 0;
}
