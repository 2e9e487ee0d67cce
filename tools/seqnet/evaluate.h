/* SPDX-License-Identifier: MIT */
/* Testing a network on a feed. */
#ifndef SEQNET_TOOL_EVALUATE_H
#define SEQNET_TOOL_EVALUATE_H

#include "score.h"

/*
 * Reads the feed once, in the data's order, with `threads` as in seqnet_context_options. A stop
 * request ends it with STATUS_INTERRUPTED.
 */
int evaluate(const struct problem *problem, seqnet_layer *network, struct feed *feed,
             int64_t threads, struct score *score);

#endif
