/* SPDX-License-Identifier: MIT */
/* The network of a problem. */
#ifndef SEQNET_TOOL_NETWORK_H
#define SEQNET_TOOL_NETWORK_H

#include "task.h"

/* [embedding, dropout], the recurrent levels, [dropout], linear; in a sequential. */
int network_create(const struct problem *problem, seqnet_layer **network);

#endif
