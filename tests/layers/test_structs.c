/* SPDX-License-Identifier: MIT */
/* Option and info structs of callers that were built with an older or newer header. */
#include <seqnet/seqnet.h>

#include "support/assert.h"

#include <string.h>

/* A struct with room behind it, as a newer header's would be. */
#define NEWER(type)            \
    struct {                   \
        type known;            \
        unsigned char tail[8]; \
    }

static void init_macros_and_functions_give_the_same_bytes(void **state)
{
    (void)state;
    const seqnet_embedding_options embedding = SEQNET_EMBEDDING_OPTIONS_INIT;
    const seqnet_recurrent_options recurrent = SEQNET_RECURRENT_OPTIONS_INIT;
    const seqnet_linear_options linear = SEQNET_LINEAR_OPTIONS_INIT;
    const seqnet_context_options context = SEQNET_CONTEXT_OPTIONS_INIT;
    const seqnet_window window = SEQNET_WINDOW_INIT;
    const seqnet_trainer_options trainer = SEQNET_TRAINER_OPTIONS_INIT;
    const seqnet_tensors_entry entry = SEQNET_TENSORS_ENTRY_INIT;
    union {
        seqnet_embedding_options embedding;
        seqnet_recurrent_options recurrent;
        seqnet_linear_options linear;
        seqnet_context_options context;
        seqnet_window window;
        seqnet_trainer_options trainer;
        seqnet_tensors_entry entry;
    } filled;
    memset(&filled, 0xA5, sizeof filled);
    seqnet_embedding_options_init(&filled.embedding, sizeof embedding);
    assert_same_bytes(&filled, &embedding, sizeof embedding);
    seqnet_recurrent_options_init(&filled.recurrent, sizeof recurrent);
    assert_same_bytes(&filled, &recurrent, sizeof recurrent);
    seqnet_linear_options_init(&filled.linear, sizeof linear);
    assert_same_bytes(&filled, &linear, sizeof linear);
    seqnet_context_options_init(&filled.context, sizeof context);
    assert_same_bytes(&filled, &context, sizeof context);
    seqnet_window_init(&filled.window, sizeof window);
    assert_same_bytes(&filled, &window, sizeof window);
    seqnet_trainer_options_init(&filled.trainer, sizeof trainer);
    assert_same_bytes(&filled, &trainer, sizeof trainer);
    seqnet_tensors_entry_init(&filled.entry, sizeof entry);
    assert_same_bytes(&filled, &entry, sizeof entry);
}

/* Only the caller's struct_size bytes are written, and nothing without room for struct_size. */
static void init_functions_stay_inside(void **state)
{
    (void)state;
    unsigned char bytes[16];
    memset(bytes, 0xA5, sizeof bytes);
    seqnet_recurrent_options_init((seqnet_recurrent_options *)(void *)bytes, 12);
    assert_int_equal(bytes[0], 12);
    assert_int_equal(bytes[11], 0);
    assert_int_equal(bytes[12], 0xA5);
    memset(bytes, 0xA5, sizeof bytes);
    seqnet_recurrent_options_init((seqnet_recurrent_options *)(void *)bytes, 4);
    assert_int_equal(bytes[0], 0xA5);
    seqnet_recurrent_options_init(NULL, 12);
}

static void older_options_leave_the_rest_at_default(void **state)
{
    (void)state;
    seqnet_layer *layer;
    seqnet_recurrent_options options = SEQNET_RECURRENT_OPTIONS_INIT;
    seqnet_recurrent_options found = SEQNET_RECURRENT_OPTIONS_INIT;
    int32_t hidden_size;
    options.num_layers = 2, options.bidirectional = 1, options.no_bias = 1;
    options.struct_size = offsetof(seqnet_recurrent_options, no_bias);
    assert_ok(seqnet_gru_create(2, 3, &options, &layer));
    assert_ok(seqnet_recurrent_get_options(layer, &hidden_size, &found));
    assert_int_equal(found.num_layers, 2);
    assert_int_equal(found.bidirectional, 1);
    assert_int_equal(found.no_bias, 0);
    assert_int_equal(hidden_size, 3);
    seqnet_layer_destroy(layer);
    options.struct_size = sizeof(size_t);
    assert_ok(seqnet_gru_create(2, 3, &options, &layer));
    seqnet_layer_destroy(layer);
}

static void wrong_struct_sizes_are_rejected(void **state)
{
    (void)state;
    seqnet_layer *layer;
    seqnet_context *context;
    const size_t bad[] = { 0, 1, sizeof(size_t) - 1, 65537, SIZE_MAX };
    assert_ok(seqnet_linear_create(2, 3, NULL, &layer));
    for (int i = 0; i < 5; i++) {
        const seqnet_recurrent_options recurrent = { .struct_size = bad[i] };
        const seqnet_embedding_options embedding = { .struct_size = bad[i] };
        const seqnet_linear_options linear = { .struct_size = bad[i] };
        const seqnet_context_options options = { .struct_size = bad[i] };
        const seqnet_window window = { .struct_size = bad[i] };
        seqnet_layer_info info = { .struct_size = bad[i] };
        seqnet_tensor_info tensor = { .struct_size = bad[i] };
        seqnet_layer *none;
        assert_error(seqnet_rnn_create(2, 3, &recurrent, &none), SEQNET_EINVAL, "struct_size");
        assert_error(seqnet_embedding_create(2, 3, &embedding, &none), SEQNET_EINVAL,
                     "options->struct_size = ");
        assert_error(seqnet_linear_create(2, 3, &linear, &none), SEQNET_EINVAL, "struct_size");
        assert_error(seqnet_context_create(layer, &options, &context), SEQNET_EINVAL,
                     "struct_size");
        assert_error(seqnet_context_forward(NULL, &window, NULL), SEQNET_EINVAL,
                     "window->struct_size");
        assert_error(seqnet_layer_get_info(layer, &info), SEQNET_EINVAL, "info->struct_size");
        assert_error(seqnet_layer_tensor_info(layer, 0, &tensor), SEQNET_EINVAL, "struct_size");
    }
    seqnet_layer_destroy(layer);
}

static void newer_layer_options_must_be_zero(void **state)
{
    (void)state;
    NEWER(seqnet_recurrent_options) recurrent;
    NEWER(seqnet_embedding_options) embedding;
    NEWER(seqnet_linear_options) linear;
    for (int set = 0; set < 2; set++) {
        seqnet_layer *layer;
        seqnet_recurrent_options_init(&recurrent.known, sizeof recurrent);
        seqnet_embedding_options_init(&embedding.known, sizeof embedding);
        seqnet_linear_options_init(&linear.known, sizeof linear);
        recurrent.tail[7] = embedding.tail[7] = linear.tail[7] = (unsigned char)set;
        if (!set) {
            assert_ok(seqnet_lstm_create(2, 3, &recurrent.known, &layer));
            seqnet_layer_destroy(layer);
            assert_ok(seqnet_embedding_create(2, 3, &embedding.known, &layer));
            seqnet_layer_destroy(layer);
            assert_ok(seqnet_linear_create(2, 3, &linear.known, &layer));
            seqnet_layer_destroy(layer);
            continue;
        }
        assert_error(seqnet_lstm_create(2, 3, &recurrent.known, &layer), SEQNET_ENOTSUP,
                     "does not know");
        assert_error(seqnet_embedding_create(2, 3, &embedding.known, &layer), SEQNET_ENOTSUP,
                     "does not know");
        assert_error(seqnet_linear_create(2, 3, &linear.known, &layer), SEQNET_ENOTSUP,
                     "does not know");
        assert_null(layer);
    }
}

static void newer_context_options_must_be_zero(void **state)
{
    (void)state;
    NEWER(seqnet_context_options) options;
    NEWER(seqnet_window) window;
    const float x[2] = { 0 };
    seqnet_layer *layer;
    seqnet_context *context;
    assert_ok(seqnet_linear_create(2, 3, NULL, &layer));
    seqnet_context_options_init(&options.known, sizeof options);
    seqnet_window_init(&window.known, sizeof window);
    window.known.x = x, window.known.steps = window.known.batch = 1;
    options.tail[0] = window.tail[0] = 1;
    assert_error(seqnet_context_create(layer, &options.known, &context), SEQNET_ENOTSUP,
                 "does not know");
    options.tail[0] = 0;
    assert_ok(seqnet_context_create(layer, &options.known, &context));
    assert_error(seqnet_context_forward(context, &window.known, NULL), SEQNET_ENOTSUP,
                 "does not know");
    window.tail[0] = 0;
    assert_ok(seqnet_context_forward(context, &window.known, NULL));
    seqnet_context_destroy(context);
    seqnet_layer_destroy(layer);
}

static void infos_fit_the_callers_struct(void **state)
{
    (void)state;
    NEWER(seqnet_layer_info) newer;
    seqnet_layer_info older;
    seqnet_layer *layer;
    assert_ok(seqnet_linear_create(2, 3, NULL, &layer));
    memset(&newer, 0xA5, sizeof newer);
    newer.known.struct_size = sizeof newer;
    assert_ok(seqnet_layer_get_info(layer, &newer.known));
    assert_int_equal(newer.known.struct_size, sizeof newer);
    assert_int_equal(newer.known.parameter_count, 9);
    for (int i = 0; i < 8; i++)
        assert_int_equal(newer.tail[i], 0);
    memset(&older, 0xA5, sizeof older);
    older.struct_size = offsetof(seqnet_layer_info, output_size);
    assert_ok(seqnet_layer_get_info(layer, &older));
    assert_int_equal(older.input_size, 2);
    assert_int_equal((uint32_t)older.output_size, 0xA5A5A5A5u);
    seqnet_layer_destroy(layer);
}

static void options_come_back_as_given(void **state)
{
    (void)state;
    seqnet_layer *layer, *table;
    seqnet_recurrent_options given = SEQNET_RECURRENT_OPTIONS_INIT, got = given;
    seqnet_embedding_options embedding = SEQNET_EMBEDDING_OPTIONS_INIT;
    seqnet_linear_options linear = SEQNET_LINEAR_OPTIONS_INIT;
    int32_t hidden_size;
    float probability;
    given.num_layers = 3, given.bidirectional = 1, given.no_bias = 1, given.token_input = 1;
    given.proj_size = 2, given.dropout = 0.25f, given.forget_bias = 1, given.init_range = 0.5f;
    assert_ok(seqnet_lstm_create(7, 4, &given, &layer));
    assert_ok(seqnet_recurrent_get_options(layer, &hidden_size, &got));
    assert_int_equal(hidden_size, 4);
    assert_same_bytes(&got, &given, sizeof got);
    seqnet_layer_destroy(layer);
    embedding.has_padding_idx = 1, embedding.padding_idx = 2;
    assert_ok(seqnet_embedding_create(5, 3, &embedding, &table));
    seqnet_embedding_options_init(&embedding, sizeof embedding);
    assert_ok(seqnet_embedding_get_options(table, &embedding));
    assert_true(embedding.has_padding_idx == 1 && embedding.padding_idx == 2);
    linear.tied_embedding = table, linear.no_bias = 1;
    assert_ok(seqnet_linear_create(3, 5, &linear, &layer));
    seqnet_linear_options_init(&linear, sizeof linear);
    assert_ok(seqnet_linear_get_options(layer, &linear));
    assert_true(linear.tied_embedding == table && linear.no_bias == 1 && linear.init_range == 0);
    seqnet_layer_destroy(layer), seqnet_layer_destroy(table);
    assert_ok(seqnet_dropout_create(3, 0.25f, NULL, &layer));
    assert_ok(seqnet_dropout_get_probability(layer, &probability));
    assert_true(probability == 0.25f);
    seqnet_layer_destroy(layer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(init_macros_and_functions_give_the_same_bytes),
        cmocka_unit_test(init_functions_stay_inside),
        cmocka_unit_test(older_options_leave_the_rest_at_default),
        cmocka_unit_test(wrong_struct_sizes_are_rejected),
        cmocka_unit_test(newer_layer_options_must_be_zero),
        cmocka_unit_test(newer_context_options_must_be_zero),
        cmocka_unit_test(infos_fit_the_callers_struct),
        cmocka_unit_test(options_come_back_as_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
