/* SPDX-License-Identifier: MIT */
/*
 * Classify texts of different lengths: batches of similar length, padded, with a length for each.
 *
 *     02_classification_with_lengths [--data FILE]      lines of `label<TAB>text`
 *
 * Without --data it makes up strings of 1 to 30 letters, labelled by the capital that came last.
 * Every fifth line is held out. At the end it shows that what stands in the padding has no effect:
 * the library does not even read it.
 */
#include <seqnet/seqnet.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 32, EMBEDDING = 16, HIDDEN = 48, EPOCHS = 6, CLASSES = 64, LINES = 3000 };

struct problem {
    seqnet_vocabulary *vocabulary;
    seqnet_dataset *training;
    seqnet_dataset *held_out;
    char label[CLASSES][32];
    int32_t classes;
};

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

/* ---------------------------------------------------------------- data */

static uint32_t random_below(uint32_t bound)
{
    static uint32_t random = 5;
    random = random * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)random * bound) >> 32);
}

/* Lines such as "B<TAB>kqAzzeBdw". */
static char *make_up_lines(void)
{
    char *text = allocate(LINES * 40), *end = text;
    for (int line = 0; line < LINES; line++) {
        char *const label = end;
        const uint32_t length = 1 + random_below(30);
        *end++ = '-';
        *end++ = '\t';
        for (uint32_t i = 0; i < length; i++) {
            const int capital = i == 0 || random_below(8) == 0;
            *end = (char)(capital ? 'A' + (int)random_below(4) : 'a' + (int)random_below(26));
            if (capital)
                *label = *end;
            end++;
        }
        *end++ = '\n';
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

static int32_t class_of(struct problem *problem, const char *label, size_t bytes)
{
    int32_t c = 0;
    while (c < problem->classes &&
           (strlen(problem->label[c]) != bytes || strncmp(problem->label[c], label, bytes) != 0))
        c++;
    if (c == CLASSES || bytes >= sizeof problem->label[0]) {
        fprintf(stderr, "too many labels, or too long: %.*s\n", (int)bytes, label);
        exit(1);
    }
    if (c == problem->classes)
        memcpy(problem->label[problem->classes++], label, bytes);
    return c;
}

static void add_line(struct problem *problem, const char *line, size_t bytes, int held_out)
{
    const char *const tab = memchr(line, '\t', bytes);
    int32_t tokens[2048];
    int64_t count;
    if (!tab)
        return;
    const int32_t target = class_of(problem, line, (size_t)(tab - line));
    const size_t text_bytes = bytes - (size_t)(tab - line) - 1;
    check(seqnet_vocabulary_encode(problem->vocabulary, tab + 1, text_bytes, tokens, 2048, &count));
    check(seqnet_dataset_add(held_out ? problem->held_out : problem->training, tokens,
                             (int32_t)count, &target));
}

static void read_problem(struct problem *problem, const char *text)
{
    seqnet_vocabulary_options options = SEQNET_VOCABULARY_OPTIONS_INIT;
    options.specials = SEQNET_PAD | SEQNET_UNK;
    check(seqnet_vocabulary_build(text, strlen(text), &options, &problem->vocabulary));
    const int32_t pad = seqnet_vocabulary_special(problem->vocabulary, SEQNET_PAD);
    check(seqnet_dataset_create(0, pad, NULL, &problem->training));
    check(seqnet_dataset_create(0, pad, NULL, &problem->held_out));
    for (int line = 0; *text; line++) {
        const size_t bytes = strcspn(text, "\n");
        add_line(problem, text, bytes, line % 5 == 4);
        text += bytes + (text[bytes] == '\n');
    }
}

/* ---------------------------------------------------------------- model */

static seqnet_layer *build_model(const struct problem *problem)
{
    seqnet_embedding_options embedding = SEQNET_EMBEDDING_OPTIONS_INIT;
    seqnet_recurrent_options lstm = SEQNET_RECURRENT_OPTIONS_INIT;
    const int32_t size = seqnet_vocabulary_size(problem->vocabulary);
    seqnet_layer *layers[3], *model;
    embedding.has_padding_idx = 1;
    embedding.padding_idx = seqnet_vocabulary_special(problem->vocabulary, SEQNET_PAD);
    lstm.seed = 1;
    check(seqnet_embedding_create(size, EMBEDDING, &embedding, &layers[0]));
    check(seqnet_lstm_create(EMBEDDING, HIDDEN, &lstm, &layers[1]));
    check(seqnet_linear_create(HIDDEN, problem->classes, NULL, &layers[2]));
    check(seqnet_sequential_create(layers, 3, NULL, &model));
    for (int i = 0; i < 3; i++)
        seqnet_layer_destroy(layers[i]);
    return model;
}

/* Memory that batches are read into, and the batch that points to it. */
struct reader {
    int32_t *tokens, *targets, *lengths;
    seqnet_batch batch;
};

static struct reader new_reader(const seqnet_dataset *dataset)
{
    const size_t tokens = (size_t)seqnet_dataset_max_length(dataset) * BATCH;
    struct reader reader = { .batch = SEQNET_BATCH_INIT };
    reader.batch.tokens = reader.tokens = allocate(tokens * sizeof(int32_t));
    reader.batch.targets = reader.targets = allocate(BATCH * sizeof(int32_t));
    reader.batch.lengths = reader.lengths = allocate(BATCH * sizeof(int32_t));
    return reader;
}

static void free_reader(struct reader *reader)
{
    free(reader->tokens);
    free(reader->targets);
    free(reader->lengths);
}

/* The next batch of the epoch; 0 at its end. */
static int read_batch(struct reader *reader, seqnet_dataset *dataset)
{
    check(seqnet_dataset_next(dataset, reader->tokens, reader->targets, reader->lengths,
                              &reader->batch.steps, &reader->batch.batch));
    return reader->batch.steps > 0;
}

/* Part of the held-out sequences that are classified rightly. */
static double accuracy(seqnet_context *context, const seqnet_loss_options *loss,
                       seqnet_dataset *dataset)
{
    struct reader reader = new_reader(dataset);
    int64_t right = 0;
    check(seqnet_dataset_start(dataset, BATCH, 0));
    while (read_batch(&reader, dataset)) {
        seqnet_result result = SEQNET_RESULT_INIT;
        check(seqnet_context_reset(context));
        check(seqnet_evaluate(context, loss, &reader.batch, &result));
        right += result.correct;
    }
    free_reader(&reader);
    return (double)right / (double)seqnet_dataset_count(dataset);
}

static void train(seqnet_trainer *trainer, seqnet_dataset *dataset)
{
    struct reader reader = new_reader(dataset);
    for (uint64_t epoch = 1; epoch <= EPOCHS; epoch++) {
        seqnet_result result = SEQNET_RESULT_INIT;
        check(seqnet_dataset_start(dataset, BATCH, epoch));
        while (read_batch(&reader, dataset))
            check(seqnet_trainer_train(trainer, &reader.batch, &result));
        printf("epoch %d  loss of the last batch %.3f\n", (int)epoch, result.loss);
    }
    free_reader(&reader);
}

/* Whether a batch has another loss with its padding overwritten with tokens that do not exist. */
static int padding_matters(seqnet_context *context, const seqnet_loss_options *loss,
                           seqnet_dataset *dataset)
{
    struct reader reader = new_reader(dataset);
    seqnet_result padded = SEQNET_RESULT_INIT, spoiled = SEQNET_RESULT_INIT;
    check(seqnet_dataset_start(dataset, BATCH, 1));
    read_batch(&reader, dataset);
    check(seqnet_context_reset(context));
    check(seqnet_evaluate(context, loss, &reader.batch, &padded));
    const int32_t steps = reader.batch.steps, rows = reader.batch.batch;
    for (int32_t t = 0; t < steps; t++)
        for (int32_t b = 0; b < rows; b++)
            if (t >= reader.lengths[b])
                reader.tokens[t * rows + b] = -1;
    check(seqnet_context_reset(context));
    check(seqnet_evaluate(context, loss, &reader.batch, &spoiled));
    free_reader(&reader);
    return padded.loss != spoiled.loss;
}

static int run(struct problem *problem)
{
    seqnet_loss_options loss = SEQNET_LOSS_OPTIONS_INIT;
    seqnet_trainer_options options = SEQNET_TRAINER_OPTIONS_INIT;
    seqnet_context_options sizes = SEQNET_CONTEXT_OPTIONS_INIT;
    seqnet_layer *model = build_model(problem);
    seqnet_trainer *trainer;
    seqnet_context *context;
    loss.target_mode = SEQNET_LAST_STEP;
    options.loss = &loss;
    options.max_batch = BATCH;
    options.back_steps = seqnet_dataset_max_length(problem->training);
    options.optimizer = SEQNET_ADAM;
    options.learning_rate = 0.005;
    options.clip_norm = 1.0;
    sizes.max_batch = BATCH;
    sizes.max_steps = seqnet_dataset_max_length(problem->held_out);
    check(seqnet_trainer_create(model, &options, &trainer));
    check(seqnet_context_create(model, &sizes, &context));

    train(trainer, problem->training);
    const double right = accuracy(context, &loss, problem->held_out);
    const int matters = padding_matters(context, &loss, problem->held_out);
    printf("held out: %.1f %% of %d right; padding %s\n", 100.0 * right,
           (int)seqnet_dataset_count(problem->held_out), matters ? "matters" : "is not read");

    seqnet_context_destroy(context);
    seqnet_trainer_destroy(trainer);
    seqnet_layer_destroy(model);
    return right > (problem->classes == 4 ? 0.97 : 0.6) && !matters ? 0 : 1;
}

int main(int argc, char **argv)
{
    struct problem problem = { .classes = 0 };
    const int has_data = argc == 3 && strcmp(argv[1], "--data") == 0;
    char *text = has_data ? read_file(argv[2]) : make_up_lines();
    read_problem(&problem, text);
    printf("%d sequences of at most %d characters, %d classes\n",
           (int)seqnet_dataset_count(problem.training),
           (int)seqnet_dataset_max_length(problem.training), (int)problem.classes);
    const int status = run(&problem);
    seqnet_dataset_destroy(problem.held_out);
    seqnet_dataset_destroy(problem.training);
    seqnet_vocabulary_destroy(problem.vocabulary);
    free(text);
    return status;
}
