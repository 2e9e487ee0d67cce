/* SPDX-License-Identifier: MIT */
#include "log.h"
#include "report.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* A file shorter than `kept` is not the one that was written then; it is appended to. */
static int go_on(FILE *file, int64_t kept)
{
    if (fseeko(file, 0, SEEK_END) != 0)
        return -1;
    if (ftello(file) <= kept)
        return 0;
    return ftruncate(fileno(file), (off_t)kept) == 0 ? fseeko(file, 0, SEEK_END) : -1;
}

int log_open(struct log *log, const char *path, int64_t kept)
{
    *log = (struct log){ .path = path };
    if (!path)
        return STATUS_OK;
    if (kept >= 0)
        log->file = fopen(path, "r+");
    if (!log->file)
        log->file = fopen(path, "w");
    if (log->file && (kept < 0 || go_on(log->file, kept) == 0))
        return STATUS_OK;
    return report(STATUS_USAGE, "--log %s: %s", path, strerror(errno));
}

void log_write(struct log *log, json_t *object)
{
    if (log->file) {
        json_dumpf(object, log->file, JSON_COMPACT);
        putc('\n', log->file);
        fflush(log->file);
    }
    json_decref(object);
}

int64_t log_size(const struct log *log)
{
    return log->file ? (int64_t)ftello(log->file) : 0;
}

int log_close(struct log *log)
{
    if (!log->file)
        return STATUS_OK;
    const int failed = ferror(log->file);
    const int closed = fclose(log->file);
    log->file = NULL;
    return failed || closed != 0
               ? report(STATUS_FAILED, "--log %s: cannot write all of it", log->path)
               : STATUS_OK;
}
