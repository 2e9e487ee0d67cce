/* SPDX-License-Identifier: MIT */
/* Tensors that are not the layer's: every error names one, and leaves the layer as it was. */
#include "dialects/oracle.h"
#include "support/assert.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct oracle gru = { .base = "rnn.",
                                   .kind = SEQNET_GRU,
                                   .input = 5,
                                   .hidden = 3,
                                   .levels = 2,
                                   .directions = 2,
                                   .has_bias = 1 };
static const struct oracle lstm = { .base = "rnn.",
                                    .kind = SEQNET_LSTM,
                                    .input = 5,
                                    .hidden = 3,
                                    .levels = 1,
                                    .directions = 1,
                                    .has_bias = 1 };

static struct oracle in_dialect(struct oracle oracle, int32_t dialect)
{
    oracle.dialect = dialect;
    return oracle;
}

static seqnet_interchange_options options_of(const struct oracle *oracle)
{
    seqnet_interchange_options options = SEQNET_INTERCHANGE_OPTIONS_INIT;
    options.dialect = oracle->dialect;
    options.prefix = oracle->base;
    return options;
}

static seqnet_tensors *tensors_of(const struct oracle *oracle)
{
    seqnet_tensors *const tensors = new_tensors();
    oracle_tensors(oracle, tensors);
    return tensors;
}

/* An import into the oracle's layer fails like this, and leaves it alone. */
static void assert_refused(const struct oracle *oracle, const seqnet_tensors *tensors, int32_t code,
                           const char *part)
{
    const seqnet_interchange_options options = options_of(oracle);
    seqnet_layer *const layer = oracle_layer(oracle), *const before = oracle_layer(oracle);
    assert_error(seqnet_layer_import(layer, tensors, &options), code, part);
    assert_same_layers(layer, before);
    seqnet_layer_destroy(layer);
    seqnet_layer_destroy(before);
}

static void assert_not_made(const struct oracle *oracle, const seqnet_tensors *tensors,
                            int32_t gru_form, int32_t code, const char *part)
{
    seqnet_interchange_options options = options_of(oracle);
    seqnet_layer *layer = (seqnet_layer *)&options;
    options.gru_form = gru_form;
    assert_error(seqnet_layer_from_tensors(tensors, &options, &layer), code, part);
    assert_null(layer);
}

/* ---------------------------------------------------------------- one tensor is not right */

typedef void spoil_function(seqnet_tensors *tensors, const seqnet_tensors_entry *entry);

static void remove_it(seqnet_tensors *tensors, const seqnet_tensors_entry *entry)
{
    assert_ok(seqnet_tensors_remove(tensors, entry->name));
}

/* Set it again with zeros in another shape. */
static void reshape(seqnet_tensors *tensors, const seqnet_tensors_entry *entry,
                    const int64_t *shape, int32_t rank)
{
    float *const zeros = calloc(4096, sizeof *zeros);
    char name[96];
    snprintf(name, sizeof name, "%s", entry->name);
    assert_ok(seqnet_tensors_set(tensors, name, shape, rank, zeros));
    free(zeros);
}

static void lengthen_it(seqnet_tensors *tensors, const seqnet_tensors_entry *entry)
{
    int64_t shape[SEQNET_MAX_RANK];
    memcpy(shape, entry->shape, sizeof shape);
    shape[entry->rank - 1]++;
    reshape(tensors, entry, shape, entry->rank);
}

static void reverse_its_shape(seqnet_tensors *tensors, const seqnet_tensors_entry *entry)
{
    int64_t shape[SEQNET_MAX_RANK];
    for (int32_t axis = 0; axis < entry->rank; axis++)
        shape[axis] = entry->shape[entry->rank - 1 - axis];
    if (entry->rank == 1)
        shape[entry->rank] = 1;
    reshape(tensors, entry, shape, entry->rank + (entry->rank == 1));
}

static void empty_it(seqnet_tensors *tensors, const seqnet_tensors_entry *entry)
{
    int64_t shape[SEQNET_MAX_RANK];
    memcpy(shape, entry->shape, sizeof shape);
    shape[0] = 0;
    reshape(tensors, entry, shape, entry->rank);
}

static void make_it_whole_numbers(seqnet_tensors *tensors, const seqnet_tensors_entry *entry)
{
    seqnet_tensors_entry changed = *entry;
    changed.dtype = SEQNET_DTYPE_I32;
    assert_ok(seqnet_tensors_set_entry(tensors, &changed));
}

static void spoil_each(const struct oracle *oracle, spoil_function *spoil, int32_t code)
{
    seqnet_tensors *const good = tensors_of(oracle);
    for (int32_t i = 0; i < seqnet_tensors_count(good); i++) {
        seqnet_tensors *const tensors = tensors_of(oracle);
        seqnet_tensors_entry entry = SEQNET_TENSORS_ENTRY_INIT;
        char name[96];
        assert_ok(seqnet_tensors_info(tensors, i, &entry));
        snprintf(name, sizeof name, "\"%s\"", entry.name);
        spoil(tensors, &entry);
        assert_refused(oracle, tensors, code, name);
        seqnet_tensors_destroy(tensors);
    }
    seqnet_tensors_destroy(good);
}

static void a_tensor_that_is_not_right_is_named(void **state)
{
    (void)state;
    for (int32_t dialect = 0; dialect <= SEQNET_DIALECT_ONEDNN; dialect++) {
        const struct oracle oracles[] = { in_dialect(gru, dialect), in_dialect(lstm, dialect) };
        for (int i = 0; i < 2; i++) {
            spoil_each(&oracles[i], remove_it, SEQNET_ENOTFOUND);
            spoil_each(&oracles[i], lengthen_it, SEQNET_ESHAPE);
            spoil_each(&oracles[i], reverse_its_shape, SEQNET_ESHAPE);
            spoil_each(&oracles[i], empty_it, SEQNET_ESHAPE);
            spoil_each(&oracles[i], make_it_whole_numbers, SEQNET_ENOTSUP);
        }
    }
}

static void shapes_are_told(void **state)
{
    (void)state;
    seqnet_tensors *const tensors = tensors_of(&lstm);
    seqnet_tensors_entry entry = SEQNET_TENSORS_ENTRY_INIT;
    assert_ok(seqnet_tensors_find(tensors, "rnn.weight_ih_l0", &entry));
    lengthen_it(tensors, &entry);
    assert_refused(&lstm, tensors, SEQNET_ESHAPE,
                   "seqnet_layer_import: \"rnn.weight_ih_l0\" is (12, 6), need (12, 5)");
    seqnet_tensors_destroy(tensors);
}

/* One more tensor under the module's name. */
static void a_tensor_too_many_is_named(void **state)
{
    (void)state;
    for (int32_t dialect = 0; dialect <= SEQNET_DIALECT_ONEDNN; dialect++) {
        const struct oracle oracle = in_dialect(lstm, dialect);
        seqnet_tensors *const tensors = tensors_of(&oracle);
        assert_ok(seqnet_tensors_set(tensors, "rnn.l9.more", NULL, 0, &(float){ 1 }));
        assert_refused(&oracle, tensors, SEQNET_ESHAPE, "\"rnn.l9.more\" is no tensor");
        assert_ok(seqnet_tensors_remove(tensors, "rnn.l9.more"));
        assert_ok(seqnet_tensors_set(tensors, "rn", NULL, 0, &(float){ 1 }));
        const seqnet_interchange_options options = options_of(&oracle);
        seqnet_layer *const layer = oracle_layer(&oracle);
        assert_ok(seqnet_layer_import(layer, tensors, &options));
        seqnet_layer_destroy(layer);
        seqnet_tensors_destroy(tensors);
    }
}

/* ---------------------------------------------------------------- another dialect, another cell */

static void another_dialect_is_recognised(void **state)
{
    (void)state;
    static const char *const names[] = { "(torch?)", "(keras?)", "(onnx?)", "(onednn?)" };
    for (int32_t bits = 0; bits < 16; bits++) {
        const struct oracle given = in_dialect(lstm, bits & 3), asked = in_dialect(lstm, bits >> 2);
        seqnet_tensors *const tensors = tensors_of(&given);
        if (given.dialect != asked.dialect) {
            assert_refused(&asked, tensors, SEQNET_ENOTFOUND, names[given.dialect]);
            assert_not_made(&asked, tensors, 0, SEQNET_ENOTFOUND, names[given.dialect]);
        }
        seqnet_tensors_destroy(tensors);
    }
    const struct oracle keras = in_dialect(lstm, SEQNET_DIALECT_KERAS);
    seqnet_tensors *const tensors = tensors_of(&keras);
    assert_refused(&lstm, tensors, SEQNET_ENOTFOUND,
                   "seqnet_layer_import: no tensor \"rnn.weight_ih_l0\"; "
                   "found \"rnn.kernel\" (keras?)");
    seqnet_tensors_destroy(tensors);
}

/* Square matrices: transposed they have the same shape, but not the same name. */
static void square_matrices_are_told_apart_by_their_names(void **state)
{
    (void)state;
    struct oracle keras = in_dialect(lstm, SEQNET_DIALECT_KERAS), torch = lstm;
    keras.kind = torch.kind = SEQNET_RNN;
    keras.input = torch.input = keras.hidden;
    seqnet_tensors *const tensors = tensors_of(&keras);
    assert_refused(&torch, tensors, SEQNET_ENOTFOUND, "(keras?)");
    seqnet_tensors_destroy(tensors);
}

static void another_cell_has_another_shape(void **state)
{
    (void)state;
    for (int32_t dialect = 0; dialect <= SEQNET_DIALECT_ONEDNN; dialect++) {
        const struct oracle oracle = in_dialect(lstm, dialect);
        struct oracle given = oracle;
        given.kind = SEQNET_GRU;
        seqnet_tensors *const tensors = tensors_of(&given);
        assert_refused(&oracle, tensors, SEQNET_ESHAPE, "\"rnn.");
        seqnet_tensors_destroy(tensors);
    }
}

/* Where biases tell the form of a GRU, the other form is refused. */
static void the_other_form_of_gru_is_refused(void **state)
{
    (void)state;
    for (int32_t bits = 0; bits < 4; bits++) {
        struct oracle oracle =
            in_dialect(gru, bits & 1 ? SEQNET_DIALECT_KERAS : SEQNET_DIALECT_ONEDNN);
        oracle.levels = oracle.directions = 1;
        struct oracle other = oracle;
        oracle.reset_before = bits >> 1;
        other.reset_before = !oracle.reset_before;
        seqnet_tensors *const tensors = tensors_of(&other);
        assert_refused(&oracle, tensors, SEQNET_ESHAPE,
                       oracle.reset_before ? " of a reset-before GRU" : " of a reset-after GRU");
        assert_refused(&oracle, tensors, SEQNET_ESHAPE, "\"rnn.bias\"");
        assert_not_made(&oracle, tensors,
                        oracle.reset_before ? SEQNET_GRU_FORM_RESET_BEFORE
                                            : SEQNET_GRU_FORM_RESET_AFTER,
                        SEQNET_EINVAL, "\"rnn.bias\"");
        seqnet_tensors_destroy(tensors);
    }
}

static void a_form_that_is_not_the_layers_is_refused(void **state)
{
    (void)state;
    seqnet_interchange_options options = options_of(&gru);
    seqnet_layer *const layer = oracle_layer(&gru);
    seqnet_tensors *const tensors = tensors_of(&gru);
    options.gru_form = SEQNET_GRU_FORM_RESET_BEFORE;
    assert_error(seqnet_layer_import(layer, tensors, &options), SEQNET_EINVAL, "reset-before");
    assert_error(seqnet_layer_export(layer, tensors, &options), SEQNET_EINVAL, "reset-before");
    options.gru_form = SEQNET_GRU_FORM_RESET_AFTER;
    assert_ok(seqnet_layer_import(layer, tensors, &options));
    seqnet_layer_destroy(layer);
    seqnet_tensors_destroy(tensors);
}

/* ---------------------------------------------------------------- what cannot be said */

static void peepholes_must_be_zero(void **state)
{
    (void)state;
    const struct oracle oracle = in_dialect(lstm, SEQNET_DIALECT_ONNX);
    const seqnet_interchange_options options = options_of(&oracle);
    seqnet_layer *const layer = oracle_layer(&oracle);
    seqnet_tensors *const tensors = tensors_of(&oracle);
    float peepholes[9] = { 0 };
    assert_ok(seqnet_tensors_set(tensors, "rnn.P", (int64_t[]){ 1, 9 }, 2, peepholes));
    assert_ok(seqnet_layer_import(layer, tensors, &options));
    peepholes[8] = 0.5f;
    assert_ok(seqnet_tensors_set(tensors, "rnn.P", (int64_t[]){ 1, 9 }, 2, peepholes));
    assert_refused(&oracle, tensors, SEQNET_ENOTSUP, "\"rnn.P\": peepholes");
    assert_not_made(&oracle, tensors, 0, SEQNET_ENOTSUP, "\"rnn.P\": peepholes");
    assert_ok(seqnet_tensors_set(tensors, "rnn.P", (int64_t[]){ 9 }, 1, peepholes));
    assert_refused(&oracle, tensors, SEQNET_ESHAPE, "\"rnn.P\" is (9), need (1, 9)");
    seqnet_tensors_destroy(tensors);
    seqnet_layer_destroy(layer);
}

static void projections_are_refused(void **state)
{
    (void)state;
    for (int32_t dialect = SEQNET_DIALECT_KERAS; dialect <= SEQNET_DIALECT_ONNX; dialect++) {
        struct oracle oracle = in_dialect(lstm, dialect);
        oracle.projection = 2;
        const seqnet_interchange_options options = options_of(&oracle);
        seqnet_layer *const layer = oracle_layer(&oracle);
        seqnet_tensors *const tensors = new_tensors();
        assert_error(seqnet_layer_export(layer, tensors, &options), SEQNET_ENOTSUP, "projection");
        assert_error(seqnet_layer_import(layer, tensors, &options), SEQNET_ENOTSUP, "projection");
        assert_int_equal(seqnet_tensors_count(tensors), 0);
        seqnet_layer_destroy(layer);
        seqnet_tensors_destroy(tensors);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tensor_that_is_not_right_is_named),
        cmocka_unit_test(shapes_are_told),
        cmocka_unit_test(a_tensor_too_many_is_named),
        cmocka_unit_test(another_dialect_is_recognised),
        cmocka_unit_test(square_matrices_are_told_apart_by_their_names),
        cmocka_unit_test(another_cell_has_another_shape),
        cmocka_unit_test(the_other_form_of_gru_is_refused),
        cmocka_unit_test(a_form_that_is_not_the_layers_is_refused),
        cmocka_unit_test(peepholes_must_be_zero),
        cmocka_unit_test(projections_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
