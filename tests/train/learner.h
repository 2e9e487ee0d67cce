/* SPDX-License-Identifier: MIT */
/* An LSTM, a linear layer, Adam with clipping, and a context to evaluate in: for learning tests. */
#ifndef SEQNET_TESTS_LEARNER_H
#define SEQNET_TESTS_LEARNER_H

#include "support/assert.h"

#include <seqnet/seqnet.h>

struct learner_task {
    int32_t input, output;
    int32_t token_input; /* 1: inputs are tokens, as one-hot vectors */
    int32_t hidden;
    int32_t loss, target_mode;
    int32_t steps, batch; /* largest */
    float forget_bias;
    double learning_rate; /* falls to zero as a cosine within .. */
    int64_t updates;
};

struct learner {
    seqnet_loss_options loss;
    seqnet_layer *layer;
    seqnet_trainer *trainer;
    seqnet_context *context; /* inference, with the task's sizes */
};

void learner_init(struct learner *learner, const struct learner_task *task);
void learner_free(struct learner *learner);

/* One train call, and the loss and counts of a batch without training, from a zero state. */
void learner_train(struct learner *learner, const seqnet_batch *batch);
seqnet_result learner_evaluate(struct learner *learner, const seqnet_batch *batch);

#endif
