/* SPDX-License-Identifier: MIT */
#include "small_model.h"

#include "core/random.h"

#include <math.h>

static seqnet_layer *recurrent_new(const struct small_model *model)
{
    seqnet_recurrent_options options = SEQNET_RECURRENT_OPTIONS_INIT;
    seqnet_layer *layer = NULL;
    options.seed = 11;
    options.init_range = 0.7f;
    if (model->kind == SEQNET_LSTM)
        assert_ok(seqnet_lstm_create(INPUT, HIDDEN, &options, &layer));
    else if (model->kind == SEQNET_GRU)
        assert_ok(seqnet_gru_create(INPUT, HIDDEN, &options, &layer));
    else
        assert_ok(seqnet_rnn_create(INPUT, HIDDEN, &options, &layer));
    return layer;
}

seqnet_layer *small_model_new(const struct small_model *model)
{
    seqnet_layer *parts[4], *whole = NULL;
    int32_t count = 0;
    seqnet_linear_options options = SEQNET_LINEAR_OPTIONS_INIT;
    options.seed = 12;
    options.init_range = 0.7f;
    if (model->token_input)
        assert_ok(seqnet_embedding_create(INPUT, INPUT, NULL, &parts[count++]));
    parts[count++] = recurrent_new(model);
    if (model->dropout > 0)
        assert_ok(seqnet_dropout_create(HIDDEN, model->dropout, NULL, &parts[count++]));
    assert_ok(seqnet_linear_create(HIDDEN, CLASSES, &options, &parts[count++]));
    assert_ok(seqnet_sequential_create(parts, count, NULL, &whole));
    for (int32_t i = 0; i < count; i++)
        seqnet_layer_destroy(parts[i]);
    return whole;
}

static seqnet_tensor_info tensor_at(const seqnet_layer *layer, int32_t index)
{
    seqnet_tensor_info info = { .struct_size = sizeof info };
    assert_ok(seqnet_layer_tensor_info(layer, index, &info));
    return info;
}

size_t parameters_read(const seqnet_layer *layer, float *values)
{
    size_t used = 0;
    for (int32_t i = 0; i < seqnet_layer_tensor_count(layer); i++) {
        const seqnet_tensor_info info = tensor_at(layer, i);
        assert_true(used + (size_t)info.count <= MOST);
        assert_ok(seqnet_layer_get_parameter(layer, info.name, values + used, info.count));
        used += (size_t)info.count;
    }
    return used;
}

void parameters_write(seqnet_layer *layer, const float *values)
{
    for (int32_t i = 0; i < seqnet_layer_tensor_count(layer); i++) {
        const seqnet_tensor_info info = tensor_at(layer, i);
        assert_ok(seqnet_layer_set_parameter(layer, info.name, values, info.count));
        values += info.count;
    }
}

size_t gradients_read(seqnet_context *context, const seqnet_layer *layer, float *values)
{
    size_t used = 0;
    for (int32_t i = 0; i < seqnet_layer_tensor_count(layer); i++) {
        const seqnet_tensor_info info = tensor_at(layer, i);
        assert_true(used + (size_t)info.count <= MOST);
        assert_ok(seqnet_context_get_gradient(context, info.name, values + used, info.count));
        used += (size_t)info.count;
    }
    return used;
}

void fill_normal(float *values, size_t count, uint64_t stream)
{
    for (size_t i = 0; i < count; i++)
        values[i] = random_normal(21, stream, i);
}

void fill_below(int32_t *values, size_t count, int32_t bound, uint64_t stream)
{
    for (size_t i = 0; i < count; i++)
        values[i] = (int32_t)random_below(22, stream, i, (uint32_t)bound);
}

void assert_near_at(double actual, double expected, double tolerance, const char *file, int line)
{
    if (fabs(actual - expected) <= tolerance * (1 + fabs(expected)))
        return;
    print_error("%.9g, expected %.9g\n", actual, expected);
    _fail(file, line);
}
