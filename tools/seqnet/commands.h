/* SPDX-License-Identifier: MIT */
/* Every command: a table in a file of its own. */
#ifndef SEQNET_TOOL_COMMANDS_H
#define SEQNET_TOOL_COMMANDS_H

#include "option.h"

extern const struct command train_command, sample_command, eval_command, info_command,
    bench_command, convert_command;

#endif
