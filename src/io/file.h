/* SPDX-License-Identifier: MIT */
/* Whole files: read into memory, replaced so that a crash leaves the old one or the new one. */
#ifndef SEQNET_IO_FILE_H
#define SEQNET_IO_FILE_H

#include <seqnet/runtime.h>

#include <stddef.h>
#include <stdint.h>

/*
 * Read a regular file into one block of `memory`, to be freed with memory_free.
 * SEQNET_EIO, SEQNET_ENOMEM; SEQNET_EFORMAT: it holds more than `limit` bytes. *bytes is NULL on
 * error.
 */
int32_t file_read(const char *path, size_t limit, const seqnet_allocator *memory,
                  unsigned char **bytes, size_t *size);

/* One of the runs of bytes that make up a file. */
struct file_piece {
    const void *data;
    size_t bytes;
};

/*
 * Write the pieces, one after the other, as the file `path`. They are written to a new file beside
 * it, "PATH.<process>-<try>.tmp", which takes the name only when it is complete and on disk; so the
 * old file is whole until that moment, and a process killed before it leaves at most the .tmp file
 * behind.
 *
 * - A symbolic link is followed and stays: what it points to is replaced. A link to nothing is
 *   refused.
 * - An existing file keeps its permission bits, and one that may not be written is not replaced;
 *   a new file has 0666 less the umask.
 * - Directories, devices, pipes and sockets are refused.
 *
 * SEQNET_EIO: the old file is untouched and nothing is left beside it (only a failure to sync the
 * directory, which is last, comes after the new file took its place).
 */
int32_t file_write(const char *path, const struct file_piece *pieces, size_t count);

/*
 * SEQNET_EIO with the message "PATH: action: what the operating system says of `error`"; error 0:
 * "PATH: action".
 */
int32_t file_failed(const char *path, const char *action, int error);

/*
 * SEQNET_EFORMAT with the message "PATH: detail". The detail may quote the file: control characters
 * become '?', so that a hostile file cannot drive the terminal the message is shown on.
 */
int32_t file_refuse(const char *path, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same with SEQNET_ENOTSUP: the file is right, but more than this library can do. */
int32_t file_unsupported(const char *path, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* SEQNET_ENOMEM with the message "PATH: out of memory". */
int32_t file_no_memory(const char *path);

#endif
