/* SPDX-License-Identifier: MIT */
/*
 * `seqnet info`: what a model file holds. Works for any model of the library, not only for those of
 * seqnet train; of another safetensors file it tells the tensors.
 */
#include "commands.h"
#include "layer_text.h"
#include "model_file.h"
#include "plain.h"
#include "report.h"

#include <seqnet/tensors.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct info_options {
    int64_t json, tensors;
};

#define MEMBER(name) offsetof(struct info_options, name)

static const struct option_row rows[] = {
    { "tensors", OPTION_FLAG, 0, MEMBER(tensors), "", 0, 0, NULL, "list the tensors too" },
    { "json", OPTION_FLAG, 0, MEMBER(json), "", 0, 0, NULL, "print a JSON object" },
};

/* ---- the description, as JSON first ---- */

static json_t *describe_layers(const seqnet_layer *network)
{
    seqnet_layer_info info = { .struct_size = sizeof(info) };
    json_t *array = json_array();
    seqnet_layer_get_info(network, &info);
    if (info.child_count == 0)
        json_array_append_new(array, layer_to_json(network));
    for (int32_t i = 0; i < info.child_count; i++)
        json_array_append_new(array, layer_to_json(seqnet_layer_child(network, i)));
    return array;
}

static json_t *describe_shape(const int64_t *sizes, int32_t rank)
{
    json_t *shape = json_array();
    for (int32_t axis = 0; axis < rank; axis++)
        json_array_append_new(shape, json_integer(sizes[axis]));
    return shape;
}

static json_t *describe_tensors(const seqnet_layer *network)
{
    seqnet_tensor_info info = { .struct_size = sizeof(info) };
    json_t *array = json_array();
    const int32_t count = seqnet_layer_tensor_count(network);
    for (int32_t i = 0; i < count && seqnet_layer_tensor_info(network, i, &info) == SEQNET_OK; i++)
        json_array_append_new(array, json_pack("{s:s, s:o}", "name", info.name, "shape",
                                               describe_shape(info.shape, info.rank)));
    return array;
}

/* Metadata as it is, JSON texts as JSON; of the vocabulary only its size. */
static json_t *describe_metadata(const seqnet_model *model)
{
    json_t *object = json_object();
    const char *key = NULL;
    for (int32_t i = 0; (key = seqnet_model_metadata_key(model, i)) != NULL; i++) {
        json_t *value = strcmp(key, "vocabulary") == 0 ? NULL : model_get_json(model, key);
        if (!value && strcmp(key, "vocabulary") != 0)
            value = json_string(seqnet_model_get_metadata(model, key));
        if (value)
            json_object_set_new(object, key, value);
    }
    return object;
}

static void describe_vocabulary(const seqnet_model *model, json_t *object)
{
    static const char *const levels[] = { "char", "byte", "word" };
    const char *text = seqnet_model_get_metadata(model, "vocabulary");
    seqnet_vocabulary *vocabulary = NULL;
    if (!text || seqnet_vocabulary_from_json(text, strlen(text), NULL, &vocabulary) != SEQNET_OK)
        return;
    json_object_set_new(object, "level", json_string(levels[seqnet_vocabulary_level(vocabulary)]));
    json_object_set_new(object, "vocabulary_size",
                        json_integer(seqnet_vocabulary_size(vocabulary)));
    seqnet_vocabulary_destroy(vocabulary);
}

static json_t *describe(const seqnet_model *model)
{
    const seqnet_layer *network = seqnet_model_layer(model);
    seqnet_layer_info info = { .struct_size = sizeof(info) };
    json_t *object = json_object();
    size_t folded = 0;
    seqnet_layer_get_info(network, &info);
    json_object_set_new(object, "parameters", json_integer(info.parameter_count));
    json_object_set_new(object, "input_size", json_integer(info.input_size));
    json_object_set_new(object, "output_size", json_integer(info.output_size));
    if (seqnet_sequential_fold_bytes(network, &folded) == SEQNET_OK)
        json_object_set_new(object, "folded_bytes", json_integer((json_int_t)folded));
    describe_vocabulary(model, object);
    json_object_set_new(object, "layers", describe_layers(network));
    json_object_set_new(object, "tensors", describe_tensors(network));
    json_object_set_new(object, "metadata", describe_metadata(model));
    return object;
}

/* ---- a file that is no model ---- */

static json_t *describe_entries(const seqnet_tensors *file, size_t *bytes)
{
    seqnet_tensors_entry entry = SEQNET_TENSORS_ENTRY_INIT;
    json_t *array = json_array();
    for (int32_t i = 0; seqnet_tensors_info(file, i, &entry) == SEQNET_OK; i++) {
        *bytes += entry.data_bytes;
        json_array_append_new(array, json_pack("{s:s, s:s, s:o}", "name", entry.name, "dtype",
                                               seqnet_dtype_name(entry.dtype), "shape",
                                               describe_shape(entry.shape, entry.rank)));
    }
    return array;
}

static json_t *describe_file(const seqnet_tensors *file)
{
    size_t bytes = 0;
    const char *key = NULL;
    json_t *tensors = describe_entries(file, &bytes), *metadata = json_object();
    for (int32_t i = 0; (key = seqnet_tensors_metadata_key(file, i)) != NULL; i++)
        json_object_set_new(metadata, key, json_string(seqnet_tensors_get_metadata(file, key)));
    return json_pack("{s:I, s:o, s:o}", "bytes", (json_int_t)bytes, "tensors", tensors, "metadata",
                     metadata);
}

/* ---- as text ---- */

static void print_layers(const json_t *layers)
{
    char text[256];
    for (size_t i = 0; i < json_array_size(layers); i++) {
        layer_print(json_array_get(layers, i), text, sizeof(text));
        printf("  %zu  %s\n", i, text);
    }
}

static void print_tensor(const json_t *tensor)
{
    const json_t *shape = json_object_get(tensor, "shape");
    const char *dtype = json_string_value(json_object_get(tensor, "dtype"));
    char *name = strdup(json_string_value(json_object_get(tensor, "name")));
    if (!name)
        return;
    plain_text(name);
    printf("  %s (", name);
    for (size_t axis = 0; axis < json_array_size(shape); axis++)
        printf("%s%" JSON_INTEGER_FORMAT, axis ? ", " : "",
               json_integer_value(json_array_get(shape, axis)));
    printf(")%s%s\n", dtype ? " " : "", dtype ? dtype : "");
    free(name);
}

static void print_tensors(const json_t *tensors)
{
    puts("tensors:");
    for (size_t i = 0; i < json_array_size(tensors); i++)
        print_tensor(json_array_get(tensors, i));
}

static void print_metadata(json_t *metadata)
{
    const char *key;
    json_t *value;
    json_object_foreach(metadata, key, value)
    {
        char *name = strdup(key);
        char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
        if (name && text) {
            plain_text(name);
            plain_text(text);
            printf("  %s: %s\n", name, text);
        }
        free(name);
        free(text);
    }
}

static void print_text(const json_t *object, int tensors)
{
    const json_int_t parameters = json_integer_value(json_object_get(object, "parameters"));
    const char *level = json_string_value(json_object_get(object, "level"));
    printf("%" JSON_INTEGER_FORMAT " parameters, %.1f KB as float\n", parameters,
           (double)parameters * 4 / 1024);
    if (level)
        printf("vocabulary: %" JSON_INTEGER_FORMAT " different %ss\n",
               json_integer_value(json_object_get(object, "vocabulary_size")), level);
    if (json_object_get(object, "folded_bytes"))
        printf("embedding folded into the next layer: a table of %.1f KB\n",
               json_number_value(json_object_get(object, "folded_bytes")) / 1024);
    puts("layers:");
    print_layers(json_object_get(object, "layers"));
    if (tensors)
        print_tensors(json_object_get(object, "tensors"));
    puts("metadata:");
    print_metadata(json_object_get(object, "metadata"));
}

static void print_file(const json_t *object)
{
    const json_t *tensors = json_object_get(object, "tensors");
    printf("not a seqnet model; %zu tensors, %.1f KB\n", json_array_size(tensors),
           json_number_value(json_object_get(object, "bytes")) / 1024);
    print_tensors(tensors);
    puts("metadata:");
    print_metadata(json_object_get(object, "metadata"));
}

static void print(json_t *object, const struct info_options *options, int is_model)
{
    if (options->json) {
        json_dumpf(object, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
        putchar('\n');
    } else if (is_model) {
        print_text(object, options->tensors != 0);
    } else {
        print_file(object);
    }
    json_decref(object);
}

static int info_run(int argc, char **argv)
{
    struct info_options options;
    seqnet_tensors *file = NULL;
    seqnet_model *model = NULL;
    const char *path = NULL;
    int shown = 0;
    const int status = options_read(&info_command, argc, argv, &options, &path, &shown);
    if (status != STATUS_OK || shown)
        return status;
    int32_t code = seqnet_tensors_load(path, NULL, &file);
    const int is_model = seqnet_tensors_get_metadata(file, "seqnet.model") != NULL;
    if (code == SEQNET_OK && is_model)
        code = seqnet_model_load(path, NULL, &model);
    if (code == SEQNET_OK)
        print(is_model ? describe(model) : describe_file(file), &options, is_model);
    seqnet_model_destroy(model);
    seqnet_tensors_destroy(file);
    return code == SEQNET_OK ? STATUS_OK : report_library(code, "cannot read the model");
}

const struct command info_command = {
    .name = "info",
    .run = info_run,
    .summary = "tell what a model file holds",
    .usage = "MODEL [options]",
    .text = "Prints the layers of a model, its size, and what it was trained for and how; of\n"
            "another safetensors file its tensors and metadata.\n"
            "\n"
            "  seqnet info book.safetensors\n"
            "  seqnet info book.safetensors --json\n"
            "\n",
    .rows = rows,
    .count = sizeof(rows) / sizeof(rows[0]),
    .operands = { "MODEL" },
};
