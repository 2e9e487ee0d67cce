/* SPDX-License-Identifier: MIT */
/*
 * A program of the first days: it is compiled with the frozen headers beside it, so its structs
 * have the sizes of then, and linked with the library of today. It uses every part of the first
 * ABI, and puts bytes that must not change behind each struct that the library fills. Exit status
 * 0: all is as it was.
 */
#include <seqnet/seqnet.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { V = 5, H = 6, T = 4 };

/* A struct that the library fills, and what follows it in the caller's memory. */
#define FENCED(type)             \
    struct {                     \
        type it;                 \
        unsigned char fence[64]; \
    }

static const int32_t tokens[T] = { 0, 1, 2, 3 }, targets[T] = { 1, 2, 3, 4 };

static void need(int holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "consumer: %s: %s\n", what, seqnet_error_message());
    exit(1);
}

#define OK(call) need((call) == SEQNET_OK, #call)
#define IS(condition) need((condition), #condition)

#define FENCE(block, type)                     \
    do {                                       \
        memset(&(block), 0xA5, sizeof(block)); \
        memset(&(block).it, 0, sizeof(type));  \
        (block).it.struct_size = sizeof(type); \
    } while (0)

static int fence_stands(const unsigned char *fence)
{
    for (int i = 0; i < 64; i++)
        if (fence[i] != 0xA5)
            return 0;
    return 1;
}

/* The loader has found them all, or the program would not have started. */
static void every_function_is_there(void)
{
    typedef void function(void);
#define FUNCTION(name) (function *)name,
    function *const all[] = {
#include "functions.def"
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        IS(all[i] != NULL);
    IS(seqnet_version() >= SEQNET_VERSION);
}

/* X_INIT of then and X_init of now agree, and X_init keeps to the size it is told. */
static void options_have_their_old_size(void)
{
    FENCED(seqnet_recurrent_options) recurrent;
    FENCED(seqnet_trainer_options) trainer;
    FENCED(seqnet_context_options) context;
    const seqnet_recurrent_options first = SEQNET_RECURRENT_OPTIONS_INIT;
    FENCE(recurrent, seqnet_recurrent_options);
    FENCE(trainer, seqnet_trainer_options);
    FENCE(context, seqnet_context_options);
    seqnet_recurrent_options_init(&recurrent.it, sizeof recurrent.it);
    seqnet_trainer_options_init(&trainer.it, sizeof trainer.it);
    seqnet_context_options_init(&context.it, sizeof context.it);
    IS(fence_stands(recurrent.fence) && fence_stands(trainer.fence) && fence_stands(context.fence));
    IS(memcmp(&recurrent.it, &first, sizeof first) == 0);
}

static seqnet_layer *make_model(void)
{
    seqnet_recurrent_options tokens_in = SEQNET_RECURRENT_OPTIONS_INIT;
    seqnet_layer *layers[2], *model;
    tokens_in.token_input = 1;
    tokens_in.seed = 7;
    OK(seqnet_lstm_create(V, H, &tokens_in, &layers[0]));
    OK(seqnet_linear_create(H, V, NULL, &layers[1]));
    OK(seqnet_sequential_create(layers, 2, NULL, &model));
    seqnet_layer_destroy(layers[0]);
    seqnet_layer_destroy(layers[1]);
    return model;
}

static void infos_keep_to_their_old_size(seqnet_layer *model)
{
    FENCED(seqnet_layer_info) info;
    FENCED(seqnet_tensor_info) tensor;
    FENCED(seqnet_recurrent_options) options;
    int32_t hidden_size;
    FENCE(info, seqnet_layer_info);
    FENCE(tensor, seqnet_tensor_info);
    FENCE(options, seqnet_recurrent_options);
    OK(seqnet_layer_get_info(model, &info.it));
    OK(seqnet_layer_tensor_info(model, 0, &tensor.it));
    OK(seqnet_recurrent_get_options(seqnet_layer_child(model, 0), &hidden_size, &options.it));
    IS(fence_stands(info.fence) && fence_stands(tensor.fence) && fence_stands(options.fence));
    IS(info.it.kind == SEQNET_SEQUENTIAL && info.it.output_size == V && hidden_size == H);
    IS(strcmp(tensor.it.name, "0.weight_ih_l0") == 0 && tensor.it.count == 4 * H * V);
    IS(options.it.token_input == 1 && options.it.struct_size == sizeof options.it);
}

static void it_learns(seqnet_layer *model)
{
    seqnet_trainer_options adam = SEQNET_TRAINER_OPTIONS_INIT;
    seqnet_batch batch = SEQNET_BATCH_INIT;
    FENCED(seqnet_result) result;
    seqnet_trainer *trainer;
    adam.optimizer = SEQNET_ADAM;
    adam.learning_rate = 0.05;
    adam.back_steps = T;
    batch.tokens = tokens;
    batch.targets = targets;
    batch.steps = T;
    batch.batch = 1;
    FENCE(result, seqnet_result);
    OK(seqnet_trainer_create(model, &adam, &trainer));
    for (int i = 0; i < 100; i++)
        OK(seqnet_trainer_train(trainer, &batch, &result.it));
    IS(fence_stands(result.fence));
    IS(result.it.correct == T && result.it.loss < 0.5 && result.it.struct_size == sizeof result.it);
    IS(seqnet_trainer_updates(trainer) == 100);
    seqnet_trainer_destroy(trainer);
}

static void it_runs(seqnet_layer *model)
{
    seqnet_context_options sizes = SEQNET_CONTEXT_OPTIONS_INIT;
    seqnet_window window = SEQNET_WINDOW_INIT;
    seqnet_context *context;
    float y[T * V], last[V], state[2 * H];
    sizes.max_steps = T;
    window.tokens = tokens;
    window.steps = T;
    window.batch = 1;
    OK(seqnet_context_create(model, &sizes, &context));
    OK(seqnet_context_forward(context, &window, y));
    OK(seqnet_context_get_stream(context, 0, state, seqnet_context_stream_size(context)));
    OK(seqnet_context_reset(context));
    for (int t = 0; t < T; t++)
        OK(seqnet_context_step_tokens(context, &tokens[t], last));
    for (int v = 0; v < V; v++)
        IS(y[(T - 1) * V + v] - last[v] < 1e-5f && last[v] - y[(T - 1) * V + v] < 1e-5f);
    IS(seqnet_context_state_count(context) == 2);
    seqnet_context_destroy(context);
}

static void text_goes_in_and_out(void)
{
    seqnet_vocabulary_options words = SEQNET_VOCABULARY_OPTIONS_INIT;
    seqnet_vocabulary *vocabulary;
    int32_t found[3];
    int64_t count;
    char text[16];
    size_t bytes;
    words.level = SEQNET_LEVEL_WORD;
    words.specials = SEQNET_UNK;
    OK(seqnet_vocabulary_build("to be or", 8, &words, &vocabulary));
    OK(seqnet_vocabulary_encode(vocabulary, "be not to", 9, found, 3, &count));
    OK(seqnet_vocabulary_decode(vocabulary, found, count, text, sizeof text, &bytes));
    IS(strcmp(text, "be <unk> to") == 0);
    seqnet_vocabulary_destroy(vocabulary);
}

static void files_go_out_and_in(seqnet_layer *layer, const char *path)
{
    seqnet_model *model;
    OK(seqnet_model_create(layer, NULL, &model));
    OK(seqnet_model_set_metadata(model, "key", "value"));
    OK(seqnet_model_save(model, path));
    seqnet_model_destroy(model);
    OK(seqnet_model_load(path, NULL, &model));
    IS(strcmp(seqnet_model_get_metadata(model, "key"), "value") == 0);
    infos_keep_to_their_old_size(seqnet_model_layer(model));
    seqnet_model_destroy(model);
}

static void weights_go_through_a_dialect(seqnet_layer *model)
{
    seqnet_interchange_options keras = SEQNET_INTERCHANGE_OPTIONS_INIT;
    FENCED(seqnet_tensors_entry) entry;
    seqnet_tensors *tensors;
    keras.dialect = SEQNET_DIALECT_KERAS;
    keras.prefix = "net.";
    FENCE(entry, seqnet_tensors_entry);
    OK(seqnet_tensors_create(NULL, &tensors));
    OK(seqnet_layer_export(model, tensors, &keras));
    OK(seqnet_tensors_find(tensors, "net.1.kernel", &entry.it));
    IS(fence_stands(entry.fence) && entry.it.shape[0] == H && entry.it.shape[1] == V);
    IS(entry.it.dtype == SEQNET_DTYPE_F32 && entry.it.data_bytes == 4 * H * V);
    OK(seqnet_layer_import(model, tensors, &keras));
    seqnet_tensors_destroy(tensors);
}

static void errors_have_their_codes(void)
{
    seqnet_layer *layer;
    IS(seqnet_lstm_create(0, H, NULL, &layer) == SEQNET_EINVAL && !layer);
    IS(strncmp(seqnet_error_message(), "seqnet_lstm_create: ", 20) == 0);
    IS(strcmp(seqnet_error_name(SEQNET_ESTATE), "SEQNET_ESTATE") == 0);
}

int main(int count, char **arguments)
{
    seqnet_layer *model = make_model();
    every_function_is_there();
    options_have_their_old_size();
    infos_keep_to_their_old_size(model);
    it_learns(model);
    it_runs(model);
    text_goes_in_and_out();
    files_go_out_and_in(model, count > 1 ? arguments[1] : "first.safetensors");
    weights_go_through_a_dialect(model);
    errors_have_their_codes();
    seqnet_layer_destroy(model);
    return 0;
}
