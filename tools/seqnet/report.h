/* SPDX-License-Identifier: MIT */
/* Exit statuses, and the one line on stderr that goes with each failure. */
#ifndef SEQNET_TOOL_REPORT_H
#define SEQNET_TOOL_REPORT_H

#include <stdint.h>

enum status {
    STATUS_OK = 0,
    STATUS_FAILED = 1,       /* the work could not be finished: memory, disk, a non-finite loss */
    STATUS_USAGE = 2,        /* a wrong option or file; nothing was written */
    STATUS_INTERRUPTED = 130 /* stopped by a signal, saved */
};

/* Prints "seqnet: ..." and a line end to stderr; gives `status` back, to be returned. */
int report(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* As report, with the library's message for its failure `code`, which also decides the status. */
int report_library(int32_t code, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
