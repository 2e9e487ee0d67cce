/* SPDX-License-Identifier: MIT */
/* A plugin that uses the library: it runs, trains, saves, fails, with a team of two threads. */
#include <seqnet/seqnet.h>

enum { I = 40, H = 96, T = 48, B = 8, V = 4 };

int host_work(const char *path);

static seqnet_layer *make_model(void)
{
    seqnet_layer *layers[2] = { NULL, NULL }, *model = NULL;
    if (!seqnet_gru_create(I, H, NULL, &layers[0]) && !seqnet_linear_create(H, V, NULL, &layers[1]))
        seqnet_sequential_create(layers, 2, NULL, &model);
    seqnet_layer_destroy(layers[0]);
    seqnet_layer_destroy(layers[1]);
    return model;
}

static int32_t train(seqnet_layer *model)
{
    static float x[T * B * I];
    static int32_t targets[T * B];
    const seqnet_trainer_options options = { sizeof options, .optimizer = SEQNET_ADAM,
                                             .max_batch = B, .back_steps = T, .threads = 2 };
    const seqnet_batch batch = { sizeof batch, .x = x, .targets = targets, .steps = T, .batch = B };
    seqnet_result result = SEQNET_RESULT_INIT;
    seqnet_trainer *trainer;
    int32_t code = seqnet_trainer_create(model, &options, &trainer);
    for (int i = 0; i < T * B * I; i++)
        x[i] = (float)(i % 7) - 3;
    for (int i = 0; i < 3 && code == SEQNET_OK; i++)
        code = seqnet_trainer_train(trainer, &batch, &result);
    seqnet_trainer_destroy(trainer);
    return code;
}

static int32_t step(seqnet_layer *model)
{
    static const float x[I];
    float y[V];
    seqnet_context *context;
    int32_t code = seqnet_context_create(model, NULL, &context);
    if (code == SEQNET_OK)
        code = seqnet_context_step(context, x, y);
    seqnet_context_destroy(context);
    return code;
}

static int32_t save_and_load(seqnet_layer *layer, const char *path)
{
    seqnet_model *model;
    int32_t code = seqnet_model_create(layer, NULL, &model);
    if (code == SEQNET_OK)
        code = seqnet_model_save(model, path);
    seqnet_model_destroy(model);
    if (code == SEQNET_OK && (code = seqnet_model_load(path, NULL, &model)) == SEQNET_OK)
        seqnet_model_destroy(model);
    return code;
}

/* 0: all of it went well, and what had to fail did. */
int host_work(const char *path)
{
    seqnet_layer *none, *model = make_model();
    seqnet_model *missing;
    const int32_t failed = !model || train(model) || step(model) || save_and_load(model, path);
    seqnet_layer_destroy(model);
    return failed || seqnet_rnn_create(0, 0, NULL, &none) != SEQNET_EINVAL ||
           seqnet_model_load("nothing/there", NULL, &missing) != SEQNET_EIO;
}
