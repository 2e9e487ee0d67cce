/* SPDX-License-Identifier: MIT */
#include <seqnet/seqnet.h>
#include <stdio.h>

/* An LSTM whose 128 outputs score the next character learns a line, then writes it. */
int main(void)
{
    enum { V = 128, H = 160, T = 49 };
    static const char line[T + 1] = "Row, row, row your boat, gently down the stream.\n";
    seqnet_recurrent_options lstm = { sizeof lstm, .token_input = 1, .proj_size = V };
    seqnet_trainer_options adam = { sizeof adam, .optimizer = SEQNET_ADAM, .back_steps = T };
    seqnet_batch batch = { sizeof batch, .steps = T - 1, .batch = 1 };
    seqnet_layer *model;
    seqnet_trainer *trainer;
    seqnet_context *writer;
    int32_t tokens[T], token = line[0], wrong = 0;
    float scores[V];
    for (int t = 0; t < T; t++)
        tokens[t] = line[t];
    batch.tokens = tokens;
    batch.targets = tokens + 1;
    if (seqnet_lstm_create(V, H, &lstm, &model) || seqnet_trainer_create(model, &adam, &trainer) ||
        seqnet_context_create(model, NULL, &writer))
        return puts(seqnet_error_message());
    for (int i = 0; i < 300; i++)
        seqnet_trainer_train(trainer, &batch, NULL);
    for (int t = 0; t < T; t++) {
        wrong += putchar(token) != line[t];
        seqnet_context_step_tokens(writer, &token, scores);
        token = 0;
        for (int32_t v = 1; v < V; v++)
            token = scores[v] > scores[token] ? v : token;
    }
    seqnet_context_destroy(writer);
    seqnet_trainer_destroy(trainer);
    seqnet_layer_destroy(model);
    return wrong;
}
