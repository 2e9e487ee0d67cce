/* SPDX-License-Identifier: MIT */
#ifndef SEQNET_TRAINER_H
#define SEQNET_TRAINER_H

#include <seqnet/context.h>

SEQNET_BEGIN_DECLS

typedef struct seqnet_trainer seqnet_trainer;

#define SEQNET_CROSS_ENTROPY 0
#define SEQNET_MEAN_SQUARED_ERROR 1

#define SEQNET_EVERY_STEP 0
#define SEQNET_LAST_STEP 1
#define SEQNET_MEAN_STEP 2
#define SEQNET_REPEAT_STEP 3

typedef struct seqnet_loss_options {
    size_t struct_size;
    int32_t loss;
    int32_t target_mode;
    int32_t has_ignore_index;
    int32_t ignore_index;
} seqnet_loss_options;

#define SEQNET_LOSS_OPTIONS_INIT                \
    {                                           \
        sizeof(seqnet_loss_options), 0, 0, 0, 0 \
    }

SEQNET_API void seqnet_loss_options_init(seqnet_loss_options *options, size_t struct_size);

#define SEQNET_SGD 0
#define SEQNET_ADAGRAD 1
#define SEQNET_RMSPROP 2
#define SEQNET_ADAM 3
#define SEQNET_ADAMW 4

#define SEQNET_CONSTANT 0
#define SEQNET_STEP 1
#define SEQNET_EXPONENTIAL 2
#define SEQNET_COSINE 3
#define SEQNET_PLATEAU 4

typedef struct seqnet_trainer_options {
    size_t struct_size;
    const seqnet_allocator *allocator;
    const seqnet_loss_options *loss;
    uint64_t seed;

    int32_t max_batch;
    int32_t back_steps;
    int32_t update_steps;
    int32_t burn_in;
    int32_t carry;
    int32_t accumulate;

    int32_t optimizer;
    int32_t nesterov;
    double learning_rate;
    double momentum;
    double beta1;
    double beta2;
    double epsilon;
    double weight_decay;

    double clip_value;
    double clip_norm;

    int32_t schedule;
    int32_t patience;
    int64_t warmup;
    int64_t period;
    double gamma;
    double min_learning_rate;

    int32_t threads;
    int32_t recompute;
} seqnet_trainer_options;

#define SEQNET_TRAINER_OPTIONS_INIT                                                                \
    {                                                                                              \
        sizeof(seqnet_trainer_options), NULL, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.0, 0.0, 0.0, 0.0, \
            0.0, 0.0, 0.0, 0.0, 0, 0, 0, 0, 0.0, 0.0, 0, 0                                         \
    }

SEQNET_API void seqnet_trainer_options_init(seqnet_trainer_options *options, size_t struct_size);
SEQNET_API int32_t seqnet_trainer_create(seqnet_layer *layer, const seqnet_trainer_options *options,
                                         seqnet_trainer **trainer);
SEQNET_API void seqnet_trainer_destroy(seqnet_trainer *trainer);

typedef struct seqnet_batch {
    size_t struct_size;
    const float *x;
    const int32_t *tokens;
    const int32_t *targets;
    const float *target_values;
    const int32_t *lengths;
    int32_t steps;
    int32_t batch;
    int32_t batch_major;
    int32_t reserved;
} seqnet_batch;

#define SEQNET_BATCH_INIT                                              \
    {                                                                  \
        sizeof(seqnet_batch), NULL, NULL, NULL, NULL, NULL, 0, 0, 0, 0 \
    }

SEQNET_API void seqnet_batch_init(seqnet_batch *batch, size_t struct_size);

typedef struct seqnet_result {
    size_t struct_size;
    double loss;
    int64_t count;
    int64_t correct;
    int64_t updates;
    double gradient_norm;
    double learning_rate;
} seqnet_result;

#define SEQNET_RESULT_INIT                            \
    {                                                 \
        sizeof(seqnet_result), 0.0, 0, 0, 0, 0.0, 0.0 \
    }

SEQNET_API int32_t seqnet_trainer_train(seqnet_trainer *trainer, const seqnet_batch *batch,
                                        seqnet_result *result);
SEQNET_API int32_t seqnet_trainer_update(seqnet_trainer *trainer, seqnet_result *result);
SEQNET_API seqnet_context *seqnet_trainer_context(seqnet_trainer *trainer);
SEQNET_API int32_t seqnet_trainer_reset(seqnet_trainer *trainer);
SEQNET_API int32_t seqnet_trainer_report(seqnet_trainer *trainer, double validation_loss);
SEQNET_API double seqnet_trainer_learning_rate(const seqnet_trainer *trainer);
SEQNET_API int64_t seqnet_trainer_updates(const seqnet_trainer *trainer);
SEQNET_API int32_t seqnet_evaluate(seqnet_context *context, const seqnet_loss_options *loss,
                                   const seqnet_batch *batch, seqnet_result *result);
SEQNET_API int32_t seqnet_trainer_save(seqnet_trainer *trainer, const char *path, const char *note);
SEQNET_API int32_t seqnet_trainer_load(seqnet_trainer *trainer, const char *path);
SEQNET_API const char *seqnet_trainer_note(const seqnet_trainer *trainer);

SEQNET_END_DECLS

#endif
