/* SPDX-License-Identifier: MIT */
#include <seqnet/seqnet.h>
#include <stdio.h>

/* An LSTM and a linear layer learn one line, character by character, and write it. */
static const char line[] = "Row, row, row your boat, gently down the stream.\n";
enum { V = 128, H = 64, T = sizeof line - 2 };

/* Step by step the likeliest next character, from the first one on. 0: it is the line. */
static int write_line(seqnet_layer *model)
{
    seqnet_context *context;
    int32_t token = line[0], wrong = 0;
    float scores[V] = { 0 };
    if (seqnet_context_create(model, NULL, &context) != SEQNET_OK)
        return 1;
    for (int t = 0; t <= T; t++) {
        wrong += putchar(token) != line[t];
        wrong += seqnet_context_step_tokens(context, &token, scores) != SEQNET_OK;
        token = 0;
        for (int32_t v = 1; v < V; v++)
            token = scores[v] > scores[token] ? v : token;
    }
    seqnet_context_destroy(context);
    return wrong;
}

int main(void)
{
    int32_t tokens[T + 1];
    const seqnet_recurrent_options lstm = { sizeof lstm, .token_input = 1 };
    const seqnet_trainer_options adam = { sizeof adam, .optimizer = SEQNET_ADAM,
                                          .learning_rate = 0.01, .back_steps = T };
    const seqnet_batch batch = { sizeof batch, .tokens = tokens, .targets = tokens + 1, .steps = T,
                                 .batch = 1 };
    seqnet_layer *layers[2] = { NULL, NULL }, *model = NULL;
    seqnet_trainer *trainer = NULL;
    for (int t = 0; t <= T; t++)
        tokens[t] = line[t];
    int failed = seqnet_lstm_create(V, H, &lstm, &layers[0]) ||
                 seqnet_linear_create(H, V, NULL, &layers[1]) ||
                 seqnet_sequential_create(layers, 2, NULL, &model) ||
                 seqnet_trainer_create(model, &adam, &trainer);
    for (int i = 0; i < 200 && !failed; i++)
        failed = seqnet_trainer_train(trainer, &batch, NULL) != SEQNET_OK;
    failed = failed || write_line(model);
    if (failed)
        fprintf(stderr, "quickstart: %s\n", seqnet_error_message());
    seqnet_trainer_destroy(trainer);
    seqnet_layer_destroy(model);
    seqnet_layer_destroy(layers[1]);
    seqnet_layer_destroy(layers[0]);
    return failed;
}
