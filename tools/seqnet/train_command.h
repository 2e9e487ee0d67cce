/* SPDX-License-Identifier: MIT */
#ifndef SEQNET_TOOL_TRAIN_COMMAND_H
#define SEQNET_TOOL_TRAIN_COMMAND_H

/* `seqnet train`: gives the program's exit status. */
int train_run(int argc, char **argv);

#endif
