/* SPDX-License-Identifier: MIT */
/* The options of seqnet train; model files keep the lasting ones. */
#ifndef SEQNET_TOOL_TRAIN_OPTIONS_H
#define SEQNET_TOOL_TRAIN_OPTIONS_H

#include "commands.h"

enum { LEVEL_CHAR, LEVEL_BYTE, LEVEL_WORD };
enum { CELL_LSTM, CELL_GRU, CELL_RNN };
enum { POOL_MEAN, POOL_LAST };
enum { PUNCTUATION_KEEP, PUNCTUATION_SPLIT };

struct train_options {
    const char *data, *model, *task, *column, *log;

    int64_t level, vocab_size, min_count, lower, punctuation;
    double validation;

    int64_t cell, layers, hidden, embedding, tie, bidirectional, pool;
    double dropout, init_range, forget_bias;

    int64_t optimizer, nesterov, schedule, warmup, patience, batch, epochs, accumulate;
    double lr, momentum, beta1, beta2, weight_decay, clip_value, clip_norm;
    double period, gamma, min_lr;

    int64_t bptt, update_steps, burn_in;

    int64_t seed, threads, resume, checkpoint_every, quiet;
    double minutes;
};

/* Stores the defaults of all tasks, then those of `task`. */
struct task;
void train_options_set_defaults(const struct task *task, struct train_options *options);

/*
 * Reads a command line: general defaults, then the task's, then what was given, then what follows
 * from that; only the level may still be open. `shown` as options_read.
 */
int train_options_read(int argc, char **argv, struct train_options *options, int *shown);

#endif
