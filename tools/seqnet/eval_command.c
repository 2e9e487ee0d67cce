/* SPDX-License-Identifier: MIT */
/* `seqnet eval`: how good a model is on a data file. */
#include "commands.h"
#include "evaluate.h"
#include "model_file.h"
#include "report.h"
#include "threads.h"

#include <stdio.h>
#include <stdlib.h>

struct eval_options {
    const char *data;
    int64_t held_out, json, threads;
};

#define MEMBER(name) offsetof(struct eval_options, name)

static const struct option_row rows[] = {
    { "data", OPTION_TEXT, 0, MEMBER(data), "FILE", 0, 0, NULL, "a file as seqnet train takes it" },
    { "held-out", OPTION_FLAG, 0, MEMBER(held_out), "", 0, 0, NULL,
      "only the part that training held out, if this is its data" },
    { "json", OPTION_FLAG, 0, MEMBER(json), "", 0, 0, NULL, "print a JSON object" },
    { "threads", OPTION_INTEGER, 0, MEMBER(threads), "N", 0, THREADS_MOST, "0",
      "threads to calculate with; 0: one for each core, at most 8, but\none for small models" },
};

static void print(const struct problem *problem, const struct score *score, int as_json)
{
    char text[256];
    if (!as_json) {
        score_print(problem, score, text, sizeof(text));
        puts(text);
        return;
    }
    json_t *object = score_to_json(problem, score);
    json_dumpf(object, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
    putchar('\n');
    json_decref(object);
}

static int test(const struct problem *problem, seqnet_layer *network,
                const struct eval_options *options)
{
    const enum part part = options->held_out ? PART_HELD_OUT : PART_ALL;
    struct text data;
    struct feed *feed = NULL;
    struct score score;
    int status = text_read(options->data, &data);
    if (status != STATUS_OK)
        return status;
    status = problem->task->open(problem, &data, part, &feed);
    if (status == STATUS_OK)
        status = evaluate(problem, network, feed, options->threads, &score);
    if (status == STATUS_OK)
        print(problem, &score, options->json != 0);
    feed_destroy(feed);
    text_free(&data);
    return status;
}

static int eval_run(int argc, char **argv)
{
    struct eval_options options;
    struct problem problem;
    seqnet_model *model = NULL;
    json_t *keep = NULL;
    const char *path = NULL;
    int shown = 0;
    int status = options_read(&eval_command, argc, argv, &options, &path, &shown);
    if (status != STATUS_OK || shown)
        return status;
    if (!options.data)
        return report(STATUS_USAGE, "eval: --data FILE is missing (see seqnet eval --help)");
    status = model_open(path, &model, &problem, &keep);
    if (status == STATUS_OK)
        status = threads_set(options.threads, problem.options.hidden);
    if (status == STATUS_OK)
        status = test(&problem, seqnet_model_layer(model), &options);
    problem_free(&problem);
    seqnet_model_destroy(model);
    json_decref(keep);
    return status;
}

const struct command eval_command = {
    .name = "eval",
    .run = eval_run,
    .summary = "test a model on a data file",
    .usage = "MODEL --data FILE [options]",
    .text =
        "Prints the loss of a model on a file, in nats for each target, and what the task adds:\n"
        "bits per character or perplexity (lm), accuracy (classify, tag), the root mean squared\n"
        "error and that of persistence (forecast).\n"
        "\n"
        "  seqnet eval book.safetensors --data other.txt\n"
        "  seqnet eval mails.safetensors --data mails.tsv --held-out --json\n"
        "\n",
    .rows = rows,
    .count = sizeof(rows) / sizeof(rows[0]),
    .operands = { "MODEL" },
};
