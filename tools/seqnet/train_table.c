/* SPDX-License-Identifier: MIT */
/* The table of `seqnet train`: one row an option, in the order of the help. */
#include "train_options.h"
#include "train_command.h"
#include "threads.h"

#define MEMBER(name) offsetof(struct train_options, name)
#define MANY 1e15 /* whole numbers up to here are exact as double */
#define HUGE_REAL 1e30

enum { FLEETING, LASTING };

static const struct option_row rows[] = {
    { "Data and task", OPTION_HEADING, FLEETING, 0, "", 0, 0, NULL, "" },
    { "data", OPTION_TEXT, FLEETING, MEMBER(data), "FILE", 0, 0, NULL, "what to learn from" },
    { "task", OPTION_TEXT, LASTING, MEMBER(task), "lm|classify|tag|forecast", 0, 0, "lm",
      "lm: the next symbol of any text\n"
      "classify: lines of label<TAB>text\n"
      "tag: lines of token<TAB>tag, a blank line between sequences\n"
      "forecast: the next value of a CSV column" },
    { "level", OPTION_CHOICE, LASTING, MEMBER(level), "char|byte|word", 0, 0, NULL,
      "what one symbol is [lm: char, tag: word,\n"
      "classify: word if the texts have 4 words or more on average, else char]" },
    { "vocab-size", OPTION_INTEGER, LASTING, MEMBER(vocab_size), "N", 0, 16777216, "0",
      "keep the N most frequent symbols; 0: all" },
    { "min-count", OPTION_INTEGER, LASTING, MEMBER(min_count), "N", 1, MANY, "1",
      "drop symbols seen less often" },
    { "lower", OPTION_FLAG, LASTING, MEMBER(lower), "", 0, 0, NULL,
      "fold upper case to lower case" },
    { "punctuation", OPTION_CHOICE, LASTING, MEMBER(punctuation), "keep|split", 0, 0, NULL,
      "words: keep it on its word, or make it words of its own\n[classify: split, else keep]" },
    { "column", OPTION_TEXT, LASTING, MEMBER(column), "NAME|N", 0, 0, NULL,
      "forecast: the column, by its title or number from 1 [the last]" },
    { "validation", OPTION_REAL, LASTING, MEMBER(validation), "FRACTION", 0, 0.9, NULL,
      "hold out this part and test on it after each epoch: the end of\n"
      "the data (lm, forecast) or a random part (classify, tag); 0: none\n"
      "[lm: 0.05, else 0.2]" },

    { "Model", OPTION_HEADING, FLEETING, 0, "", 0, 0, NULL, "" },
    { "model", OPTION_TEXT, FLEETING, MEMBER(model), "FILE", 0, 0, NULL,
      "where the best model is kept (safetensors)" },
    { "cell", OPTION_CHOICE, LASTING, MEMBER(cell), "lstm|gru|rnn", 0, 0, NULL,
      "kind of recurrent layer [forecast: gru, else lstm]" },
    { "layers", OPTION_INTEGER, LASTING, MEMBER(layers), "N", 1, 32, NULL,
      "levels on top of each other [lm: 2, else 1]" },
    { "hidden", OPTION_INTEGER, LASTING, MEMBER(hidden), "N", 1, 65536, NULL,
      "units of each level [forecast: 32, else 128]" },
    { "embedding", OPTION_INTEGER, LASTING, MEMBER(embedding), "N", 0, 65536, NULL,
      "features of a symbol; 0: symbols enter the first level as\n"
      "one-hot vectors [classify, tag: 64, lm: 0, words: as --hidden]" },
    { "tie", OPTION_FLAG, LASTING, MEMBER(tie), "", 0, 0, NULL,
      "lm: the output layer shares the embedding's table" },
    { "bidirectional", OPTION_FLAG, LASTING, MEMBER(bidirectional), "", 0, 0, NULL,
      "classify, tag: read in both directions" },
    { "pool", OPTION_CHOICE, LASTING, MEMBER(pool), "mean|last", 0, 0, "mean",
      "classify: judge by the mean of all steps, or the last one" },
    { "dropout", OPTION_REAL, LASTING, MEMBER(dropout), "P", 0, 0.95, NULL,
      "drop outputs of the embedding and of each level\n[classify: 0.3, else 0]" },
    { "init-range", OPTION_REAL, LASTING, MEMBER(init_range), "A", 0, 100, "0",
      "first weights in -A..A; 0: 1/sqrt(hidden)" },
    { "forget-bias", OPTION_REAL, LASTING, MEMBER(forget_bias), "B", 0, 100, "1",
      "lstm: first bias of the forget gate; 0: as other biases" },

    { "Optimizer", OPTION_HEADING, FLEETING, 0, "", 0, 0, NULL, "" },
    { "optimizer", OPTION_CHOICE, LASTING, MEMBER(optimizer), "sgd|adagrad|rmsprop|adam|adamw", 0,
      0, "adam", "rule of the updates" },
    { "lr", OPTION_REAL, LASTING, MEMBER(lr), "X", 1e-12, 1e6, NULL,
      "learning rate [sgd 0.5, adagrad 0.02, else 0.002;\nforecast: 0.01]" },
    { "momentum", OPTION_REAL, LASTING, MEMBER(momentum), "X", 0, 0.9999, "0", "sgd, rmsprop" },
    { "nesterov", OPTION_FLAG, LASTING, MEMBER(nesterov), "", 0, 0, NULL,
      "sgd: Nesterov's momentum" },
    { "beta1", OPTION_REAL, LASTING, MEMBER(beta1), "X", 1e-6, 0.99999, "0.9", "adam, adamw" },
    { "beta2", OPTION_REAL, LASTING, MEMBER(beta2), "X", 1e-6, 0.9999999, NULL,
      "adam, adamw, and the smoothing of rmsprop\n[rmsprop: 0.95, else 0.999]" },
    { "rms-decay", OPTION_REAL, FLEETING, MEMBER(beta2), "X", 1e-6, 0.9999999, NULL,
      "another name of --beta2" },
    { "weight-decay", OPTION_REAL, LASTING, MEMBER(weight_decay), "X", 0, 1e6, NULL,
      "pull weights to zero [adamw: 0.01, decoupled; else 0]" },
    { "clip-value", OPTION_REAL, LASTING, MEMBER(clip_value), "X", 0, HUGE_REAL, "0",
      "cut each gradient to -X..X; 0: off" },
    { "clip-norm", OPTION_REAL, LASTING, MEMBER(clip_norm), "X", 0, HUGE_REAL, NULL,
      "scale all gradients to this norm at most; 0: off\n[5, or 0 with --clip-value]" },
    { "schedule", OPTION_CHOICE, LASTING, MEMBER(schedule),
      "constant|step|exponential|cosine|plateau", 0, 0, "constant", "how the rate goes on" },
    { "period", OPTION_REAL, LASTING, MEMBER(period), "EPOCHS", 1e-6, 1e9, NULL,
      "step: epochs between two steps [a third of --epochs]\n"
      "cosine: epochs until the least rate [--epochs]" },
    { "gamma", OPTION_REAL, LASTING, MEMBER(gamma), "X", 1e-9, 1, NULL,
      "factor of a step [0.5] or plateau [0.5], or per epoch of\nexponential [0.9]" },
    { "patience", OPTION_INTEGER, LASTING, MEMBER(patience), "N", 1, MANY, "2",
      "plateau: epochs without progress before a step" },
    { "min-lr", OPTION_REAL, LASTING, MEMBER(min_lr), "X", 0, 1e6, "0",
      "least rate (cosine, plateau)" },
    { "warmup", OPTION_INTEGER, LASTING, MEMBER(warmup), "N", 0, MANY, "0",
      "updates in which the rate rises from 0" },

    { "Batches and time", OPTION_HEADING, FLEETING, 0, "", 0, 0, NULL, "" },
    { "batch", OPTION_INTEGER, LASTING, MEMBER(batch), "N", 1, 65536, NULL,
      "rows side by side [forecast: 16, else 32]" },
    { "bptt", OPTION_INTEGER, LASTING, MEMBER(bptt), "K2", 0, 65536, NULL,
      "steps one back-propagation covers [lm, forecast: 64];\n"
      "classify, tag: longer sequences are cut; 0: whole ones [0]" },
    { "update-steps", OPTION_INTEGER, LASTING, MEMBER(update_steps), "K1", 0, 65536, "0",
      "lm, forecast: steps between updates; 0: K2" },
    { "burn-in", OPTION_INTEGER, LASTING, MEMBER(burn_in), "N", 0, 65536, "0",
      "lm, forecast: begin each window with N earlier steps that only\n"
      "warm the state up, instead of carrying it (lm)" },
    { "accumulate", OPTION_INTEGER, LASTING, MEMBER(accumulate), "N", 1, 65536, "1",
      "windows whose gradients are averaged for one update" },
    { "epochs", OPTION_INTEGER, FLEETING, MEMBER(epochs), "N", 1, 1000000, NULL,
      "times the data is read [forecast: 100, else 10]" },
    { "minutes", OPTION_REAL, FLEETING, MEMBER(minutes), "X", 0, 1e6, "0",
      "stop, test and save after this time; 0: no limit" },
    { "seed", OPTION_INTEGER, LASTING, MEMBER(seed), "N", 0, MANY, "1",
      "of weights, order, split and dropout" },
    { "threads", OPTION_INTEGER, FLEETING, MEMBER(threads), "N", 0, THREADS_MOST, "0",
      "threads to calculate with; the result is the same. 0: one for each\n"
      "core, at most 8, but one for small models" },

    { "Files and output", OPTION_HEADING, FLEETING, 0, "", 0, 0, NULL, "" },
    { "resume", OPTION_FLAG, FLEETING, MEMBER(resume), "", 0, 0, NULL,
      "go on from MODEL.checkpoint; give the same options again" },
    { "checkpoint-every", OPTION_INTEGER, FLEETING, MEMBER(checkpoint_every), "N", 0, MANY, "0",
      "also save after every N updates; 0: once a minute" },
    { "log", OPTION_TEXT, FLEETING, MEMBER(log), "FILE", 0, 0, NULL,
      "write what happens as lines of JSON" },
    { "quiet", OPTION_FLAG, FLEETING, MEMBER(quiet), "", 0, 0, NULL, "print nothing but errors" },
};

const struct command train_command = {
    .name = "train",
    .run = train_run,
    .summary = "learn a model from a data file",
    .usage = "--data FILE --model FILE [options]",
    .text =
        "Learns a recurrent model and keeps the best one found at --model. Ctrl-C saves and says\n"
        "how to go on; a resumed training ends with the same bits as one that never stopped.\n"
        "\n"
        "  a character model of any text, and what it writes:\n"
        "    seqnet train --data book.txt --model book.safetensors\n"
        "    seqnet sample book.safetensors --prime 'Once upon'\n"
        "  a larger one, with another optimizer, for half an hour:\n"
        "    seqnet train --data book.txt --model book.safetensors --hidden 256 --dropout 0.2 \\\n"
        "        --optimizer rmsprop --schedule plateau --epochs 1000 --minutes 30\n"
        "  a model of words:\n"
        "    seqnet train --data book.txt --model words.safetensors --level word --lower \\\n"
        "        --punctuation split --min-count 3 --dropout 0.3\n"
        "  texts and their labels, tokens and their tags, a series of numbers:\n"
        "    seqnet train --task classify --data mails.tsv --model mails.safetensors\n"
        "    seqnet train --task tag --data names.tsv --model names.safetensors --bidirectional\n"
        "    seqnet train --task forecast --data load.csv --column kW --model load.safetensors\n"
        "  go on after an interruption, or for more epochs:\n"
        "    seqnet train --data book.txt --model book.safetensors --epochs 20 --resume\n"
        "\n"
        "Defaults are in [ ].\n",
    .rows = rows,
    .count = sizeof(rows) / sizeof(rows[0]),
};
