/* SPDX-License-Identifier: MIT */
/*
 * What the terminal sees of a training: a bar that is redrawn in its line, or plain lines in a
 * pipe.
 */
#ifndef SEQNET_TOOL_PROGRESS_H
#define SEQNET_TOOL_PROGRESS_H

#include "task.h"

struct progress {
    int quiet;
    int terminal;
    int colour;
    double drawn;  /* when */
    int width;     /* of the bar now on the terminal, 0: none */
    int64_t tenth; /* of the epoch that the next plain line is for */
};

/* How far a training is. */
struct moment {
    int64_t epoch, epochs; /* from 1 */
    double fraction;       /* of the epoch */
    double loss;           /* of late */
    double rate;           /* targets per second */
    double seconds_left;   /* negative: not known yet */
};

void progress_open(struct progress *progress, int quiet);

/* A new epoch, `fraction` of which is done. */
void progress_epoch(struct progress *progress, double fraction);

/* May be called after every batch. Gives 1 when another tenth of the epoch is done. */
int progress_show(struct progress *progress, const struct problem *problem,
                  const struct moment *moment);

/* A line that stays; not in quiet mode. */
void progress_say(struct progress *progress, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Takes the bar away, before others print. */
void progress_clear(struct progress *progress);

#endif
