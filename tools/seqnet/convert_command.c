/* SPDX-License-Identifier: MIT */
/*
 * `seqnet convert`: weights of another library become a model, and a model's weights those of
 * another library. In between there is always a model, which carries the metadata.
 */
#include "commands.h"
#include "output_check.h"
#include "report.h"

#include <seqnet/interchange.h>
#include <seqnet/io.h>

#include <string.h>
#include <unistd.h>

struct convert_options {
    int64_t from; /* a dialect, SEQNET_DIALECT_; -1: a model */
    int64_t to;   /* 0: a model; else 1 more than a dialect */
    int64_t gru;  /* -1: as the tensors say; else 1 less than SEQNET_GRU_FORM_ */
    int64_t nonlinearity;
    int64_t tokens;
    const char *modules, *prefix;
};

#define MEMBER(name) offsetof(struct convert_options, name)

static const struct option_row rows[] = {
    { "from", OPTION_CHOICE, 0, MEMBER(from), "torch|keras|onnx|onednn", 0, 0, NULL,
      "whose names and layouts IN has; without it IN is a model" },
    { "to", OPTION_CHOICE, 0, MEMBER(to), "seqnet|torch|keras|onnx|onednn", 0, 0, "seqnet",
      "what OUT is to be: a model, or tensors of a library" },
    { "modules", OPTION_TEXT, 0, MEMBER(modules), "A,B,..", 0, 0, NULL,
      "names of the modules in tensors, in the layers' order" },
    { "prefix", OPTION_TEXT, 0, MEMBER(prefix), "TEXT", 0, 0, NULL,
      "what the names of all tensors begin with, with its dot" },
    { "gru", OPTION_CHOICE, 0, MEMBER(gru), "reset-after|reset-before", 0, 0, NULL,
      "form of a GRU, where tensors do not tell it" },
    { "nonlinearity", OPTION_CHOICE, 0, MEMBER(nonlinearity), "tanh|relu|sigmoid", 0, 0, "tanh",
      "of an RNN, which tensors never tell" },
    { "tokens", OPTION_FLAG, 0, MEMBER(tokens), "", 0, 0, NULL,
      "a first RNN, LSTM or GRU takes one-hot tokens" },
};

static seqnet_interchange_options dialect_options(const struct convert_options *options,
                                                  int64_t dialect)
{
    seqnet_interchange_options made = SEQNET_INTERCHANGE_OPTIONS_INIT;
    made.dialect = (int32_t)dialect;
    made.modules = options->modules;
    made.prefix = options->prefix;
    made.gru_form = (int32_t)options->gru + 1;
    made.nonlinearity = (int32_t)options->nonlinearity;
    made.token_input = (int32_t)options->tokens;
    return made;
}

/* ---- in ---- */

/* Keys of the format itself do not go from one file to another. */
static int is_carried(const char *key)
{
    return *key && strncmp(key, "seqnet.model", strlen("seqnet.model")) != 0 &&
           strcmp(key, "seqnet.checksum") != 0;
}

static int32_t carry_in(const seqnet_tensors *tensors, seqnet_model *model)
{
    int32_t code = SEQNET_OK;
    const char *key = NULL;
    for (int32_t i = 0; code == SEQNET_OK && (key = seqnet_tensors_metadata_key(tensors, i)); i++)
        if (is_carried(key))
            code = seqnet_model_set_metadata(model, key, seqnet_tensors_get_metadata(tensors, key));
    return code;
}

static int32_t model_of_tensors(const struct convert_options *options,
                                const seqnet_tensors *tensors, seqnet_model **model)
{
    const seqnet_interchange_options dialect = dialect_options(options, options->from);
    seqnet_layer *layer = NULL;
    int32_t code = seqnet_layer_from_tensors(tensors, &dialect, &layer);
    if (code == SEQNET_OK)
        code = seqnet_model_create(layer, NULL, model);
    if (code == SEQNET_OK)
        code = carry_in(tensors, *model);
    seqnet_layer_destroy(layer);
    return code;
}

static int read_tensors(const struct convert_options *options, const char *path,
                        seqnet_model **model)
{
    seqnet_tensors *tensors = NULL;
    int32_t code = seqnet_tensors_load(path, NULL, &tensors);
    if (code != SEQNET_OK)
        return report_library(code, "cannot read the tensors");
    code = model_of_tensors(options, tensors, model);
    seqnet_tensors_destroy(tensors);
    return code == SEQNET_OK ? STATUS_OK : report_library(code, "%s", path);
}

static int read_model(const struct convert_options *options, const char *path, seqnet_model **model)
{
    if (options->from >= 0)
        return read_tensors(options, path, model);
    const int32_t code = seqnet_model_load(path, NULL, model);
    return code == SEQNET_OK ? STATUS_OK
                             : report_library(code, "cannot read the model; tensors need --from");
}

/* ---- out ---- */

static int32_t carry_out(const seqnet_model *model, seqnet_tensors *tensors)
{
    int32_t code = SEQNET_OK;
    const char *key = NULL;
    for (int32_t i = 0; code == SEQNET_OK && (key = seqnet_model_metadata_key(model, i)); i++)
        code = seqnet_tensors_set_metadata(tensors, key, seqnet_model_get_metadata(model, key));
    return code;
}

static int32_t write_tensors(const struct convert_options *options, const seqnet_model *model,
                             const char *path)
{
    const seqnet_interchange_options dialect = dialect_options(options, options->to - 1);
    seqnet_tensors *tensors = NULL;
    int32_t code = seqnet_tensors_create(NULL, &tensors);
    if (code == SEQNET_OK)
        code = seqnet_layer_export(seqnet_model_layer(model), tensors, &dialect);
    if (code == SEQNET_OK)
        code = carry_out(model, tensors);
    if (code == SEQNET_OK)
        code = seqnet_tensors_save(tensors, path);
    seqnet_tensors_destroy(tensors);
    return code;
}

static int write_model(const struct convert_options *options, const seqnet_model *model,
                       const char *path)
{
    const int32_t code =
        options->to > 0 ? write_tensors(options, model, path) : seqnet_model_save(model, path);
    return code == SEQNET_OK ? STATUS_OK : report_library(code, "cannot write %s", path);
}

/* OUT is not IN, and replaces nothing but another safetensors file. */
static int check_output(const char *in, const char *out)
{
    seqnet_tensors *old = NULL;
    if (output_is_same(in, out))
        return report(STATUS_USAGE, "convert: OUT is IN: %s", out);
    if (access(out, F_OK) != 0)
        return STATUS_OK;
    const int32_t code = seqnet_tensors_load(out, NULL, &old);
    seqnet_tensors_destroy(old);
    return code == SEQNET_OK
               ? STATUS_OK
               : report(STATUS_USAGE, "%s: exists and is no safetensors file; delete it first",
                        out);
}

static int convert_run(int argc, char **argv)
{
    struct convert_options options;
    seqnet_model *model = NULL;
    const char *paths[COMMAND_MAX_OPERANDS] = { NULL };
    int shown = 0;
    int status = options_read(&convert_command, argc, argv, &options, paths, &shown);
    if (status != STATUS_OK || shown)
        return status;
    status = check_output(paths[0], paths[1]);
    if (status == STATUS_OK)
        status = read_model(&options, paths[0], &model);
    if (status == STATUS_OK)
        status = write_model(&options, model, paths[1]);
    seqnet_model_destroy(model);
    return status;
}

const struct command convert_command = {
    .name = "convert",
    .run = convert_run,
    .summary = "take weights from other libraries, and give them",
    .usage = "IN OUT [options]",
    .text =
        "Makes a model of a safetensors file that holds weights as PyTorch, Keras, ONNX or oneDNN\n"
        "name and order them, or gives the weights of a model to one of these. Metadata, such as\n"
        "a vocabulary, goes along.\n"
        "\n"
        "  seqnet convert --from torch state_dict.safetensors model.safetensors \\\n"
        "      --modules embed,lstm,head\n"
        "  seqnet convert --to keras model.safetensors weights.safetensors\n"
        "\n"
        "Without --modules tensors are those of one layer, or of layers \"0\", \"1\", .. in a "
        "row.\n"
        "\n",
    .rows = rows,
    .count = sizeof(rows) / sizeof(rows[0]),
    .operands = { "IN", "OUT" },
};
