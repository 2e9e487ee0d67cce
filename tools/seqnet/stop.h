/* SPDX-License-Identifier: MIT */
/* Ctrl-C and SIGTERM as a request that loops look at. */
#ifndef SEQNET_TOOL_STOP_H
#define SEQNET_TOOL_STOP_H

/* From now on the first such signal is a request; a second one ends the program at once. */
void stop_install(void);

/* 1 once a signal has come. */
int stop_requested(void);

#endif
