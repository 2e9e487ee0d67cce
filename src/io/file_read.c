/* SPDX-License-Identifier: MIT */
#include "core/error.h"
#include "core/memory.h"
#include "io/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_to_read(const char *path)
{
    int file;
    do {
        /* non-blocking: opening a pipe that nobody writes to must fail below, not hang here */
        file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    } while (file < 0 && errno == EINTR);
    return file;
}

static int32_t measure(int file, const char *path, size_t limit, size_t *size)
{
    struct stat status;
    if (fstat(file, &status))
        return file_failed(path, "cannot read", errno);
    if (S_ISDIR(status.st_mode))
        return file_failed(path, "cannot read", EISDIR);
    if (!S_ISREG(status.st_mode))
        return file_failed(path, "cannot read: not a regular file", 0);
    if ((uintmax_t)status.st_size > limit)
        return file_refuse(path, "holds %jd bytes, need at most %zu", (intmax_t)status.st_size,
                           limit);
    *size = (size_t)status.st_size;
    return SEQNET_OK;
}

static int32_t fill(int file, const char *path, unsigned char *bytes, size_t size)
{
    size_t done = 0;
    while (done < size) {
        const ssize_t got = read(file, bytes + done, size - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return file_failed(path, "cannot read", errno);
        if (got == 0)
            return file_failed(path, "became shorter while it was read", 0);
        done += (size_t)got;
    }
    return SEQNET_OK;
}

int32_t file_read(const char *path, size_t limit, const seqnet_allocator *memory,
                  unsigned char **bytes, size_t *size)
{
    unsigned char *block = NULL;
    size_t held = 0;
    int32_t code;
    *bytes = NULL;
    const int file = open_to_read(path);
    if (file < 0)
        return file_failed(path, "cannot open", errno);
    if ((code = measure(file, path, limit, &held)) != SEQNET_OK)
        goto done;
    block = memory_new(memory, held);
    if (!block) {
        code = error_set(SEQNET_ENOMEM, "file_read: no memory for a file of %zu bytes", held);
        goto done;
    }
    if ((code = fill(file, path, block, held)) != SEQNET_OK)
        goto done;
    *bytes = block;
    *size = held;
    block = NULL;
done:
    memory_free(memory, block);
    close(file);
    return code;
}
