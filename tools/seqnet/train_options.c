/* SPDX-License-Identifier: MIT */
#include "train_options.h"
#include "report.h"
#include "task.h"

#include <seqnet/trainer.h>

/* What an optimizer starts with where nothing else was asked for. */
static const struct {
    double lr, beta2;
} optimizers[] = {
    [SEQNET_SGD] = { 0.5, 0.999 },      [SEQNET_ADAGRAD] = { 0.02, 0.999 },
    [SEQNET_RMSPROP] = { 0.002, 0.95 }, [SEQNET_ADAM] = { 0.002, 0.999 },
    [SEQNET_ADAMW] = { 0.002, 0.999 },
};

void train_options_set_defaults(const struct task *task, struct train_options *options)
{
    options_set_defaults(&train_command, options);
    for (const struct task_default *entry = task->defaults; entry->name; entry++)
        options_set(options_find(&train_command, entry->name), entry->value, NULL, options);
}

/*
 * Given options are stored twice: the task must be known before its defaults, and they come before
 * the given ones.
 */
static int apply(const struct command_line *line, struct train_options *options)
{
    options_set_defaults(&train_command, options);
    if (options_set_given(line, options) != STATUS_OK)
        return STATUS_USAGE;
    const struct task *task = task_find(options->task);
    if (!task)
        return report(STATUS_USAGE, "--task = '%s', need one of %s", options->task,
                      options_find(&train_command, "task")->argument);
    train_options_set_defaults(task, options);
    return options_set_given(line, options);
}

static int check_present(const struct train_options *options)
{
    if (!options->data)
        return report(STATUS_USAGE, "train: --data FILE is missing (see seqnet train --help)");
    if (!options->model)
        return report(STATUS_USAGE, "train: --model FILE is missing (see seqnet train --help)");
    return STATUS_OK;
}

static void settle_optimizer(struct train_options *options)
{
    if (options->lr < 0)
        options->lr = optimizers[options->optimizer].lr;
    if (options->beta2 < 0)
        options->beta2 = optimizers[options->optimizer].beta2;
    if (options->clip_norm < 0)
        options->clip_norm = options->clip_value > 0 ? 0 : 5;
    if (options->weight_decay < 0)
        options->weight_decay = options->optimizer == SEQNET_ADAMW ? 0.01 : 0;
}

static void settle_schedule(struct train_options *options)
{
    const double epochs = (double)options->epochs;
    if (options->period < 0 && options->schedule == SEQNET_COSINE)
        options->period = epochs;
    if (options->period < 0 && options->schedule == SEQNET_STEP)
        options->period = epochs / 3;
    if (options->gamma < 0)
        options->gamma = options->schedule == SEQNET_EXPONENTIAL ? 0.9 : 0.5;
}

static void settle_model(struct train_options *options)
{
    const int64_t outputs = options->hidden * (options->bidirectional ? 2 : 1);
    if (options->dropout < 0)
        options->dropout = 0;
    if (options->embedding < 0)
        options->embedding = options->tie || options->level == LEVEL_WORD ? outputs : 0;
}

/* Combinations that no single row can judge. */
static int check_combination(const struct train_options *options)
{
    const struct task *task = task_find(options->task);
    if (options->bidirectional && !task->whole_sequences)
        return report(STATUS_USAGE, "--bidirectional is for --task classify and tag");
    if ((options->update_steps || options->burn_in) && task->whole_sequences)
        return report(STATUS_USAGE, "--update-steps and --burn-in are for --task lm and forecast");
    if (options->tie && !task->predicts_input)
        return report(STATUS_USAGE, "--tie is for --task lm");
    if (options->tie && options->embedding != options->hidden)
        return report(STATUS_USAGE, "--tie: --embedding = %lld, need --hidden = %lld",
                      (long long)options->embedding, (long long)options->hidden);
    if (options->lower && options->level == LEVEL_BYTE)
        return report(STATUS_USAGE, "--lower needs --level char or word");
    if (options->update_steps > options->bptt && options->update_steps % options->bptt != 0)
        return report(STATUS_USAGE,
                      "--update-steps = %lld, need at most or a multiple of --bptt = %lld",
                      (long long)options->update_steps, (long long)options->bptt);
    return STATUS_OK;
}

/* What was not given and follows from the rest. */
static int settle(struct train_options *options)
{
    if (options->bptt == 0 && !task_find(options->task)->whole_sequences)
        return report(STATUS_USAGE, "--bptt = 0, need 1 or more for --task %s", options->task);
    settle_optimizer(options);
    settle_schedule(options);
    settle_model(options);
    return check_combination(options);
}

int train_options_read(int argc, char **argv, struct train_options *options, int *shown)
{
    struct command_line line;
    int status = command_line_read(&train_command, argc, argv, &line);
    *shown = status == STATUS_OK && line.help;
    if (*shown)
        options_print_help(&train_command);
    else if (status == STATUS_OK)
        status = apply(&line, options);
    command_line_free(&line);
    if (status == STATUS_OK && !*shown)
        status = check_present(options);
    return status == STATUS_OK && !*shown ? settle(options) : status;
}
