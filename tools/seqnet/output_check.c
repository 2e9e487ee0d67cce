/* SPDX-License-Identifier: MIT */
#include "output_check.h"
#include "memory.h"
#include "report.h"

#include <seqnet/io.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The folder a path is in: new memory. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return memory_text(".", 1);
    return memory_text(path, slash == path ? 1 : (size_t)(slash - path));
}

static int check_folder(const char *option, const char *path)
{
    char *folder = folder_of(path);
    int status = STATUS_OK;
    if (access(folder, W_OK) != 0)
        status = report(STATUS_USAGE, "--%s %s: %s", option, path, strerror(errno));
    free(folder);
    return status;
}

static int check_file(const char *option, const char *path)
{
    struct stat about;
    if (stat(path, &about) == 0 && S_ISDIR(about.st_mode))
        return report(STATUS_USAGE, "--%s %s: is a folder", option, path);
    return check_folder(option, path);
}

int output_is_same(const char *a, const char *b)
{
    struct stat first, second;
    if (strcmp(a, b) == 0)
        return 1;
    return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

static int check_different(const struct train_options *options)
{
    if (output_is_same(options->model, options->data))
        return report(STATUS_USAGE, "--model %s: that is the data", options->model);
    if (options->log && output_is_same(options->log, options->data))
        return report(STATUS_USAGE, "--log %s: that is the data", options->log);
    if (options->log && output_is_same(options->log, options->model))
        return report(STATUS_USAGE, "--log %s: that is the model", options->log);
    return STATUS_OK;
}

static int check_replaced(const char *path)
{
    seqnet_model *model = NULL;
    if (access(path, F_OK) != 0)
        return STATUS_OK;
    const int32_t code = seqnet_model_load(path, NULL, &model);
    seqnet_model_destroy(model);
    return code == SEQNET_OK
               ? STATUS_OK
               : report(STATUS_USAGE, "--model %s: exists and is no model; delete it first", path);
}

int output_check(const struct train_options *options)
{
    int status = check_different(options);
    if (status == STATUS_OK)
        status = check_file("model", options->model);
    if (status == STATUS_OK && options->log)
        status = check_file("log", options->log);
    return status == STATUS_OK ? check_replaced(options->model) : status;
}
