/* SPDX-License-Identifier: MIT */
/* The epochs of a training. */
#include "clock.h"
#include "evaluate.h"
#include "random.h"
#include "report.h"
#include "stop.h"
#include "training.h"

#include <math.h>

/* Least weight of one batch in the running mean of the loss; the first batches weigh more. */
static const double RECENT = 0.02;

static int out_of_time(const struct training *training)
{
    return training->deadline > 0 && clock_seconds() >= training->deadline;
}

/* ---- what people see ---- */

static double rate_now(const struct training *training, double count)
{
    const double seconds = clock_seconds() - training->began - training->tested;
    return seconds > 0 ? count / seconds : 0;
}

/* By the time the batches of this run took; tests are not in it. */
static double seconds_left(const struct training *training, double fraction)
{
    const double epochs = (double)training->problem.options.epochs;
    const double left =
        (epochs - (double)training->course.epoch - fraction) * (double)training->feed->batches;
    const double rate = rate_now(training, training->batches);
    const double seconds = rate > 0 ? left / rate : -1;
    const double limit = training->deadline - clock_seconds();
    return training->deadline > 0 && (seconds < 0 || limit < seconds) ? fmax(limit, 0) : seconds;
}

static json_t *log_line(const struct training *training, const char *event)
{
    json_t *line = json_object();
    json_object_set_new(line, "event", json_string(event));
    json_object_set_new(line, "epoch", json_integer(training->course.epoch + 1));
    json_object_set_new(line, "updates", json_integer(seqnet_trainer_updates(training->trainer)));
    json_object_set_new(line, "learning_rate",
                        json_real(seqnet_trainer_learning_rate(training->trainer)));
    return line;
}

static void show(struct training *training, const seqnet_result *result)
{
    const double fraction = (double)training->course.position / (double)training->feed->length;
    const struct moment moment = {
        .epoch = training->course.epoch + 1,
        .epochs = training->problem.options.epochs,
        .fraction = fraction,
        .loss = training->course.recent,
        .rate = rate_now(training, (double)training->trained),
        .seconds_left = seconds_left(training, fraction),
    };
    if (!progress_show(&training->progress, &training->problem, &moment))
        return;
    json_t *line = log_line(training, "train");
    json_object_set_new(line, "fraction", json_real(fraction));
    json_object_set_new(line, "loss", json_real(training->course.recent));
    json_object_set_new(line, "gradient_norm", json_real(result->gradient_norm));
    json_object_set_new(line, "per_second", json_real(moment.rate));
    log_write(&training->log, line);
}

/* ---- one epoch ---- */

static void count(struct training *training, const seqnet_result *result)
{
    struct course *course = &training->course;
    const double updates = (double)seqnet_trainer_updates(training->trainer);
    const double weight = updates * RECENT > 1 ? RECENT : 1 / fmax(updates, 1);
    course->position = training->feed->kind->position(training->feed);
    if (result->count > 0)
        course->recent += weight * (result->loss - course->recent);
    score_add(&course->sums, result);
    training->trained += result->count;
    training->batches++;
}

/* One batch. `ended` is 1 at the end of the epoch. */
static int train_batch(struct training *training, seqnet_result *result, int *ended)
{
    seqnet_batch batch = SEQNET_BATCH_INIT;
    int32_t code = training->feed->kind->next(training->feed, &batch);
    *ended = batch.steps == 0;
    if (code == SEQNET_OK && *ended)
        return STATUS_OK;
    if (code == SEQNET_OK)
        code = seqnet_trainer_train(training->trainer, &batch, result);
    if (code == SEQNET_OK) {
        count(training, result);
        return STATUS_OK;
    }
    progress_clear(&training->progress);
    return report_library(code, "training stopped in epoch %lld",
                          (long long)training->course.epoch + 1);
}

/* To the place where the epoch was left, or its beginning; that starts with a state of zero. */
static int begin_epoch(struct training *training)
{
    const struct course *course = &training->course;
    const uint64_t use = RANDOM_EPOCH + (uint64_t)course->epoch;
    const uint64_t seed = random_seed(training->problem.options.seed, use);
    const double fraction = (double)course->position / (double)training->feed->length;
    int32_t code = training->feed->kind->start(training->feed, seed);
    if (code == SEQNET_OK)
        code = training->feed->kind->seek(training->feed, course->position);
    if (code == SEQNET_OK && course->position == 0)
        code = seqnet_trainer_reset(training->trainer);
    progress_epoch(&training->progress, fraction);
    return code == SEQNET_OK ? STATUS_OK : report_library(code, "cannot begin the epoch");
}

static int run_epoch(struct training *training)
{
    int status = begin_epoch(training);
    while (status == STATUS_OK) {
        seqnet_result result = SEQNET_RESULT_INIT;
        int ended = 0;
        status = train_batch(training, &result, &ended);
        if (status != STATUS_OK || ended)
            break;
        show(training, &result);
        if (stop_requested() || out_of_time(training))
            return STATUS_INTERRUPTED;
        status = checkpoint_save_if_due(training);
    }
    return status;
}

/* ---- after it ---- */

static int keep(struct training *training)
{
    json_t *result = json_object();
    json_object_set_new(result, "epoch", json_integer(training->course.epoch + 1));
    json_object_set_new(result, "updates", json_integer(seqnet_trainer_updates(training->trainer)));
    if (training->held_out)
        json_object_set_new(result, "held_out",
                            score_to_json(&training->problem, &training->course.best));
    const int status = model_set_json(training->model, "result", result);
    if (status != STATUS_OK)
        return status;
    const int32_t code = seqnet_model_save(training->model, training->problem.options.model);
    return code == SEQNET_OK ? STATUS_OK : report_library(code, "cannot save the model");
}

static void tell(struct training *training, const struct score *score, int better)
{
    char trained[128], tested[256];
    score_print_loss(&training->problem, score_loss(&training->course.sums), trained,
                     sizeof(trained));
    score_print(&training->problem, score, tested, sizeof(tested));
    progress_say(&training->progress, "epoch %lld/%lld  training %s%s%s%s",
                 (long long)training->course.epoch + 1, (long long)training->problem.options.epochs,
                 trained, training->held_out ? "; held out " : "", training->held_out ? tested : "",
                 training->held_out && better ? " *" : "");
    json_t *line = log_line(training, "epoch");
    json_object_set_new(line, "training",
                        score_to_json(&training->problem, &training->course.sums));
    if (training->held_out)
        json_object_set_new(line, "held_out", score_to_json(&training->problem, score));
    json_object_set_new(line, "best", json_boolean(better));
    json_object_set_new(line, "seconds", json_real(clock_seconds() - training->began));
    log_write(&training->log, line);
}

/* Without anything held out the last model is the best one. */
static int is_better(const struct training *training, const struct score *score)
{
    return !training->held_out || training->course.best_epoch == 0 ||
           score_better(&training->problem, score, &training->course.best);
}

int training_test(struct training *training, struct score *score)
{
    struct course *course = &training->course;
    const double from = clock_seconds();
    int status = STATUS_OK;
    *score = course->sums;
    progress_clear(&training->progress);
    if (training->held_out)
        status = evaluate(&training->problem, training->network, training->held_out,
                          training->threads, score);
    if (status != STATUS_OK)
        return status;
    const int better = is_better(training, score);
    if (better) {
        course->best = *score;
        course->best_epoch = course->epoch + 1;
        status = keep(training);
    }
    if (status == STATUS_OK)
        tell(training, score, better);
    training->tested += clock_seconds() - from;
    return status;
}

/* The plateau schedule hears of whole epochs only. */
static int end_epoch(struct training *training)
{
    struct course *course = &training->course;
    struct score score;
    const int status = training_test(training, &score);
    if (status != STATUS_OK)
        return status;
    const int32_t code = seqnet_trainer_report(training->trainer, score_loss(&score));
    if (code != SEQNET_OK)
        return report_library(code, "after epoch %lld", (long long)course->epoch + 1);
    course->epoch++;
    course->position = 0;
    course->sums = (struct score){ 0 };
    return checkpoint_save(training);
}

int training_run(struct training *training)
{
    int status = STATUS_OK;
    training->began = clock_seconds();
    while (status == STATUS_OK && training->course.epoch < training->problem.options.epochs) {
        status = run_epoch(training);
        if (status == STATUS_OK)
            status = end_epoch(training);
    }
    progress_clear(&training->progress);
    return status;
}
