/* SPDX-License-Identifier: MIT */
#include "dialects/oracle.h"
#include "support/assert.h"

#include <stdlib.h>
#include <string.h>

seqnet_tensors *new_tensors(void)
{
    seqnet_tensors *tensors;
    assert_ok(seqnet_tensors_create(NULL, &tensors));
    return tensors;
}

void assert_same_tensors(const seqnet_tensors *actual, const seqnet_tensors *expected)
{
    assert_int_equal(seqnet_tensors_count(actual), seqnet_tensors_count(expected));
    for (int32_t i = 0; i < seqnet_tensors_count(expected); i++) {
        seqnet_tensors_entry a = SEQNET_TENSORS_ENTRY_INIT, b = SEQNET_TENSORS_ENTRY_INIT;
        assert_ok(seqnet_tensors_info(actual, i, &a));
        assert_ok(seqnet_tensors_info(expected, i, &b));
        assert_string_equal(a.name, b.name);
        assert_int_equal(a.dtype, b.dtype);
        assert_int_equal(a.rank, b.rank);
        assert_memory_equal(a.shape, b.shape, sizeof a.shape);
        assert_same_bytes(a.data, b.data, b.data_bytes);
    }
}

static void assert_same_options(const seqnet_layer *actual, const seqnet_layer *expected)
{
    seqnet_recurrent_options a = SEQNET_RECURRENT_OPTIONS_INIT, b = SEQNET_RECURRENT_OPTIONS_INIT;
    int32_t hidden_a, hidden_b;
    assert_ok(seqnet_recurrent_get_options(actual, &hidden_a, &a));
    assert_ok(seqnet_recurrent_get_options(expected, &hidden_b, &b));
    assert_int_equal(hidden_a, hidden_b);
    assert_memory_equal(&a, &b, sizeof a);
}

static void assert_same_info(const seqnet_layer *actual, const seqnet_layer *expected)
{
    seqnet_layer_info a = { .struct_size = sizeof a }, b = a;
    assert_ok(seqnet_layer_get_info(actual, &a));
    assert_ok(seqnet_layer_get_info(expected, &b));
    assert_memory_equal(&a, &b, sizeof a);
    if (a.kind == SEQNET_RNN || a.kind == SEQNET_LSTM || a.kind == SEQNET_GRU)
        assert_same_options(actual, expected);
    for (int32_t i = 0; i < a.child_count; i++)
        assert_same_info(seqnet_layer_child(actual, i), seqnet_layer_child(expected, i));
}

static void assert_same_parameter(const seqnet_layer *actual, const seqnet_layer *expected,
                                  int32_t index)
{
    seqnet_tensor_info a = { .struct_size = sizeof a }, b = a;
    assert_ok(seqnet_layer_tensor_info(actual, index, &a));
    assert_ok(seqnet_layer_tensor_info(expected, index, &b));
    assert_memory_equal(&a, &b, sizeof a);
    const size_t bytes = (size_t)a.count * sizeof(float);
    float *const values_a = malloc(bytes), *const values_b = malloc(bytes);
    assert_ok(seqnet_layer_get_parameter(actual, a.name, values_a, a.count));
    assert_ok(seqnet_layer_get_parameter(expected, b.name, values_b, b.count));
    assert_same_bytes(values_a, values_b, bytes);
    free(values_a);
    free(values_b);
}

void assert_same_layers(const seqnet_layer *actual, const seqnet_layer *expected)
{
    assert_same_info(actual, expected);
    assert_int_equal(seqnet_layer_tensor_count(actual), seqnet_layer_tensor_count(expected));
    for (int32_t i = 0; i < seqnet_layer_tensor_count(expected); i++)
        assert_same_parameter(actual, expected, i);
}
