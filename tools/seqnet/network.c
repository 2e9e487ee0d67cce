/* SPDX-License-Identifier: MIT */
#include "network.h"
#include "memory.h"
#include "random.h"
#include "report.h"

#include <math.h>
#include <stdlib.h>

/* The layers made so far; `code` is the first failure, after which nothing more is made. */
struct stack {
    seqnet_layer *layers[8];
    int32_t count;
    int32_t width; /* features that come out of the last one */
    int32_t code;
    struct random seeds;
};

static void push(struct stack *stack, int32_t code, seqnet_layer *layer, int32_t width)
{
    stack->code = code;
    stack->layers[stack->count] = layer;
    stack->count += code == SEQNET_OK;
    stack->width = width;
}

static int32_t scale_rows(seqnet_layer *embedding, int64_t count, float factor)
{
    float *rows = memory_array((size_t)count, sizeof(float));
    int32_t code = seqnet_layer_get_parameter(embedding, "weight", rows, count);
    for (int64_t i = 0; i < count; i++)
        rows[i] *= factor;
    if (code == SEQNET_OK)
        code = seqnet_layer_set_parameter(embedding, "weight", rows, count);
    free(rows);
    return code;
}

/*
 * Rows are N(0, 1). As the weights of a tied output layer they would give logits of size
 * sqrt(width) from the start, so there they are 1/sqrt(width) as large; --init-range asks for a
 * size of its own.
 */
static void push_embedding(struct stack *stack, const struct problem *problem)
{
    const struct train_options *options = &problem->options;
    const int32_t tokens = problem_inputs(problem);
    const int32_t width = (int32_t)options->embedding;
    const double tied = options->tie ? 1 / sqrt((double)width) : 1;
    const double factor = options->init_range > 0 ? options->init_range : tied;
    seqnet_embedding_options embedding = SEQNET_EMBEDDING_OPTIONS_INIT;
    seqnet_layer *layer = NULL;
    embedding.seed = random_next(&stack->seeds);
    const int32_t code = seqnet_embedding_create(tokens, width, &embedding, &layer);
    push(stack, code, layer, width);
    if (stack->code == SEQNET_OK && factor < 1)
        stack->code = scale_rows(layer, (int64_t)tokens * width, (float)factor);
}

static void push_dropout(struct stack *stack, double probability)
{
    seqnet_layer *layer = NULL;
    if (stack->code != SEQNET_OK || probability <= 0)
        return;
    const int32_t code = seqnet_dropout_create(stack->width, (float)probability, NULL, &layer);
    push(stack, code, layer, stack->width);
}

static int32_t create_cells(const struct train_options *options, int32_t inputs,
                            const seqnet_recurrent_options *recurrent, seqnet_layer **layer)
{
    const int32_t hidden = (int32_t)options->hidden;
    if (options->cell == CELL_LSTM)
        return seqnet_lstm_create(inputs, hidden, recurrent, layer);
    if (options->cell == CELL_GRU)
        return seqnet_gru_create(inputs, hidden, recurrent, layer);
    return seqnet_rnn_create(inputs, hidden, recurrent, layer);
}

static void push_recurrent(struct stack *stack, const struct train_options *options, int tokens)
{
    seqnet_recurrent_options recurrent = SEQNET_RECURRENT_OPTIONS_INIT;
    seqnet_layer *layer = NULL;
    if (stack->code != SEQNET_OK)
        return;
    recurrent.seed = random_next(&stack->seeds);
    recurrent.num_layers = (int32_t)options->layers;
    recurrent.bidirectional = options->bidirectional != 0;
    recurrent.token_input = tokens;
    recurrent.dropout = (float)options->dropout;
    recurrent.forget_bias = options->cell == CELL_LSTM ? (float)options->forget_bias : 0;
    recurrent.init_range = (float)options->init_range;
    const int32_t width = (int32_t)options->hidden * (options->bidirectional ? 2 : 1);
    const int32_t code = create_cells(options, stack->width, &recurrent, &layer);
    push(stack, code, layer, width);
}

static void push_linear(struct stack *stack, const struct train_options *options, int32_t outputs)
{
    seqnet_linear_options linear = SEQNET_LINEAR_OPTIONS_INIT;
    seqnet_layer *layer = NULL;
    if (stack->code != SEQNET_OK)
        return;
    linear.seed = random_next(&stack->seeds);
    linear.init_range = (float)options->init_range;
    linear.tied_embedding = options->tie ? stack->layers[0] : NULL;
    const int32_t code = seqnet_linear_create(stack->width, outputs, &linear, &layer);
    push(stack, code, layer, outputs);
}

int network_create(const struct problem *problem, seqnet_layer **network)
{
    const struct train_options *options = &problem->options;
    const int embedded = problem->vocabulary && options->embedding > 0;
    struct stack stack = { .width = problem_inputs(problem),
                           .seeds = random_start(options->seed, RANDOM_LAYERS) };
    if (embedded) {
        push_embedding(&stack, problem);
        push_dropout(&stack, options->dropout);
    }
    push_recurrent(&stack, options, problem->vocabulary && !embedded);
    push_dropout(&stack, options->dropout);
    push_linear(&stack, options, problem_outputs(problem));
    if (stack.code == SEQNET_OK)
        stack.code = seqnet_sequential_create(stack.layers, stack.count, NULL, network);
    for (int32_t i = 0; i < stack.count; i++)
        seqnet_layer_destroy(stack.layers[i]);
    return stack.code == SEQNET_OK ? STATUS_OK
                                   : report_library(stack.code, "cannot make the network");
}
