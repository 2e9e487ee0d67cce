/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700 /* realpath */

#include "core/error.h"
#include "io/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PERMISSIONS 0777
#define MAX_TRIES 100

/*
 * A file on its way to replace `base` in an open directory. All names are relative to that
 * directory.
 */
struct replacement {
    const char *path;      /* as the caller gave it, for messages */
    char target[PATH_MAX]; /* the path with links resolved; its last '/' becomes a NUL */
    const char *base;      /* name of the file within the directory */
    int directory;         /* descriptors; -1: not open */
    int file;
    int exists; /* 1: there is an old file, with these permissions */
    mode_t permissions;
    char temporary[NAME_MAX + 1]; /* "": none to remove */
};

/* ---------------------------------------------------------------- where to write */

/* The path of the real file: links are followed. A file that is not there yet stays as given. */
static int32_t resolve(struct replacement *to)
{
    if (realpath(to->path, to->target))
        return SEQNET_OK;
    struct stat status;
    if (errno != ENOENT)
        return file_failed(to->path, "cannot write", errno);
    if (!lstat(to->path, &status))
        return file_failed(to->path, "cannot write: a symbolic link to nothing", 0);
    if (strlen(to->path) >= sizeof to->target)
        return file_failed(to->path, "cannot write", ENAMETOOLONG);
    strcpy(to->target, to->path);
    return SEQNET_OK;
}

static int32_t open_directory(struct replacement *to)
{
    char *const slash = strrchr(to->target, '/');
    const char *directory = slash == to->target ? "/" : slash ? to->target : ".";
    to->base = slash ? slash + 1 : to->target;
    if (slash)
        *slash = '\0';
    if (!*to->base)
        return file_failed(to->path, "cannot write", *to->path ? EISDIR : ENOENT);
    to->directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (to->directory < 0)
        return file_failed(to->path, "cannot open its directory", errno);
    return SEQNET_OK;
}

/* Renaming asks for no right to the old file itself, so a read-only one is protected here. */
static int32_t look_at_old_file(struct replacement *to)
{
    struct stat status;
    if (fstatat(to->directory, to->base, &status, AT_SYMLINK_NOFOLLOW))
        return errno == ENOENT ? SEQNET_OK : file_failed(to->path, "cannot write", errno);
    if (S_ISDIR(status.st_mode))
        return file_failed(to->path, "cannot write", EISDIR);
    if (!S_ISREG(status.st_mode))
        return file_failed(to->path, "cannot write: not a regular file", 0);
    if (faccessat(to->directory, to->base, W_OK, 0))
        return file_failed(to->path, "cannot write", errno);
    to->exists = 1;
    to->permissions = status.st_mode & PERMISSIONS;
    return SEQNET_OK;
}

/* ---------------------------------------------------------------- writing beside it */

/*
 * A name nobody else uses: the process number, and a count for other threads and for what a crash
 * left.
 */
static int32_t open_temporary(struct replacement *to)
{
    char name[sizeof to->temporary];
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
    int error = EEXIST;
    for (int try = 0; try < MAX_TRIES && (error == EEXIST || error == EINTR); try++) {
        const int length =
            snprintf(name, sizeof name, "%s.%ld-%d.tmp", to->base, (long)getpid(), try);
        if (length < 0 || (size_t)length >= sizeof name)
            return file_failed(to->path, "cannot write", ENAMETOOLONG);
        to->file = openat(to->directory, name, flags, 0666);
        if (to->file >= 0) {
            memcpy(to->temporary, name, sizeof name);
            return SEQNET_OK;
        }
        error = errno;
    }
    return file_failed(to->path, "cannot create a file beside it", error);
}

static int32_t write_piece(const struct replacement *to, const struct file_piece *piece)
{
    const char *at = piece->data;
    size_t left = piece->bytes;
    while (left > 0) {
        const ssize_t put = write(to->file, at, left);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return file_failed(to->path, "cannot write", errno);
        at += put;
        left -= (size_t)put;
    }
    return SEQNET_OK;
}

/* 0 or the error. */
static int sync_descriptor(int descriptor)
{
    while (fsync(descriptor))
        if (errno != EINTR)
            return errno;
    return 0;
}

static int32_t fill_temporary(struct replacement *to, const struct file_piece *pieces, size_t count)
{
    if (to->exists && fchmod(to->file, to->permissions))
        return file_failed(to->path, "cannot keep its permissions", errno);
    for (size_t i = 0; i < count; i++)
        RETURN_IF_ERROR(write_piece(to, &pieces[i]));
    const int unsynced = sync_descriptor(to->file);
    const int unclosed = close(to->file) && errno != EINTR ? errno : 0;
    const int error = unsynced ? unsynced : unclosed;
    to->file = -1;
    return error ? file_failed(to->path, "cannot write to disk", error) : SEQNET_OK;
}

/* ---------------------------------------------------------------- taking its place */

static int32_t take_name(struct replacement *to)
{
    if (renameat(to->directory, to->temporary, to->directory, to->base))
        return file_failed(to->path, "cannot replace", errno);
    to->temporary[0] = '\0';
    const int error = sync_descriptor(to->directory);
    if (error && error != EINVAL) /* EINVAL: a file system that cannot sync directories */
        return file_failed(to->path, "written, but cannot sync its directory", error);
    return SEQNET_OK;
}

static int32_t prepare(struct replacement *to)
{
    RETURN_IF_ERROR(resolve(to));
    RETURN_IF_ERROR(open_directory(to));
    RETURN_IF_ERROR(look_at_old_file(to));
    return open_temporary(to);
}

static void finish(const struct replacement *to)
{
    if (to->file >= 0)
        close(to->file);
    if (to->temporary[0])
        unlinkat(to->directory, to->temporary, 0);
    if (to->directory >= 0)
        close(to->directory);
}

int32_t file_write(const char *path, const struct file_piece *pieces, size_t count)
{
    struct replacement to = { .path = path, .directory = -1, .file = -1 };
    int32_t code = prepare(&to);
    if (code == SEQNET_OK)
        code = fill_temporary(&to, pieces, count);
    if (code == SEQNET_OK)
        code = take_name(&to);
    finish(&to);
    return code;
}
