/* SPDX-License-Identifier: MIT */
#ifndef SEQNET_TOOL_CLOCK_H
#define SEQNET_TOOL_CLOCK_H

/* Seconds since some moment, never set back. */
double clock_seconds(void);

#endif
