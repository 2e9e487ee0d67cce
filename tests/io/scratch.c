/* SPDX-License-Identifier: MIT */
#include "io/scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[256];

int scratch_begin(void **state)
{
    (void)state;
    const char *const parent = getenv("TMPDIR");
    snprintf(directory, sizeof directory, "%s/seqnet-test-XXXXXX", parent ? parent : "/tmp");
    return mkdtemp(directory) ? 0 : -1;
}

static int is_dots(const char *name)
{
    return !strcmp(name, ".") || !strcmp(name, "..");
}

int scratch_end(void **state)
{
    (void)state;
    setlocale(LC_NUMERIC, "C");
    chmod(directory, 0700);
    DIR *const list = opendir(directory);
    if (!list)
        return -1;
    for (const struct dirent *entry; (entry = readdir(list));) {
        if (is_dots(entry->d_name))
            continue;
        if (unlinkat(dirfd(list), entry->d_name, 0))
            unlinkat(dirfd(list), entry->d_name, AT_REMOVEDIR);
    }
    closedir(list);
    return rmdir(directory);
}

const char *scratch_path(const char *name)
{
    static char paths[4][1024];
    static unsigned next;
    char *const path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], *name ? "%s/%s" : "%s", directory, name);
    return path;
}

int scratch_entries(void)
{
    DIR *const list = opendir(directory);
    assert_non_null(list);
    int count = 0;
    for (const struct dirent *entry; (entry = readdir(list));)
        count += !is_dots(entry->d_name);
    closedir(list);
    return count;
}

void scratch_write(const char *name, const void *bytes, size_t count)
{
    FILE *const file = fopen(scratch_path(name), "wb");
    assert_non_null(file);
    assert_int_equal(count ? fwrite(bytes, 1, count, file) : 0, count);
    assert_int_equal(fclose(file), 0);
}

size_t scratch_read(const char *name, void *bytes, size_t limit)
{
    FILE *const file = fopen(scratch_path(name), "rb");
    assert_non_null(file);
    const size_t count = fread(bytes, 1, limit, file);
    assert_int_equal(fgetc(file), EOF);
    fclose(file);
    return count;
}

void assert_holds(const char *name, const char *text)
{
    char held[4096];
    assert_int_equal(scratch_read(name, held, sizeof held), strlen(text));
    assert_memory_equal(held, text, strlen(text));
}

void scratch_safetensors(const char *name, const char *header, const void *data, size_t count)
{
    const size_t length = strlen(header);
    unsigned char *const bytes = malloc(8 + length + count);
    assert_non_null(bytes);
    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(length >> 8 * i);
    memcpy(bytes + 8, header, length);
    if (count)
        memcpy(bytes + 8 + length, data, count);
    scratch_write(name, bytes, 8 + length + count);
    free(bytes);
}

void use_comma_locale(void)
{
    static const char *const names[] = { "de_DE.UTF-8", "de_DE.utf8",  "fr_FR.UTF-8",
                                         "fr_FR.utf8",  "pt_BR.UTF-8", "ru_RU.UTF-8" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (setlocale(LC_NUMERIC, names[i]) && !strcmp(localeconv()->decimal_point, ","))
            return;
    skip();
}
