/* SPDX-License-Identifier: MIT */
#include <seqnet/seqnet.hpp>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

/* An LSTM and a linear layer learn one line, character by character, and write it. */
static const std::string line = "Row, row, row your boat, gently down the stream.\n";
static const int32_t V = 128, H = 64, T = static_cast<int32_t>(line.size()) - 1;

static void learn_line(const seqnet::layer &model)
{
    seqnet::trainer_options options;
    options.optimizer = seqnet::optimizer::adam;
    options.learning_rate = 0.01;
    options.back_steps = T;
    seqnet::trainer trainer = seqnet::trainer::create(model, options);
    const std::vector<int32_t> tokens(line.begin(), line.end());
    seqnet::training_batch batch;
    batch.tokens = { tokens.data(), tokens.size() - 1 };
    batch.targets = { tokens.data() + 1, tokens.size() - 1 };
    batch.steps = T;
    for (int i = 0; i < 200; i++)
        trainer.train(batch);
}

/* Step by step the likeliest next character, from the first one on. */
static std::string write_line(const seqnet::layer &model)
{
    seqnet::context context = seqnet::context::create(model);
    std::vector<float> scores(V);
    std::string text(1, line[0]);
    while (text.size() < line.size()) {
        const int32_t token[] = { text.back() };
        context.step_tokens(token, scores);
        const auto best = std::max_element(scores.begin() + 1, scores.end());
        text += static_cast<char>(best - scores.begin());
    }
    return text;
}

int main()
{
    try {
        seqnet::recurrent_options tokens;
        tokens.token_input = true;
        const seqnet::layer model =
            seqnet::sequential({ seqnet::lstm(V, H, tokens), seqnet::linear(H, V) });
        learn_line(model);
        const std::string text = write_line(model);
        std::fputs(text.c_str(), stdout);
        return text != line;
    } catch (const std::exception &failure) {
        std::fprintf(stderr, "quickstart: %s\n", failure.what());
        return 1;
    }
}
