/* SPDX-License-Identifier: MIT */
#include "train_command.h"
#include "clock.h"
#include "output_check.h"
#include "report.h"
#include "shell.h"
#include "stop.h"
#include "threads.h"
#include "training.h"

#include <string.h>

/* ---- beginning ---- */

static void say_what(struct training *training)
{
    const struct problem *problem = &training->problem;
    const struct train_options *options = &problem->options;
    seqnet_layer_info info = { .struct_size = sizeof(info) };
    char cell[16], rule[16], symbols[64] = "";
    option_choice_name(options_find(&train_command, "cell"), options->cell, cell, sizeof(cell));
    option_choice_name(options_find(&train_command, "optimizer"), options->optimizer, rule,
                       sizeof(rule));
    seqnet_layer_get_info(training->network, &info);
    if (problem->vocabulary)
        snprintf(symbols, sizeof(symbols), ", %d different %ss", problem_inputs(problem),
                 problem_symbol(problem));
    progress_say(&training->progress, "%s: %lld %s to train on, %lld held out%s",
                 problem->task->name, (long long)training->feed->items, problem->task->items,
                 training->held_out ? (long long)training->held_out->items : 0, symbols);
    progress_say(&training->progress, "%s %lld x %lld, %lld parameters; %s, rate %g", cell,
                 (long long)options->layers, (long long)options->hidden,
                 (long long)info.parameter_count, rule, options->lr);
}

static int start_anew(struct training *training)
{
    const int status = log_open(&training->log, training->problem.options.log, -1);
    return status == STATUS_OK ? checkpoint_save(training) : status;
}

static int start(struct training *training)
{
    int found = 0;
    if (training->problem.options.resume) {
        const int status = checkpoint_load(training, &found);
        if (status != STATUS_OK)
            return status;
        if (!found)
            progress_say(&training->progress, "no checkpoint %s: from the beginning",
                         training->checkpoint);
    }
    if (!found)
        return start_anew(training);
    progress_say(&training->progress, "resumed in epoch %lld after %lld updates",
                 (long long)training->course.epoch + 1,
                 (long long)seqnet_trainer_updates(training->trainer));
    return STATUS_OK;
}

/* ---- ending ---- */

/* The same command once more, to be pasted into a shell. */
static void print_resume(FILE *file, int argc, char **argv)
{
    int has = 0;
    fputs("  ", file);
    for (int i = 0; i < argc; i++) {
        has |= strcmp(argv[i], "--resume") == 0;
        shell_print_word(file, argv[i]);
        putc(' ', file);
    }
    fputs(has ? "\n" : "--resume\n", file);
}

static int end_by_signal(struct training *training, int argc, char **argv)
{
    const int status = checkpoint_save(training);
    if (status != STATUS_OK)
        return status;
    fprintf(stderr, "seqnet: interrupted and saved in epoch %lld; to go on:\n",
            (long long)training->course.epoch + 1);
    print_resume(stderr, argc, argv);
    return STATUS_INTERRUPTED;
}

/*
 * The model where time ran out is one more candidate. The checkpoint knows of it, so that a resumed
 * training compares with the model that is now in the file.
 */
static int end_by_time(struct training *training, int argc, char **argv)
{
    struct score score;
    int status = training_test(training, &score);
    if (status == STATUS_INTERRUPTED)
        return end_by_signal(training, argc, argv);
    if (status == STATUS_OK)
        status = checkpoint_save(training);
    if (status == STATUS_OK && !training->problem.options.quiet) {
        progress_say(&training->progress, "time is up after %lld updates; to go on:",
                     (long long)seqnet_trainer_updates(training->trainer));
        print_resume(stdout, argc, argv);
    }
    return status;
}

static void say_result(struct training *training)
{
    char text[256];
    const char *path = training->problem.options.model;
    score_print(&training->problem, &training->course.best, text, sizeof(text));
    progress_say(&training->progress, "%s: the model of epoch %lld, %s %s", path,
                 (long long)training->course.best_epoch,
                 training->held_out ? "held out" : "training", text);
}

static int run(struct training *training, int argc, char **argv)
{
    int status = training_run(training);
    if (status == STATUS_INTERRUPTED)
        status = stop_requested() ? end_by_signal(training, argc, argv)
                                  : end_by_time(training, argc, argv);
    if (status == STATUS_OK)
        say_result(training);
    return status;
}

/* ---- the command ---- */

static int train(const struct train_options *options, int argc, char **argv)
{
    struct training training;
    int status = training_open(&training, options);
    progress_open(&training.progress, options->quiet != 0);
    if (options->minutes > 0)
        training.deadline = clock_seconds() + 60 * options->minutes;
    if (status == STATUS_OK) {
        say_what(&training);
        status = start(&training);
    }
    if (status == STATUS_OK) {
        stop_install();
        status = run(&training, argc, argv);
    }
    const int closed = log_close(&training.log);
    training_close(&training);
    return status == STATUS_OK ? closed : status;
}

int train_run(int argc, char **argv)
{
    struct train_options options;
    int shown = 0;
    int status = train_options_read(argc, argv, &options, &shown);
    if (status != STATUS_OK || shown)
        return status;
    status = output_check(&options);
    if (status == STATUS_OK)
        status = threads_set(options.threads, options.hidden);
    return status == STATUS_OK ? train(&options, argc, argv) : status;
}
