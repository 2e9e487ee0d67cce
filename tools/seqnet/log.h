/* SPDX-License-Identifier: MIT */
/* The log of a training: one JSON object a line. */
#ifndef SEQNET_TOOL_LOG_H
#define SEQNET_TOOL_LOG_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

struct log {
    FILE *file; /* NULL: there is no log */
    const char *path;
};

/*
 * Opens a new log, or, with `kept` >= 0, one that goes on behind its first `kept` bytes: what a run
 * wrote after its last checkpoint is written again. path NULL: no log.
 */
int log_open(struct log *log, const char *path, int64_t kept);

/* Takes over the reference. */
void log_write(struct log *log, json_t *object);

/* Bytes written so far. */
int64_t log_size(const struct log *log);

/* Reports if not all could be written. */
int log_close(struct log *log);

#endif
