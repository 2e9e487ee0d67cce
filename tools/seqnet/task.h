/* SPDX-License-Identifier: MIT */
/*
 * What can be learned. A task knows how its data file is laid out and how it becomes batches;
 * networks, training, tests and model files are the same for all. A new task is a file like
 * task_lm.c and a line in task.c.
 */
#ifndef SEQNET_TOOL_TASK_H
#define SEQNET_TOOL_TASK_H

#include "feed.h"
#include "labels.h"
#include "text.h"
#include "train_options.h"

/* A task with all that a model file must remember beside the network. */
struct problem {
    const struct task *task;
    struct train_options options;
    seqnet_vocabulary *vocabulary; /* NULL: the input is numbers */
    struct labels labels;          /* none: the output is of the input's kind */
    double mean;                   /* of numbers, before they are standardised */
    double deviation;
};

/* Which part of the data a feed is made of. */
enum part { PART_TRAINING, PART_HELD_OUT, PART_ALL };

/* How a result is told. */
enum measure { MEASURE_TEXT, MEASURE_ACCURACY, MEASURE_FORECAST };

struct task_default {
    const char *name; /* of an option; NULL ends a list */
    const char *value;
};

struct task {
    const char *name;
    const char *items;   /* what feeds are made of: "symbols", "texts" */
    const char *targets; /* what has a loss each; NULL: the symbols */
    const struct task_default *defaults;
    enum measure measure;
    int whole_sequences; /* 1: each sequence is in one window, and starts at state zero */
    int predicts_input;  /* 1: outputs are the input's symbols */
    int one_target;      /* 1: one for a sequence, 0: one for a step */

    /*
     * Take from the data what the problem is to remember, the training part only where that
     * matters.
     */
    int (*learn)(struct problem *problem, const struct text *data);
    /* Make batches of a part of the data; held-out and whole data are for tests. */
    int (*open)(const struct problem *problem, const struct text *data, enum part part,
                struct feed **feed);
};

extern const struct task task_lm, task_classify, task_tag, task_forecast;

/* The task of that name, NULL if there is none. */
const struct task *task_find(const char *name);

/* ---- what tasks share ---- */

void problem_free(struct problem *problem);

/* The loss the task trains and tests with. */
void problem_loss(const struct problem *problem, seqnet_loss_options *loss);

int32_t problem_inputs(const struct problem *problem);
int32_t problem_outputs(const struct problem *problem);

/* What a symbol is called in the singular: "char", "byte", "word". */
const char *problem_symbol(const struct problem *problem);

/* What speed is measured in: "chars", "texts". */
void problem_targets(const struct problem *problem, char *name, size_t size);

/* A vocabulary of `text` by the options of the problem, which keeps it. `name` is for messages. */
int problem_build_vocabulary(struct problem *problem, const char *text, size_t size,
                             const char *name);

/* The tokens of `text`, in new memory. */
int problem_encode(const struct problem *problem, struct slice text, const char *name,
                   int32_t **tokens, int64_t *count);

/* 1 for each of `count` items that a seeded choice holds out: the same ones each time. */
unsigned char *problem_hold_out(const struct problem *problem, int64_t count);

/* Whether an item with this mark belongs to a part. */
int part_has(enum part part, unsigned char held_out);

#endif
