/* SPDX-License-Identifier: MIT */
/*
 * A character model from beginning to end: vocabulary, training with carried state, validation,
 * saving, loading, and writing new text.
 *
 *     01_character_model [--data FILE] [--model FILE]
 *
 * Without --data it learns a nursery rhyme that grows by a line per verse.
 */
#include <seqnet/seqnet.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 8, WINDOW = 32, EMBEDDING = 16, HIDDEN = 96, SAMPLE = 300 };

static void check(int32_t code)
{
    if (code == SEQNET_OK)
        return;
    fprintf(stderr, "%s: %s\n", seqnet_error_name(code), seqnet_error_message());
    exit(1);
}

static void *allocate(size_t bytes)
{
    void *memory = calloc(1, bytes);
    if (!memory)
        exit(1);
    return memory;
}

/* ---------------------------------------------------------------- text */

static char *build_rhyme(void)
{
    static const char *const lines[] = {
        "the house that Jack built.\n\n",
        "the malt that lay in ",
        "the rat that ate ",
        "the cat that killed ",
        "the dog that worried ",
        "the cow with the crumpled horn that tossed ",
        "the maiden all forlorn that milked ",
        "the man all tattered and torn that kissed ",
        "the priest all shaven and shorn that married ",
        "the cock that crowed in the morn that waked ",
        "the farmer sowing his corn that kept ",
    };
    const int count = (int)(sizeof lines / sizeof *lines);
    char *text = allocate(8192);
    for (int verse = 0; verse < count; verse++) {
        strcat(text, "This is ");
        for (int line = verse; line >= 0; line--)
            strcat(text, lines[line]);
    }
    return text;
}

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    long size = -1;
    if (file && fseek(file, 0, SEEK_END) == 0)
        size = ftell(file);
    if (size < 0 || fseek(file, 0, SEEK_SET) != 0) {
        perror(path);
        exit(1);
    }
    char *text = allocate((size_t)size + 1);
    if (fread(text, 1, (size_t)size, file) != (size_t)size) {
        perror(path);
        exit(1);
    }
    fclose(file);
    return text;
}

/* ---------------------------------------------------------------- model */

/* embedding -> GRU -> linear: the scores of the next character. */
static seqnet_layer *build_model(int32_t vocabulary_size)
{
    seqnet_embedding_options embedding = SEQNET_EMBEDDING_OPTIONS_INIT;
    seqnet_recurrent_options gru = SEQNET_RECURRENT_OPTIONS_INIT;
    seqnet_linear_options linear = SEQNET_LINEAR_OPTIONS_INIT;
    seqnet_layer *layers[3], *model;
    embedding.seed = 1;
    gru.seed = 2;
    linear.seed = 3;
    check(seqnet_embedding_create(vocabulary_size, EMBEDDING, &embedding, &layers[0]));
    check(seqnet_gru_create(EMBEDDING, HIDDEN, &gru, &layers[1]));
    check(seqnet_linear_create(HIDDEN, vocabulary_size, &linear, &layers[2]));
    check(seqnet_sequential_create(layers, 3, NULL, &model));
    for (int i = 0; i < 3; i++)
        seqnet_layer_destroy(layers[i]); /* the model holds references of its own */
    return model;
}

/* Mean loss over one long row of tokens, read in windows with carried state. */
static double evaluate(seqnet_layer *model, const int32_t *tokens, int64_t count)
{
    seqnet_context_options sizes = SEQNET_CONTEXT_OPTIONS_INIT;
    seqnet_context *context;
    int32_t steps;
    double sum = 0.0;
    int64_t seen = 0;
    sizes.max_steps = WINDOW;
    check(seqnet_context_create(model, &sizes, &context));
    for (int64_t at = 0; at + 1 < count; at += steps) {
        seqnet_batch batch = SEQNET_BATCH_INIT;
        seqnet_result result = SEQNET_RESULT_INIT;
        steps = count - 1 - at < WINDOW ? (int32_t)(count - 1 - at) : WINDOW;
        batch.tokens = tokens + at;
        batch.targets = tokens + at + 1;
        batch.steps = steps;
        batch.batch = 1;
        check(seqnet_evaluate(context, NULL, &batch, &result));
        sum += result.loss * (double)result.count;
        seen += result.count;
    }
    seqnet_context_destroy(context);
    return sum / (double)seen;
}

/* The next window of all rows: row b goes on where row b of the last window ended. */
static void next_window(seqnet_corpus *corpus, seqnet_trainer *trainer, int32_t *inputs,
                        int32_t *targets, seqnet_batch *batch)
{
    check(seqnet_corpus_next(corpus, WINDOW, inputs, targets, &batch->steps));
    if (batch->steps > 0)
        return;
    check(seqnet_corpus_seek(corpus, 0)); /* a new epoch begins with a zero state */
    check(seqnet_trainer_reset(trainer));
    check(seqnet_corpus_next(corpus, WINDOW, inputs, targets, &batch->steps));
}

static void train(seqnet_layer *model, const int32_t *tokens, int64_t count, int updates)
{
    static int32_t inputs[WINDOW * ROWS], targets[WINDOW * ROWS];
    seqnet_trainer_options options = SEQNET_TRAINER_OPTIONS_INIT;
    seqnet_batch batch = SEQNET_BATCH_INIT;
    seqnet_result result = SEQNET_RESULT_INIT;
    seqnet_trainer *trainer;
    seqnet_corpus *corpus;
    options.max_batch = ROWS;
    options.back_steps = WINDOW;
    options.carry = 1;
    options.optimizer = SEQNET_ADAM;
    options.learning_rate = 0.005;
    options.clip_norm = 1.0;
    check(seqnet_trainer_create(model, &options, &trainer));
    check(seqnet_corpus_create(tokens, count, ROWS, NULL, &corpus));
    batch.tokens = inputs;
    batch.targets = targets;
    batch.batch = ROWS;
    for (int update = 1; update <= updates; update++) {
        next_window(corpus, trainer, inputs, targets, &batch);
        check(seqnet_trainer_train(trainer, &batch, &result));
        if (update % (updates / 5) == 0)
            printf("update %4d  loss %.3f\n", update, result.loss);
    }
    seqnet_corpus_destroy(corpus);
    seqnet_trainer_destroy(trainer);
}

/* ---------------------------------------------------------------- files */

/* The vocabulary travels in the model file, so that the file alone is enough to write text. */
static void save(seqnet_layer *layer, const seqnet_vocabulary *vocabulary, const char *path)
{
    seqnet_model *model;
    size_t bytes = 0;
    check(seqnet_vocabulary_to_json(vocabulary, NULL, 0, &bytes)); /* counts only */
    char *json = allocate(bytes + 1);
    check(seqnet_vocabulary_to_json(vocabulary, json, bytes + 1, &bytes));
    check(seqnet_model_create(layer, NULL, &model));
    check(seqnet_model_set_metadata(model, "vocabulary", json));
    check(seqnet_model_save(model, path));
    seqnet_model_destroy(model);
    free(json);
}

static seqnet_model *load(const char *path, seqnet_vocabulary **vocabulary)
{
    seqnet_model *model;
    check(seqnet_model_load(path, NULL, &model));
    const char *json = seqnet_model_get_metadata(model, "vocabulary");
    check(seqnet_vocabulary_from_json(json, strlen(json), NULL, vocabulary));
    return model;
}

/* ---------------------------------------------------------------- writing */

/* A token with probability proportional to exp(score / temperature); `uniform` is in [0, 1). */
static int32_t draw(const float *scores, int32_t count, double temperature, double uniform)
{
    double largest = -INFINITY, sum = 0.0;
    for (int32_t i = 0; i < count; i++)
        largest = scores[i] > largest ? scores[i] : largest;
    for (int32_t i = 0; i < count; i++)
        sum += exp(((double)scores[i] - largest) / temperature);
    double left = uniform * sum;
    for (int32_t i = 0; i < count; i++) {
        left -= exp(((double)scores[i] - largest) / temperature);
        if (left < 0.0)
            return i;
    }
    return count - 1;
}

static void write_text(seqnet_layer *model, const seqnet_vocabulary *vocabulary, int32_t token)
{
    const int32_t count = seqnet_vocabulary_size(vocabulary);
    float *scores = allocate((size_t)count * sizeof *scores);
    seqnet_context *context;
    uint32_t random = 2024;
    check(seqnet_context_create(model, NULL, &context));
    for (int i = 0; i < SAMPLE; i++) {
        const char *symbol;
        check(seqnet_vocabulary_symbol(vocabulary, token, &symbol, NULL));
        fputs(symbol, stdout);
        check(seqnet_context_step_tokens(context, &token, scores));
        random = random * 1664525u + 1013904223u;
        token = draw(scores, count, 0.7, (double)random / 4294967296.0);
    }
    putchar('\n');
    seqnet_context_destroy(context);
    free(scores);
}

/* ---------------------------------------------------------------- main */

/*
 * Train on 9 parts of 10, save, load; 0 if the loaded model is as good on the rest as it must
 * be.
 */
static int run(const char *text, const char *path, int updates, double worst_loss)
{
    seqnet_vocabulary *vocabulary, *loaded_vocabulary;
    const size_t bytes = strlen(text);
    int64_t count = 0;
    check(seqnet_vocabulary_build(text, bytes, NULL, &vocabulary));
    int32_t *tokens = allocate(bytes * sizeof *tokens);
    check(seqnet_vocabulary_encode(vocabulary, text, bytes, tokens, (int64_t)bytes, &count));

    const int64_t training = count * 9 / 10;
    seqnet_layer *layer = build_model(seqnet_vocabulary_size(vocabulary));
    train(layer, tokens, training, updates);
    const double loss = evaluate(layer, tokens + training, count - training);
    save(layer, vocabulary, path);

    seqnet_model *model = load(path, &loaded_vocabulary);
    const double loaded = evaluate(seqnet_model_layer(model), tokens + training, count - training);
    printf("loss on the last tenth: %.3f nats per character, loaded from %s: %.3f\n\n", loss, path,
           loaded);
    write_text(seqnet_model_layer(model), loaded_vocabulary, tokens[0]);

    seqnet_model_destroy(model);
    seqnet_vocabulary_destroy(loaded_vocabulary);
    seqnet_layer_destroy(layer);
    seqnet_vocabulary_destroy(vocabulary);
    free(tokens);
    return loaded == loss && loss < worst_loss ? 0 : 1;
}

int main(int argc, char **argv)
{
    const char *data = NULL, *path = NULL;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--data") == 0)
            data = argv[i + 1];
        else if (strcmp(argv[i], "--model") == 0)
            path = argv[i + 1];
    }
    char *text = data ? read_file(data) : build_rhyme();
    const char *const file = path ? path : "character_model.safetensors";
    const int status = data ? run(text, file, 3000, 3.0) : run(text, file, 250, 0.7);
    if (!path)
        remove(file);
    free(text);
    return status;
}
