/* SPDX-License-Identifier: MIT */
#include <seqnet/seqnet.h>
#include <stdio.h>

/* An LSTM and a linear layer learn one line, character by character, and write it. */
int main(void)
{
    static const char line[] = "Row, row, row your boat, gently down the stream.\n";
    enum { V = 128, H = 64, T = sizeof line - 2 };
    seqnet_recurrent_options lstm = { sizeof lstm, .token_input = 1 };
    seqnet_trainer_options adam = { sizeof adam, .optimizer = SEQNET_ADAM, .learning_rate = 0.01,
                                    .back_steps = T };
    seqnet_batch batch = { sizeof batch, .steps = T, .batch = 1 };
    seqnet_layer *layers[2], *model;
    seqnet_trainer *trainer;
    seqnet_context *writer;
    int32_t tokens[T + 1], token = line[0], wrong = 0;
    float scores[V];
    for (int t = 0; t <= T; t++)
        tokens[t] = line[t];
    batch.tokens = tokens;
    batch.targets = tokens + 1;
    if (seqnet_lstm_create(V, H, &lstm, &layers[0]) ||
        seqnet_linear_create(H, V, NULL, &layers[1]) ||
        seqnet_sequential_create(layers, 2, NULL, &model) ||
        seqnet_trainer_create(model, &adam, &trainer) ||
        seqnet_context_create(model, NULL, &writer))
        return puts(seqnet_error_message());
    for (int i = 0; i < 200; i++)
        seqnet_trainer_train(trainer, &batch, NULL);
    for (int t = 0; t <= T; t++) {
        wrong += putchar(token) != line[t];
        seqnet_context_step_tokens(writer, &token, scores);
        token = 0;
        for (int32_t v = 1; v < V; v++)
            token = scores[v] > scores[token] ? v : token;
    }
    seqnet_context_destroy(writer);
    seqnet_trainer_destroy(trainer);
    seqnet_layer_destroy(model);
    seqnet_layer_destroy(layers[1]);
    seqnet_layer_destroy(layers[0]);
    return wrong;
}
