/* SPDX-License-Identifier: MIT */
/* What a row costs: the formula of docs/design.md against seqnet_context_bytes. */
#include "support/assert.h"
#include "support/memory.h"

#include <seqnet/seqnet.h>
#include <stdlib.h>
#include <string.h>

/* Multiples of every register's width, so that units are not rounded up. */
#define I 32
#define H 64
#define P 16
#define B 2
#define STEPS 20000 /* more than a block of steps */
#define ROWS ((double)STEPS * B)

/* Windows keep two int32_t and an int64_t a step. */
#define STEP_BYTES 16

/* Arrays begin at multiples of 64 bytes. */
#define SLACK 4096

enum mode { INFERENCE, TRAINING, RECOMPUTE, MODES };

typedef int32_t create_function(int32_t, int32_t, const seqnet_recurrent_options *,
                                seqnet_layer **);

static const struct kind {
    const char *name;
    create_function *create;
    int gates;  /* in units of H */
    int beside; /* elements that only training keeps: c_{t-1}, operand, unprojected h, dh */
    int kept;   /* those of them that are kept when gates are made again */
    seqnet_recurrent_options options;
} kinds[] = {
    { "rnn", seqnet_rnn_create, 1, 0, 0, { .num_layers = 3 } },
    { "lstm", seqnet_lstm_create, 4, H, H, { .num_layers = 2 } },
    { "projected", seqnet_lstm_create, 4, H + H + P, H, { .num_layers = 2, .proj_size = P } },
    { "gru", seqnet_gru_create, 4, 0, 0, { .num_layers = 1 } },
    { "gru reset before", seqnet_gru_create, 3, H, 0, { .num_layers = 2, .reset_before = 1 } },
    { "bidirectional", seqnet_lstm_create, 4, H, H, { .num_layers = 2, .bidirectional = 1 } },
    { "tokens", seqnet_lstm_create, 4, H, H, { .num_layers = 2, .token_input = 1 } },
};

#define KINDS ((int)(sizeof kinds / sizeof *kinds))

/* Rows of operands are an odd number of cache lines of 16 floats apart. */
static int stride(int floats)
{
    return ((floats + 15) / 16 | 1) * 16;
}

/* Floats a row of a recurrent layer, without the context's own. */
static int recurrent_floats(const struct kind *kind, enum mode mode)
{
    const seqnet_recurrent_options *o = &kind->options;
    const int directions = o->bidirectional + 1, outputs = o->proj_size ? o->proj_size : H;
    int floats = 0, widest = 0;
    for (int level = 0; level < o->num_layers; level++) {
        const int bottom = o->token_input ? 0 : I, x = level ? directions * outputs : bottom;
        floats += stride(directions * outputs + x);
        if (mode == TRAINING)
            floats += directions * (stride(kind->gates * H) + kind->beside);
        if (mode == RECOMPUTE)
            floats += directions * kind->kept;
        widest = x > widest ? x : widest;
    }
    if (mode == RECOMPUTE && directions == 2)
        floats += widest;
    if (mode == INFERENCE && strcmp(seqnet_runtime_backend(), "native") != 0)
        floats +=
            stride(kind->gates * H); /* of one direction: there a block of steps is the window */
    return floats;
}

static double bytes_of(const seqnet_layer *layer, enum mode mode, int steps)
{
    seqnet_context_options options = SEQNET_CONTEXT_OPTIONS_INIT;
    size_t bytes = 0;
    options.max_steps = steps, options.max_batch = B, options.threads = 1;
    options.training = mode != INFERENCE, options.recompute = mode == RECOMPUTE;
    assert_ok(seqnet_context_bytes(layer, &options, &bytes));
    return (double)bytes;
}

/*
 * `floats` of the layer, and the context's own: outputs (of a last linear layer a piece, which does
 * not grow), a double of loss, and maybe a token.
 */
static void assert_floats_a_row(const seqnet_layer *layer, enum mode mode, int floats, int outputs)
{
    seqnet_layer_info info = { .struct_size = sizeof info };
    assert_ok(seqnet_layer_get_info(layer, &info));
    const int own = outputs + 2 + info.token_input;
    const double expected = ROWS * (floats + own) * sizeof(float) + STEPS * STEP_BYTES;
    const double grown = bytes_of(layer, mode, 2 * STEPS) - bytes_of(layer, mode, STEPS);
    assert_true(grown >= expected - SLACK && grown <= expected + SLACK);
}

static int outputs_of(const seqnet_layer *layer)
{
    seqnet_layer_info info = { .struct_size = sizeof info };
    assert_ok(seqnet_layer_get_info(layer, &info));
    return info.output_size;
}

static void recurrent_layers(void **state)
{
    (void)state;
    for (int i = 0; i < KINDS; i++) {
        seqnet_layer *layer;
        seqnet_recurrent_options options = kinds[i].options;
        options.struct_size = sizeof options;
        assert_ok(kinds[i].create(I, H, &options, &layer));
        for (int mode = 0; mode < MODES; mode++) {
            const int floats = recurrent_floats(&kinds[i], (enum mode)mode);
            print_message("%s: %d\n", kinds[i].name, floats);
            assert_floats_a_row(layer, (enum mode)mode, floats, outputs_of(layer));
        }
        seqnet_layer_destroy(layer);
    }
}

/* Every layer keeps its input; tokens are the context's. */
static void a_model_is_the_sum_of_its_layers(void **state)
{
    (void)state;
    seqnet_layer *children[4], *model;
    assert_ok(seqnet_embedding_create(10, I, NULL, &children[0]));
    assert_ok(seqnet_dropout_create(I, 0.5f, NULL, &children[1]));
    assert_ok(seqnet_gru_create(I, H, NULL, &children[2]));
    assert_ok(seqnet_linear_create(H, 10, NULL, &children[3]));
    assert_ok(seqnet_sequential_create(children, 4, NULL, &model));
    assert_floats_a_row(model, TRAINING, I + stride(H + I) + stride(4 * H) + stride(H), 0);
    assert_floats_a_row(model, RECOMPUTE, I + stride(H + I) + stride(H), 0);
    for (int i = 0; i < 4; i++)
        seqnet_layer_destroy(children[i]);
    seqnet_layer_destroy(model);
}

#define V 2000
#define WORD_STEPS 35
#define WORD_BATCH 20
#define WORD_ROWS (WORD_STEPS * WORD_BATCH)
#define WORKSPACE (384 * 192) /* of a thread */

static seqnet_layer *new_word_model(void)
{
    seqnet_layer *children[3], *model;
    assert_ok(seqnet_embedding_create(V, I, NULL, &children[0]));
    assert_ok(seqnet_lstm_create(I, H, NULL, &children[1]));
    assert_ok(seqnet_linear_create(H, V, NULL, &children[2]));
    assert_ok(seqnet_sequential_create(children, 3, NULL, &model));
    for (int i = 0; i < 3; i++)
        seqnet_layer_destroy(children[i]);
    return model;
}

/* All that training takes: tape, outputs, gradients, moments; the rest is below a hundredth. */
static void a_word_model_takes_what_the_formula_says(void **state)
{
    (void)state;
    const double row = stride(H + I) + stride(4 * H) + H + stride(H) + 3;
    const double outputs = (WORD_ROWS / 2 + WORD_BATCH) * V;
    const double dense = 4 * H * (stride(H + I) + 2) + V * (H + 1);
    const double gradients = dense + WORD_ROWS * I, moments = 2 * (dense + V * I);
    const double floats = WORD_ROWS * row + outputs + gradients + 4 * WORD_BATCH * H + WORKSPACE;
    seqnet_layer *model = new_word_model();
    seqnet_trainer_options options = SEQNET_TRAINER_OPTIONS_INIT;
    seqnet_trainer *trainer;
    struct test_memory memory;
    test_memory_init(&memory);
    options.allocator = &memory.allocator;
    options.max_batch = WORD_BATCH, options.back_steps = WORD_STEPS, options.threads = 1;
    options.optimizer = SEQNET_ADAM;
    assert_ok(seqnet_trainer_create(model, &options, &trainer));
    const double bytes = (double)memory.bytes, expected = (floats + moments) * sizeof(float);
    print_message("word model: %.0f bytes, formula %.0f\n", bytes, expected);
    assert_true(bytes > expected && bytes < 1.01 * expected);
    seqnet_trainer_destroy(trainer);
    seqnet_layer_destroy(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recurrent_layers),
        cmocka_unit_test(a_model_is_the_sum_of_its_layers),
        cmocka_unit_test(a_word_model_takes_what_the_formula_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
