/* SPDX-License-Identifier: MIT */
#include "cases.h"

#include "harness.h"

#include <string.h>

enum { KIND_rnn = SEQNET_RNN, KIND_lstm = SEQNET_LSTM, KIND_gru = SEQNET_GRU };

const struct bench_case bench_cases[] = {
#define CASE(name, cell, layers, T, B, I, H) { #name, #cell, KIND_##cell, layers, T, B, I, H },
#include "cases.def"
#undef CASE
};

const int32_t bench_case_count = sizeof bench_cases / sizeof bench_cases[0];

const struct bench_case *bench_case_find(const char *name)
{
    for (int32_t i = 0; i < bench_case_count; i++)
        if (strcmp(bench_cases[i].name, name) == 0)
            return &bench_cases[i];
    return NULL;
}

seqnet_layer *bench_case_layer(const struct bench_case *c)
{
    seqnet_recurrent_options options = SEQNET_RECURRENT_OPTIONS_INIT;
    options.num_layers = c->layers;
    seqnet_layer *layer = NULL;
    if (c->kind == SEQNET_RNN)
        bench_check(seqnet_rnn_create(c->input, c->hidden, &options, &layer));
    else if (c->kind == SEQNET_LSTM)
        bench_check(seqnet_lstm_create(c->input, c->hidden, &options, &layer));
    else
        bench_check(seqnet_gru_create(c->input, c->hidden, &options, &layer));
    return layer;
}

/* G */
static double gate_blocks(int32_t kind)
{
    return kind == SEQNET_RNN ? 1 : kind == SEQNET_GRU ? 3 : 4;
}

double bench_case_flops(const struct bench_case *c)
{
    const double operands = (double)c->input + c->hidden + 2.0 * c->hidden * (c->layers - 1);
    return 2 * gate_blocks(c->kind) * c->hidden * operands * c->batch * c->steps;
}
