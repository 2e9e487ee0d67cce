/* SPDX-License-Identifier: MIT */
/*
 * Handwritten digits as sequences: an image of 8 x 8 is read row by row, as 8 steps of 8 inputs.
 *
 *     05_digits [--data TRAIN.csv TEST.csv]
 *
 * A CSV file has one header line, then 64 numbers from 0 to 16 and the digit on each line. Without
 * --data it draws digits of its own: a fixed shape, shifted and with noise. At least 96 of 100 test
 * images must come out right.
 */
#include <seqnet/seqnet.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 8, PIXELS = SIDE * SIDE, CLASSES = 10, HIDDEN = 128, BATCH = 32, EPOCHS = 25 };

struct images {
    int32_t count;
    float *pixels;  /* (count, 8, 8), 0..1: batch-major, as the library takes it */
    int32_t *digit; /* (count) */
};

static void check(int32_t code)
{
    if (code == SEQNET_OK)
        return;
    fprintf(stderr, "%s: %s\n", seqnet_error_name(code), seqnet_error_message());
    exit(1);
}

static uint32_t random_below(uint32_t bound)
{
    static uint32_t random = 17;
    random = random * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)random * bound) >> 32);
}

/* ---------------------------------------------------------------- images */

static struct images new_images(int32_t count)
{
    struct images images = { count, NULL, NULL };
    images.pixels = calloc((size_t)count * PIXELS, sizeof *images.pixels);
    images.digit = calloc((size_t)count, sizeof *images.digit);
    if (!images.pixels || !images.digit)
        exit(1);
    return images;
}

static void free_images(struct images *images)
{
    free(images->pixels);
    free(images->digit);
}

/* Rows of each digit's shape, one bit a pixel. */
static const unsigned char shapes[CLASSES][SIDE] = {
    { 0x3c, 0x66, 0x42, 0x42, 0x42, 0x42, 0x66, 0x3c },
    { 0x08, 0x18, 0x28, 0x08, 0x08, 0x08, 0x08, 0x3c },
    { 0x3c, 0x42, 0x02, 0x04, 0x08, 0x10, 0x20, 0x7e },
    { 0x3c, 0x42, 0x02, 0x1c, 0x02, 0x02, 0x42, 0x3c },
    { 0x04, 0x0c, 0x14, 0x24, 0x44, 0x7e, 0x04, 0x04 },
    { 0x7e, 0x40, 0x40, 0x7c, 0x02, 0x02, 0x42, 0x3c },
    { 0x1c, 0x20, 0x40, 0x7c, 0x42, 0x42, 0x42, 0x3c },
    { 0x7e, 0x02, 0x04, 0x08, 0x08, 0x10, 0x10, 0x10 },
    { 0x3c, 0x42, 0x42, 0x3c, 0x42, 0x42, 0x42, 0x3c },
    { 0x3c, 0x42, 0x42, 0x3e, 0x02, 0x02, 0x04, 0x38 },
};

static struct images draw_images(int32_t count)
{
    struct images images = new_images(count);
    for (int32_t n = 0; n < count; n++) {
        const int32_t digit = (int32_t)random_below(CLASSES), shift = (int32_t)random_below(3);
        images.digit[n] = digit;
        for (int32_t row = 0; row < SIDE; row++) {
            const int bits = shapes[digit][row] << shift >> 1;
            for (int32_t column = 0; column < SIDE; column++) {
                const float noise = (float)random_below(100) / 400.0f;
                const int inked = bits >> (SIDE - 1 - column) & 1;
                images.pixels[(n * SIDE + row) * SIDE + column] = inked ? 1.0f - noise : noise;
            }
        }
    }
    return images;
}

/* The numbers of one line; 0 if it has not 64 of 0..16 and a digit. */
static int read_line(const char *line, float *pixels, int32_t *digit)
{
    for (int i = 0; i <= PIXELS; i++) {
        char *end;
        const long value = strtol(line, &end, 10);
        if (end == line || value < 0 || value > (i < PIXELS ? 16 : 9))
            return 0;
        if (i < PIXELS)
            pixels[i] = (float)value / 16.0f;
        else
            *digit = (int32_t)value;
        line = end + (*end == ',');
    }
    return 1;
}

static struct images read_images(const char *path)
{
    char line[4096];
    int32_t count = 0;
    FILE *file = fopen(path, "r");
    if (!file) {
        perror(path);
        exit(1);
    }
    while (fgets(line, sizeof line, file))
        count++;
    struct images images = new_images(count);
    rewind(file);
    for (int32_t n = 0; n < count && fgets(line, sizeof line, file); n++) {
        const int32_t at = n - 1; /* after the header */
        if (n > 0 && !read_line(line, images.pixels + at * PIXELS, images.digit + at)) {
            fprintf(stderr, "%s:%d: need 64 numbers of 0..16 and a digit\n", path, (int)n + 1);
            exit(1);
        }
    }
    images.count = count - 1;
    fclose(file);
    return images;
}

/* ---------------------------------------------------------------- model */

static seqnet_layer *build_model(void)
{
    seqnet_recurrent_options lstm = SEQNET_RECURRENT_OPTIONS_INIT;
    seqnet_layer *layers[2], *model;
    lstm.seed = 1;
    lstm.forget_bias = 1.0f;
    lstm.bidirectional = 1;
    check(seqnet_lstm_create(SIDE, HIDDEN, &lstm, &layers[0]));
    check(seqnet_linear_create(2 * HIDDEN, CLASSES, NULL, &layers[1]));
    check(seqnet_sequential_create(layers, 2, NULL, &model));
    seqnet_layer_destroy(layers[0]);
    seqnet_layer_destroy(layers[1]);
    return model;
}

static seqnet_batch batch_of(const float *pixels, const int32_t *digits, int32_t count)
{
    seqnet_batch batch = SEQNET_BATCH_INIT;
    batch.x = pixels;
    batch.targets = digits;
    batch.steps = SIDE;
    batch.batch = count;
    batch.batch_major = 1;
    return batch;
}

/* Every image once, in a new order (Fisher and Yates). */
static double train_epoch(seqnet_trainer *trainer, const struct images *images, int32_t *order)
{
    static float pixels[BATCH * PIXELS];
    static int32_t digits[BATCH];
    double sum = 0.0;
    for (int32_t i = images->count - 1; i > 0; i--) {
        const int32_t j = (int32_t)random_below((uint32_t)i + 1), kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
    for (int32_t start = 0; start < images->count; start += BATCH) {
        const int32_t rest = images->count - start, count = rest < BATCH ? rest : BATCH;
        for (int32_t b = 0; b < count; b++) {
            const int32_t n = order[start + b];
            memcpy(pixels + b * PIXELS, images->pixels + n * PIXELS, PIXELS * sizeof *pixels);
            digits[b] = images->digit[n];
        }
        const seqnet_batch batch = batch_of(pixels, digits, count);
        seqnet_result result = SEQNET_RESULT_INIT;
        check(seqnet_trainer_train(trainer, &batch, &result));
        sum += result.loss * count;
    }
    return sum / images->count;
}

static void train(seqnet_layer *model, const seqnet_loss_options *loss, const struct images *images)
{
    seqnet_trainer_options options = SEQNET_TRAINER_OPTIONS_INIT;
    seqnet_trainer *trainer;
    int32_t *order = calloc((size_t)images->count, sizeof *order);
    if (!order)
        exit(1);
    for (int32_t i = 0; i < images->count; i++)
        order[i] = i;
    options.loss = loss;
    options.max_batch = BATCH;
    options.back_steps = SIDE;
    options.optimizer = SEQNET_ADAM;
    options.learning_rate = 0.004;
    options.schedule = SEQNET_COSINE;
    options.period = (int64_t)EPOCHS * ((images->count + BATCH - 1) / BATCH);
    options.clip_norm = 1.0;
    check(seqnet_trainer_create(model, &options, &trainer));
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
        const double mean = train_epoch(trainer, images, order);
        if (epoch % 5 == 0)
            printf("epoch %2d  loss %.4f\n", epoch, mean);
    }
    seqnet_trainer_destroy(trainer);
    free(order);
}

static double accuracy(seqnet_layer *model, const seqnet_loss_options *loss,
                       const struct images *images)
{
    seqnet_context_options sizes = SEQNET_CONTEXT_OPTIONS_INIT;
    seqnet_context *context;
    seqnet_result result = SEQNET_RESULT_INIT;
    const seqnet_batch batch = batch_of(images->pixels, images->digit, images->count);
    sizes.max_steps = SIDE;
    sizes.max_batch = images->count;
    check(seqnet_context_create(model, &sizes, &context));
    check(seqnet_evaluate(context, loss, &batch, &result));
    seqnet_context_destroy(context);
    return (double)result.correct / images->count;
}

int main(int argc, char **argv)
{
    const int has_data = argc == 4 && strcmp(argv[1], "--data") == 0;
    struct images training = has_data ? read_images(argv[2]) : draw_images(800);
    struct images test = has_data ? read_images(argv[3]) : draw_images(300);
    seqnet_loss_options loss = SEQNET_LOSS_OPTIONS_INIT;
    seqnet_layer *model = build_model();
    loss.target_mode = SEQNET_MEAN_STEP;
    train(model, &loss, &training);
    const double right = accuracy(model, &loss, &test);
    printf("test: %.2f %% of %d images right\n", 100.0 * right, (int)test.count);
    seqnet_layer_destroy(model);
    free_images(&training);
    free_images(&test);
    return right >= 0.96 ? 0 : 1;
}
