/* SPDX-License-Identifier: MIT */
/* Descriptions and tensors that a model file may not have, and layers that no file can say. */
#include "io/collection.h"
#include "io/scratch.h"
#include "support/memory.h"

#include <seqnet/io.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const float zeros[64];

/* What a layer of linear(2, 3) has. */
static const struct tensor_entry linear_tensors[] = {
    { "weight", SEQNET_DTYPE_F32, 2, { 3, 2 }, zeros },
    { "bias", SEQNET_DTYPE_F32, 1, { 3 }, zeros },
};

#define LINEAR "{\"kind\":\"linear\",\"input_size\":2,\"output_size\":3}"
#define MODEL(layer) "{\"version\":1,\"layer\":" layer "}"
#define SEQUENTIAL(layers) MODEL("{\"kind\":\"sequential\",\"layers\":[" layers "]}")

static void write_model(const char *description, const struct tensor_entry *tensors, size_t count)
{
    const struct metadata_entry metadata = { "seqnet.model", description };
    collection_write("bad", &(struct table){ tensors, count, &metadata, description ? 1 : 0 });
}

/* No block asked for may be larger than a few times the file: nobody believes a hostile size. */
static void assert_refused(const char *part)
{
    struct test_memory memory;
    test_memory_init(&memory);
    seqnet_model *model = (seqnet_model *)&memory;
    assert_error(seqnet_model_load(scratch_path("bad"), &memory.allocator, &model), SEQNET_EFORMAT,
                 part);
    assert_null(model);
    assert_int_equal(memory.live, 0);
    assert_true(memory.largest < 16384);
}

/* `description` with the tensors of linear(2, 3). */
static void refuse(const char *description, const char *part)
{
    write_model(description, linear_tensors, 2);
    assert_refused(part);
}

/* A description of one layer; what is refused does not depend on the tensors. */
static void refuse_layer(const char *layer, const char *part)
{
    char description[512];
    snprintf(description, sizeof description, MODEL("%s"), layer);
    refuse(description, part);
}

static void the_good_one_is_good(void **state)
{
    (void)state;
    seqnet_model *model;
    write_model(MODEL(LINEAR), linear_tensors, 2);
    assert_ok(seqnet_model_load(scratch_path("bad"), NULL, &model));
    seqnet_model_destroy(model);
    write_model("\n{ \"layer\": " LINEAR ", \"version\": 1 } ", linear_tensors, 2);
    assert_ok(seqnet_model_load(scratch_path("bad"), NULL, &model));
    seqnet_model_destroy(model);
}

static void not_a_description(void **state)
{
    (void)state;
    refuse(NULL, "not a seqnet model");
    refuse("", "description: ");
    refuse("{", "description: ");
    refuse("[]", "no version");
    refuse("{}", "no version");
    refuse("{\"version\":\"1\"}", "no version");
    refuse("{\"version\":2,\"layer\":" LINEAR "}", "version 2 is not supported");
    refuse("{\"version\":1}", "just a version and a layer");
    refuse("{\"version\":1,\"layer\":" LINEAR ",\"more\":1}", "just a version and a layer");
    refuse("{\"version\":1,\"version\":1,\"layer\":" LINEAR "}", "duplicate");
    refuse(MODEL(LINEAR) "{}", "end of file");
}

static void not_a_layer(void **state)
{
    (void)state;
    refuse_layer("1", "unknown kind \"\"");
    refuse_layer("{}", "unknown kind \"\"");
    refuse_layer("{\"kind\":5}", "unknown kind \"\"");
    refuse_layer("{\"kind\":\"conv\"}", "unknown kind \"conv\"");
    refuse_layer("{\"kind\":\"\\u001b[\"}", "unknown kind \"?[\"");
}

static void not_a_sequential(void **state)
{
    (void)state;
    char *const many = malloc(65 * sizeof LINEAR + 100);
    assert_non_null(many);
    refuse(SEQUENTIAL(""), "1..64 layers");
    refuse_layer("{\"kind\":\"sequential\"}", "1..64 layers");
    refuse_layer("{\"kind\":\"sequential\",\"layers\":{}}", "1..64 layers");
    refuse_layer("{\"kind\":\"sequential\",\"layers\":[" LINEAR "],\"x\":1}", "1..64 layers");
    refuse(SEQUENTIAL(LINEAR ",{\"kind\":\"sequential\",\"layers\":[" LINEAR "]}"),
           "layer 1: unknown kind \"sequential\"");
    strcpy(many, "{\"version\":1,\"layer\":{\"kind\":\"sequential\",\"layers\":[" LINEAR);
    for (int i = 1; i < 65; i++)
        strcat(many, "," LINEAR);
    strcat(many, "]}}");
    refuse(many, "1..64 layers");
    free(many);
}

static void members_missing_or_unknown(void **state)
{
    (void)state;
    refuse_layer("{\"kind\":\"linear\",\"input_size\":2}", "layer 0: no output_size");
    refuse_layer("{\"kind\":\"lstm\",\"hidden_size\":2}", "no input_size");
    refuse_layer("{\"kind\":\"embedding\",\"embedding_size\":2}", "no vocabulary_size");
    refuse_layer("{\"kind\":\"dropout\",\"probability\":\"0.5\"}", "no size");
    refuse_layer("{\"kind\":\"linear\",\"input_size\":2,\"output_size\":3,\"hidden_size\":3}",
                 "linear has no \"hidden_size\"");
    refuse_layer("{\"kind\":\"gru\",\"input_size\":2,\"hidden_size\":3,\"proj_size\":1}",
                 "gru has no \"proj_size\"");
    refuse_layer("{\"kind\":\"rnn\",\"input_size\":2,\"hidden_size\":3,\"seed\":1}",
                 "rnn has no \"seed\"");
}

static void refuse_member(const char *member, const char *part)
{
    char layer[256];
    snprintf(layer, sizeof layer, "{\"kind\":\"lstm\",\"input_size\":2,\"hidden_size\":3,%s}",
             member);
    refuse_layer(layer, part);
}

static void members_of_another_type(void **state)
{
    (void)state;
    refuse_member("\"num_layers\":\"2\"", "num_layers is not");
    refuse_member("\"num_layers\":2.0", "num_layers is not");
    refuse_member("\"num_layers\":0", "num_layers is not");
    refuse_member("\"num_layers\":-1", "num_layers is not");
    refuse_member("\"num_layers\":true", "num_layers is not");
    refuse_member("\"num_layers\":4294967297", "num_layers is not");
    refuse_member("\"bidirectional\":1", "bidirectional is not true or false");
    refuse_member("\"no_bias\":null", "no_bias is not true or false");
    refuse_member("\"dropout\":0.5", "dropout is not");
    refuse_member("\"dropout\":\"0,5\"", "dropout is not");
    refuse_member("\"dropout\":\"nan\"", "dropout is not");
    refuse_member("\"forget_bias\":\"1e39\"", "forget_bias is not");
    refuse_layer("{\"kind\":\"rnn\",\"input_size\":2,\"hidden_size\":3,\"nonlinearity\":1}",
                 "nonlinearity is not");
    refuse_layer("{\"kind\":\"rnn\",\"input_size\":2,\"hidden_size\":3,\"nonlinearity\":\"Tanh\"}",
                 "nonlinearity is not");
    refuse_layer("{\"kind\":\"embedding\",\"vocabulary_size\":2,\"embedding_size\":3,"
                 "\"padding_idx\":-1}",
                 "padding_idx is not");
}

static void sizes_outside_their_values(void **state)
{
    (void)state;
    refuse_layer("{\"kind\":\"linear\",\"input_size\":0,\"output_size\":3}", "input_size is not");
    refuse_layer("{\"kind\":\"linear\",\"input_size\":2,\"output_size\":16777217}",
                 "output_size is not");
    refuse_layer("{\"kind\":\"linear\",\"input_size\":18446744073709551617,\"output_size\":3}",
                 "description: ");
}

/* Valid sizes, but larger than what the file holds: refused before a layer is made. */
static void more_than_the_file_holds(void **state)
{
    (void)state;
    refuse_layer("{\"kind\":\"linear\",\"input_size\":16777216,\"output_size\":16777216}",
                 "more parameters");
    refuse_layer("{\"kind\":\"embedding\",\"vocabulary_size\":16777216,\"embedding_size\":1}",
                 "more parameters");
    refuse_layer("{\"kind\":\"lstm\",\"input_size\":16777216,\"hidden_size\":16777216,"
                 "\"num_layers\":16777216,\"bidirectional\":true}",
                 "more parameters");
    refuse_layer("{\"kind\":\"gru\",\"input_size\":1,\"hidden_size\":1}", "more parameters");
    refuse_layer("{\"kind\":\"rnn\",\"input_size\":1,\"hidden_size\":1,\"no_bias\":true}",
                 "fewer parameters");
    refuse_layer("{\"kind\":\"linear\",\"input_size\":2,\"output_size\":2}", "fewer parameters");
    refuse(SEQUENTIAL(LINEAR "," LINEAR), "more parameters");
}

/* What only the constructors know. The counts fit: 9 parameters, or none. */
static void refused_by_a_constructor(void **state)
{
    (void)state;
    const struct tensor_entry nine = { "x", SEQNET_DTYPE_F32, 1, { 9 }, zeros };
    write_model(MODEL("{\"kind\":\"embedding\",\"vocabulary_size\":9,\"embedding_size\":1,"
                      "\"padding_idx\":9}"),
                &nine, 1);
    assert_refused("padding_idx = 9");
    write_model(SEQUENTIAL("{\"kind\":\"embedding\",\"vocabulary_size\":3,\"embedding_size\":2},"
                           "{\"kind\":\"linear\",\"input_size\":2,\"output_size\":3,"
                           "\"tied_embedding\":1}"),
                &nine, 1);
    assert_refused("tied_embedding = 1");
    write_model(MODEL("{\"kind\":\"linear\",\"input_size\":7,\"output_size\":9,"
                      "\"tied_embedding\":0}"),
                &nine, 1);
    assert_refused("tied_embedding = 0");
    write_model(SEQUENTIAL("{\"kind\":\"linear\",\"input_size\":2,\"output_size\":3},"
                           "{\"kind\":\"linear\",\"input_size\":3,\"output_size\":2,"
                           "\"tied_embedding\":0,\"no_bias\":true}"),
                &nine, 1);
    assert_refused("not an embedding");
    write_model(MODEL("{\"kind\":\"dropout\",\"size\":4,\"probability\":\"1\"}"), NULL, 0);
    assert_refused("probability = 1");
    write_model(SEQUENTIAL("{\"kind\":\"dropout\",\"size\":4},{\"kind\":\"dropout\",\"size\":5}"),
                NULL, 0);
    assert_refused("gives 4 features");
    write_model(SEQUENTIAL("{\"kind\":\"dropout\",\"size\":1},{\"kind\":\"rnn\",\"input_size\":1,"
                           "\"hidden_size\":1,\"num_layers\":2,\"token_input\":true},"
                           "{\"kind\":\"dropout\",\"size\":1}"),
                &(struct tensor_entry){ "x", SEQNET_DTYPE_F32, 1, { 8 }, zeros }, 1);
    assert_refused("takes tokens");
}

static void tensors_of_another_layer(void **state)
{
    (void)state;
    struct tensor_entry tensors[3] = { linear_tensors[0], linear_tensors[1] };
    tensors[0].name = "wieght";
    write_model(MODEL(LINEAR), tensors, 2);
    assert_refused("no tensor \"weight\"");
    tensors[0] = linear_tensors[0];
    tensors[0].shape[0] = 2;
    tensors[0].shape[1] = 3;
    write_model(MODEL(LINEAR), tensors, 2);
    assert_refused("\"weight\" has another shape");
    tensors[0].rank = 1;
    tensors[0].shape[0] = 6;
    write_model(MODEL(LINEAR), tensors, 2);
    assert_refused("\"weight\" has another shape");
    tensors[0] = linear_tensors[0];
    tensors[1].dtype = SEQNET_DTYPE_I32;
    write_model(MODEL(LINEAR), tensors, 2);
    assert_refused("\"bias\": dtype I32");
    tensors[1] = linear_tensors[1];
    tensors[2] = (struct tensor_entry){ "empty", SEQNET_DTYPE_F32, 1, { 0 }, NULL };
    write_model(MODEL(LINEAR), tensors, 3);
    assert_refused("3 tensors, its layers have 2");
}

/*
 * Parameters of other float types are converted; entries the format reserves are not the caller's.
 */
static void other_floats_and_newer_entries_are_read(void **state)
{
    (void)state;
    seqnet_model *model;
    float bias[3];
    const double values[3] = { 0.5, -1.0, 2.0 };
    const struct tensor_entry tensors[] = { linear_tensors[0],
                                            { "bias", SEQNET_DTYPE_F64, 1, { 3 }, values } };
    const struct metadata_entry metadata[] = { { "mine", "m" },
                                               { "seqnet.model", MODEL(LINEAR) },
                                               { "seqnet.model.later", "x" } };
    collection_write("bad", &(struct table){ tensors, 2, metadata, 3 });
    assert_ok(seqnet_model_load(scratch_path("bad"), NULL, &model));
    assert_ok(seqnet_layer_get_parameter(seqnet_model_layer(model), "bias", bias, 3));
    assert_true(bias[0] == 0.5f && bias[1] == -1.0f && bias[2] == 2.0f);
    assert_string_equal(seqnet_model_metadata_key(model, 0), "mine");
    assert_null(seqnet_model_metadata_key(model, 1));
    seqnet_model_destroy(model);
}

static void not_a_file(void **state)
{
    (void)state;
    seqnet_model *model;
    assert_error(seqnet_model_load(scratch_path("none"), NULL, &model), SEQNET_EIO, "No such");
    assert_null(model);
    assert_error(seqnet_model_load(scratch_path(""), NULL, &model), SEQNET_EIO, "directory");
    scratch_write("text", "once upon a time there was", 26);
    assert_error(seqnet_model_load(scratch_path("text"), NULL, &model), SEQNET_EFORMAT,
                 "not a safetensors file");
}

/* ---------------------------------------------------------------- what cannot be saved */

/* Drops the reference. */
static void refuse_save(seqnet_layer *layer, const char *part)
{
    seqnet_model *model;
    assert_ok(seqnet_model_create(layer, NULL, &model));
    seqnet_layer_destroy(layer);
    assert_error(seqnet_model_save(model, scratch_path("a")), SEQNET_EINVAL, part);
    seqnet_model_destroy(model);
    assert_int_equal(scratch_entries(), 0);
}

static void a_tie_to_a_stranger_is_not_saved(void **state)
{
    (void)state;
    seqnet_layer *embedding, *layers[2], *sequential;
    seqnet_linear_options options = SEQNET_LINEAR_OPTIONS_INIT;
    assert_ok(seqnet_embedding_create(3, 2, NULL, &embedding));
    options.tied_embedding = embedding;
    assert_ok(seqnet_linear_create(2, 3, &options, &layers[1]));
    seqnet_layer_destroy(embedding);
    assert_ok(seqnet_linear_create(2, 2, NULL, &layers[0]));
    assert_ok(seqnet_sequential_create(layers, 2, NULL, &sequential));
    refuse_save(sequential, "layer 1 is tied");
    seqnet_layer_destroy(layers[0]);
    refuse_save(layers[1], "layer 0 is tied");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(the_good_one_is_good),
        scratch_test(not_a_description),
        scratch_test(not_a_layer),
        scratch_test(not_a_sequential),
        scratch_test(members_missing_or_unknown),
        scratch_test(members_of_another_type),
        scratch_test(sizes_outside_their_values),
        scratch_test(more_than_the_file_holds),
        scratch_test(refused_by_a_constructor),
        scratch_test(tensors_of_another_layer),
        scratch_test(other_floats_and_newer_entries_are_read),
        scratch_test(not_a_file),
        scratch_test(a_tie_to_a_stranger_is_not_saved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
