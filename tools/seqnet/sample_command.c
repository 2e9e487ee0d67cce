/* SPDX-License-Identifier: MIT */
/* `seqnet sample`: a language model writes. */
#include "commands.h"
#include "memory.h"
#include "model_file.h"
#include "report.h"
#include "sampler.h"
#include "threads.h"
#include "writer.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sample_options {
    const char *prime;
    int64_t length, argmax, top_k, seed;
    double temperature, top_p;
};

#define MEMBER(name) offsetof(struct sample_options, name)

static const struct option_row rows[] = {
    { "prime", OPTION_TEXT, 0, MEMBER(prime), "TEXT", 0, 0, NULL,
      "begin with this text; it is printed too" },
    { "length", OPTION_INTEGER, 0, MEMBER(length), "N", 0, 1e15, "500", "symbols to write" },
    { "temperature", OPTION_REAL, 0, MEMBER(temperature), "T", 1e-3, 1e3, "1",
      "below 1: safer, above: wilder" },
    { "argmax", OPTION_FLAG, 0, MEMBER(argmax), "", 0, 0, NULL, "always the likeliest symbol" },
    { "top-k", OPTION_INTEGER, 0, MEMBER(top_k), "K", 0, 1e15, "0",
      "only from the K likeliest; 0: all" },
    { "top-p", OPTION_REAL, 0, MEMBER(top_p), "P", 1e-9, 1, "1",
      "only from the likeliest that make up this probability" },
    { "seed", OPTION_INTEGER, 0, MEMBER(seed), "N", 0, 1e15, "1", "equal seeds write equal texts" },
};

/* One stream of a model that writes. */
struct author {
    const struct problem *problem;
    seqnet_context *context;
    struct sampler sampler;
    struct writer writer;
    unsigned char *banned; /* (V): 1 for symbols that are no text */
    float *logits;         /* (V) */
};

static void ban_specials(struct author *author)
{
    static const int32_t silent[] = { SEQNET_PAD, SEQNET_UNK, SEQNET_BOS };
    for (size_t i = 0; i < sizeof(silent) / sizeof(silent[0]); i++) {
        const int32_t token = seqnet_vocabulary_special(author->problem->vocabulary, silent[i]);
        if (token >= 0)
            author->banned[token] = 1;
    }
}

/*
 * A table of token inputs in place of embedding and input product makes every symbol cheaper; one
 * that is much larger than caches is not worth its making.
 */
#define LARGEST_TABLE (16u << 20)

static int start_context(struct author *author, seqnet_layer *network)
{
    seqnet_layer *folded = NULL;
    size_t bytes = 0;
    int32_t code = SEQNET_OK;
    if (seqnet_sequential_fold_bytes(network, &bytes) == SEQNET_OK && bytes <= LARGEST_TABLE)
        code = seqnet_sequential_fold(network, NULL, &folded);
    if (code == SEQNET_OK)
        code = seqnet_context_create(folded ? folded : network, NULL, &author->context);
    seqnet_layer_destroy(folded);
    return code == SEQNET_OK ? STATUS_OK : report_library(code, "cannot run the model");
}

static int author_open(struct author *author, const struct problem *problem, seqnet_layer *network,
                       const struct sample_options *options)
{
    const int32_t size = problem_outputs(problem);
    *author = (struct author){ .problem = problem, .writer = { problem->vocabulary, 1 } };
    author->banned = memory_array((size_t)size, 1);
    author->logits = memory_array((size_t)size, sizeof(float));
    sampler_open(&author->sampler, size, options->seed);
    author->sampler.temperature = options->temperature;
    author->sampler.top_k = options->top_k;
    author->sampler.top_p = options->top_p;
    author->sampler.argmax = options->argmax != 0;
    ban_specials(author);
    return start_context(author, network);
}

static void author_close(struct author *author)
{
    seqnet_context_destroy(author->context);
    sampler_close(&author->sampler);
    free(author->banned);
    free(author->logits);
}

/* A reader that has seen enough ends the program quietly. */
static int write_failed(void)
{
    return errno == EPIPE ? STATUS_OK : report(STATUS_FAILED, "stdout: %s", strerror(errno));
}

static int read_symbol(struct author *author, int32_t token)
{
    const int32_t code = seqnet_context_step_tokens(author->context, &token, author->logits);
    return code == SEQNET_OK ? STATUS_OK : report_library(code, "cannot run the model");
}

/*
 * What a text may begin after when there is none: a line end, else the likeliest symbol, which is
 * the first.
 */
static int32_t beginning(const struct author *author)
{
    const seqnet_vocabulary *vocabulary = author->problem->vocabulary;
    int32_t token = seqnet_vocabulary_special(vocabulary, SEQNET_EOS);
    if (token < 0)
        token = seqnet_vocabulary_find(vocabulary, "\n", 1);
    for (int32_t i = 0; token < 0; i++)
        if (!author->banned[i] || i + 1 == author->sampler.size)
            token = i;
    return token;
}

static int prime(struct author *author, const char *text)
{
    int32_t *tokens = NULL;
    int64_t count = 0;
    int status = STATUS_OK;
    if (*text)
        status = problem_encode(author->problem, (struct slice){ text, strlen(text) }, "--prime",
                                &tokens, &count);
    if (status == STATUS_OK && count == 0)
        status = read_symbol(author, beginning(author));
    for (int64_t i = 0; i < count && status == STATUS_OK; i++)
        status = read_symbol(author, tokens[i]);
    free(tokens);
    author->writer.glue = !*text || isspace((unsigned char)text[strlen(text) - 1]);
    if (status == STATUS_OK)
        fputs(text, stdout);
    fflush(stdout);
    return status;
}

static int write_symbols(struct author *author, int64_t length)
{
    int status = STATUS_OK;
    for (int64_t i = 0; i < length && status == STATUS_OK; i++) {
        const int32_t token = sampler_pick(&author->sampler, author->logits, author->banned);
        if (!writer_put(&author->writer, token))
            return write_failed();
        status = read_symbol(author, token);
    }
    return status;
}

static int write_text(struct author *author, const struct sample_options *options)
{
    int status = prime(author, options->prime ? options->prime : "");
    if (status == STATUS_OK)
        status = write_symbols(author, options->length);
    if (status == STATUS_OK)
        putchar('\n');
    return status;
}

static int sample(const char *path, const struct sample_options *options)
{
    struct problem problem = { 0 };
    struct author author = { 0 };
    seqnet_model *model = NULL;
    json_t *keep = NULL;
    int status = threads_set(1, 0); /* sums in one order: equal seeds write equal texts */
    if (status == STATUS_OK)
        status = model_open(path, &model, &problem, &keep);
    if (status == STATUS_OK && !problem.task->predicts_input)
        status = report(STATUS_USAGE, "%s: a %s model cannot write, need a language model (lm)",
                        path, problem.task->name);
    if (status == STATUS_OK)
        status = author_open(&author, &problem, seqnet_model_layer(model), options);
    if (status == STATUS_OK)
        status = write_text(&author, options);
    author_close(&author);
    problem_free(&problem);
    seqnet_model_destroy(model);
    json_decref(keep);
    return status;
}

static int sample_run(int argc, char **argv)
{
    struct sample_options options;
    const char *path = NULL;
    int shown = 0;
    const int status = options_read(&sample_command, argc, argv, &options, &path, &shown);
    if (status != STATUS_OK || shown)
        return status;
    signal(SIGPIPE, SIG_IGN);
    return sample(path, &options);
}

const struct command sample_command = {
    .name = "sample",
    .run = sample_run,
    .summary = "let a language model write",
    .usage = "MODEL [options]",
    .text = "Writes text, symbol by symbol as it is made.\n"
            "\n"
            "  seqnet sample book.safetensors\n"
            "  seqnet sample book.safetensors --prime 'Once upon' --temperature 0.7\n"
            "  seqnet sample book.safetensors --top-p 0.9 --seed 7 --length 2000\n"
            "\n"
            "Defaults are in [ ].\n\n",
    .rows = rows,
    .count = sizeof(rows) / sizeof(rows[0]),
    .operands = { "MODEL" },
};
