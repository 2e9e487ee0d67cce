/* SPDX-License-Identifier: MIT */
/*
 * A model file in a stream, frame by frame, as an audio program runs a voice activity detector.
 *
 *     06_stream_model MODEL < frames > outputs
 *
 * Frames and outputs are raw floats, input_size and output_size of them each. The model may come
 * from elsewhere: Python writes one of PyTorch's modules by
 * seqnet.save(seqnet.from_torch(modules), path). Without arguments it makes a model, an LSTM of 128
 * units with one output, takes it through the bytes of a model file, and compares its stream with
 * a window.
 */
#include <seqnet/seqnet.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { FEATURES = 128, HIDDEN = 128, FRAMES = 50 };

static void check(int32_t code)
{
    if (code == SEQNET_OK)
        return;
    fprintf(stderr, "%s: %s\n", seqnet_error_name(code), seqnet_error_message());
    exit(1);
}

static float *new_floats(int32_t count)
{
    float *values = calloc((size_t)count, sizeof *values);
    if (!values)
        exit(1);
    return values;
}

/* Every frame that comes in goes through one step; nothing is allocated on the way. */
static int stream(seqnet_layer *layer, FILE *in, FILE *out)
{
    seqnet_layer_info info = { .struct_size = sizeof info };
    seqnet_context *context;
    check(seqnet_layer_get_info(layer, &info));
    check(seqnet_context_create(layer, NULL, &context));
    const size_t inputs = (size_t)info.input_size, outputs = (size_t)info.output_size;
    float *x = new_floats(info.input_size), *y = new_floats(info.output_size);
    int written = 1;
    while (written && fread(x, sizeof *x, inputs, in) == inputs) {
        check(seqnet_context_step(context, x, y));
        written = fwrite(y, sizeof *y, outputs, out) == outputs;
    }
    free(x);
    free(y);
    seqnet_context_destroy(context);
    return !written || fflush(out) != 0;
}

/* ---- without arguments ---- */

static seqnet_layer *detector(void)
{
    seqnet_layer *layers[2], *model;
    check(seqnet_lstm_create(FEATURES, HIDDEN, NULL, &layers[0]));
    check(seqnet_linear_create(HIDDEN, 1, NULL, &layers[1]));
    check(seqnet_sequential_create(layers, 2, NULL, &model));
    seqnet_layer_destroy(layers[0]);
    seqnet_layer_destroy(layers[1]);
    return model;
}

/* The model as a file would bring it: written to memory and read again. */
static seqnet_model *read_again(seqnet_layer *layer)
{
    seqnet_model *model, *again;
    size_t bytes = 0;
    check(seqnet_model_create(layer, NULL, &model));
    check(seqnet_model_serialize(model, NULL, 0, &bytes));
    void *data = malloc(bytes);
    if (!data)
        exit(1);
    check(seqnet_model_serialize(model, data, bytes, &bytes));
    check(seqnet_model_parse(data, bytes, NULL, &again));
    free(data);
    seqnet_model_destroy(model);
    return again;
}

static float largest_difference(const float *a, const float *b, int count)
{
    float worst = 0.0f;
    for (int i = 0; i < count; i++)
        worst = fmaxf(worst, fabsf(a[i] - b[i]));
    return worst;
}

/* The window that one model makes of all frames at once is what the other's stream makes. */
static int compare(void)
{
    static float x[FRAMES * FEATURES], streamed[FRAMES], at_once[FRAMES];
    seqnet_context_options sizes = SEQNET_CONTEXT_OPTIONS_INIT;
    seqnet_window window = SEQNET_WINDOW_INIT;
    seqnet_context *context;
    seqnet_layer *layer = detector();
    seqnet_model *model = read_again(layer);
    FILE *in = tmpfile(), *out = tmpfile();
    for (int i = 0; i < FRAMES * FEATURES; i++)
        x[i] = sinf(0.01f * (float)i * (float)(i % 7));
    if (!in || !out || fwrite(x, sizeof x, 1, in) != 1)
        return 1;
    rewind(in);
    int failed = stream(seqnet_model_layer(model), in, out);
    rewind(out);
    failed |= fread(streamed, sizeof streamed, 1, out) != 1;

    sizes.max_steps = window.steps = FRAMES;
    window.batch = 1;
    window.x = x;
    check(seqnet_context_create(layer, &sizes, &context));
    check(seqnet_context_forward(context, &window, at_once));
    const float worst = largest_difference(streamed, at_once, FRAMES);
    printf("%d frames, largest difference of stream and window: %.1e\n", (int)FRAMES,
           (double)worst);
    fclose(in);
    fclose(out);
    seqnet_context_destroy(context);
    seqnet_model_destroy(model);
    seqnet_layer_destroy(layer);
    return failed || !(worst < 1e-5f);
}

int main(int count, char **arguments)
{
    seqnet_model *model;
    if (count < 2)
        return compare();
    check(seqnet_model_load(arguments[1], NULL, &model));
    const int failed = stream(seqnet_model_layer(model), stdin, stdout);
    seqnet_model_destroy(model);
    return failed;
}
