/* SPDX-License-Identifier: MIT */
/* From options and a data file to everything a training needs. */
#include "memory.h"
#include "network.h"
#include "option_json.h"
#include "random.h"
#include "report.h"
#include "training.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int open_data(struct training *training)
{
    struct problem *problem = &training->problem;
    const struct text *data = &training->data;
    int status = text_read(problem->options.data, &training->data);
    if (status == STATUS_OK)
        status = problem->task->learn(problem, data);
    if (status == STATUS_OK)
        status = problem->task->open(problem, data, PART_TRAINING, &training->feed);
    if (status == STATUS_OK && problem->options.validation > 0)
        status = problem->task->open(problem, data, PART_HELD_OUT, &training->held_out);
    return status;
}

static json_t *identify(const struct training *training)
{
    char hash[17];
    json_t *identity = options_to_json(&train_command, &training->problem.options);
    text_hash(&training->data, hash);
    json_object_set_new(identity, "data", json_string(hash));
    return identity;
}

/*
 * Updates of an epoch of full batches, for schedules that are told in epochs. The trainer walks a
 * batch in strides of min(k1, k2) steps and makes an update of every max(k1, k2) / k2 of them.
 */
static double updates_per_epoch(const struct training *training,
                                const seqnet_trainer_options *wanted)
{
    const double k2 = wanted->back_steps;
    const double k1 = wanted->update_steps ? wanted->update_steps : k2;
    const double steps = training->feed->max_steps - wanted->burn_in;
    const double strides = ceil(steps / fmin(k1, k2)) * (double)training->feed->batches;
    const double updates = strides / (fmax(k1, k2) / k2 * wanted->accumulate);
    return updates < 1 ? 1 : updates;
}

static void set_schedule(const struct training *training, seqnet_trainer_options *wanted)
{
    const struct train_options *options = &training->problem.options;
    const double epoch = updates_per_epoch(training, wanted);
    wanted->schedule = (int32_t)options->schedule;
    wanted->patience = (int32_t)options->patience;
    wanted->warmup = options->warmup;
    wanted->gamma =
        options->schedule == SEQNET_EXPONENTIAL ? pow(options->gamma, 1 / epoch) : options->gamma;
    wanted->min_learning_rate = options->min_lr;
    if (options->period > 0)
        wanted->period = (int64_t)(options->period * epoch < 1 ? 1 : options->period * epoch);
}

/* In the library 0 is AdamW's default decay and a negative one is none. */
static void set_optimizer(const struct train_options *options, seqnet_trainer_options *wanted)
{
    const int none = options->optimizer == SEQNET_ADAMW && options->weight_decay <= 0;
    wanted->optimizer = (int32_t)options->optimizer;
    wanted->nesterov = options->nesterov != 0;
    wanted->learning_rate = options->lr;
    wanted->momentum = options->momentum;
    wanted->beta1 = options->beta1;
    wanted->beta2 = options->beta2;
    wanted->weight_decay = none ? -1 : options->weight_decay;
    wanted->clip_value = options->clip_value;
    wanted->clip_norm = options->clip_norm;
}

static int open_trainer(struct training *training)
{
    const struct train_options *options = &training->problem.options;
    const int whole = training->problem.task->whole_sequences;
    seqnet_trainer_options wanted = SEQNET_TRAINER_OPTIONS_INIT;
    seqnet_loss_options loss;
    problem_loss(&training->problem, &loss);
    wanted.loss = &loss;
    wanted.seed = random_seed(options->seed, RANDOM_DROPOUT);
    wanted.max_batch = training->feed->max_batch;
    wanted.back_steps = whole ? training->feed->max_steps : (int32_t)options->bptt;
    wanted.update_steps = (int32_t)options->update_steps;
    wanted.burn_in = (int32_t)options->burn_in;
    wanted.carry = training->feed->carry;
    wanted.accumulate = (int32_t)options->accumulate;
    wanted.threads = (int32_t)options->threads;
    training->threads = options->threads;
    set_optimizer(options, &wanted);
    set_schedule(training, &wanted);
    const int32_t code = seqnet_trainer_create(training->network, &wanted, &training->trainer);
    return code == SEQNET_OK ? STATUS_OK : report_library(code, "cannot train");
}

static int open_model(struct training *training)
{
    const int32_t code = seqnet_model_create(training->network, NULL, &training->model);
    return code == SEQNET_OK ? model_describe(&training->problem, training->model)
                             : report_library(code, "cannot make the model");
}

int training_open(struct training *training, const struct train_options *options)
{
    static const char suffix[] = ".checkpoint";
    const size_t length = strlen(options->model);
    *training = (struct training){ 0 };
    training->problem.task = task_find(options->task);
    training->problem.options = *options;
    training->checkpoint = memory_array(length + sizeof(suffix), 1);
    memcpy(training->checkpoint, options->model, length);
    memcpy(training->checkpoint + length, suffix, sizeof(suffix));
    int status = open_data(training);
    if (status == STATUS_OK)
        training->identity = identify(training);
    if (status == STATUS_OK)
        status = network_create(&training->problem, &training->network);
    if (status == STATUS_OK)
        status = open_trainer(training);
    return status == STATUS_OK ? open_model(training) : status;
}

void training_close(struct training *training)
{
    seqnet_trainer_destroy(training->trainer);
    seqnet_model_destroy(training->model);
    seqnet_layer_destroy(training->network);
    feed_destroy(training->held_out);
    feed_destroy(training->feed);
    json_decref(training->identity);
    text_free(&training->data);
    problem_free(&training->problem);
    free(training->checkpoint);
    *training = (struct training){ 0 };
}
