/* SPDX-License-Identifier: MIT */
#include "learner.h"

static seqnet_layer *layer_new(const struct learner_task *task)
{
    seqnet_recurrent_options recurrent = SEQNET_RECURRENT_OPTIONS_INIT;
    seqnet_linear_options linear = SEQNET_LINEAR_OPTIONS_INIT;
    seqnet_layer *parts[2], *layer = NULL;
    recurrent.seed = 1;
    recurrent.token_input = task->token_input;
    recurrent.forget_bias = task->forget_bias;
    linear.seed = 2;
    assert_ok(seqnet_lstm_create(task->input, task->hidden, &recurrent, &parts[0]));
    assert_ok(seqnet_linear_create(task->hidden, task->output, &linear, &parts[1]));
    assert_ok(seqnet_sequential_create(parts, 2, NULL, &layer));
    seqnet_layer_destroy(parts[0]);
    seqnet_layer_destroy(parts[1]);
    return layer;
}

void learner_init(struct learner *learner, const struct learner_task *task)
{
    seqnet_trainer_options trainer = SEQNET_TRAINER_OPTIONS_INIT;
    seqnet_context_options context = SEQNET_CONTEXT_OPTIONS_INIT;
    learner->loss = (seqnet_loss_options){ .struct_size = sizeof learner->loss,
                                           .loss = task->loss,
                                           .target_mode = task->target_mode };
    trainer.loss = &learner->loss;
    trainer.max_batch = task->batch;
    trainer.back_steps = task->steps;
    trainer.optimizer = SEQNET_ADAM;
    trainer.learning_rate = task->learning_rate;
    trainer.clip_norm = 1;
    trainer.schedule = SEQNET_COSINE;
    trainer.period = task->updates;
    context.max_steps = task->steps;
    context.max_batch = task->batch;
    learner->layer = layer_new(task);
    assert_ok(seqnet_trainer_create(learner->layer, &trainer, &learner->trainer));
    assert_ok(seqnet_context_create(learner->layer, &context, &learner->context));
}

void learner_free(struct learner *learner)
{
    seqnet_context_destroy(learner->context);
    seqnet_trainer_destroy(learner->trainer);
    seqnet_layer_destroy(learner->layer);
}

void learner_train(struct learner *learner, const seqnet_batch *batch)
{
    assert_ok(seqnet_trainer_train(learner->trainer, batch, NULL));
}

seqnet_result learner_evaluate(struct learner *learner, const seqnet_batch *batch)
{
    seqnet_result result = SEQNET_RESULT_INIT;
    assert_ok(seqnet_context_reset(learner->context));
    assert_ok(seqnet_evaluate(learner->context, &learner->loss, batch, &result));
    return result;
}
