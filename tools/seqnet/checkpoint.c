/* SPDX-License-Identifier: MIT */
/* The program's part of a checkpoint: a JSON note that the trainer keeps in its file. */
#include "clock.h"
#include "report.h"
#include "training.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const double SECONDS_BETWEEN = 60;

/* ---- saving ---- */

static json_t *course_to_json(const struct course *course)
{
    json_t *object = json_object();
    json_object_set_new(object, "epoch", json_integer(course->epoch));
    json_object_set_new(object, "position", json_integer(course->position));
    json_object_set_new(object, "sums", score_save(&course->sums));
    json_object_set_new(object, "recent", json_real(course->recent));
    json_object_set_new(object, "best", score_save(&course->best));
    json_object_set_new(object, "best_epoch", json_integer(course->best_epoch));
    return object;
}

static char *make_note(const struct training *training)
{
    json_t *note = json_object();
    json_object_set(note, "identity", training->identity);
    json_object_set_new(note, "course", course_to_json(&training->course));
    if (training->log.path)
        json_object_set_new(note, "log", json_string(training->log.path));
    json_object_set_new(note, "log_size", json_integer(log_size(&training->log)));
    char *text = json_dumps(note, JSON_COMPACT);
    json_decref(note);
    return text;
}

int checkpoint_save(struct training *training)
{
    char *note = make_note(training);
    const int32_t code =
        note ? seqnet_trainer_save(training->trainer, training->checkpoint, note) : SEQNET_ENOMEM;
    free(note);
    training->saved = clock_seconds();
    training->saved_updates = seqnet_trainer_updates(training->trainer);
    return code == SEQNET_OK ? STATUS_OK : report_library(code, "cannot save the checkpoint");
}

int checkpoint_save_if_due(struct training *training)
{
    const int64_t every = training->problem.options.checkpoint_every;
    const int64_t updates = seqnet_trainer_updates(training->trainer) - training->saved_updates;
    const int due = every ? updates >= every : clock_seconds() - training->saved >= SECONDS_BETWEEN;
    return due ? checkpoint_save(training) : STATUS_OK;
}

/* ---- loading ---- */

static char *value_text(const json_t *value)
{
    return value ? json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(6)) : NULL;
}

static int refuse(const char *key, const json_t *then, const json_t *now)
{
    if (strcmp(key, "data") == 0)
        return report(STATUS_USAGE, "--resume: the data is not what the checkpoint was made with");
    char *before = value_text(then);
    char *after = value_text(now);
    const int status = report(STATUS_USAGE, "--resume: --%s was %s, now it is %s", key,
                              before ? before : "unknown", after ? after : "unknown");
    free(before);
    free(after);
    return status;
}

static int check_identity(const struct training *training, const json_t *then)
{
    const char *key;
    json_t *now;
    json_object_foreach(training->identity, key, now)
    {
        if (!json_equal(json_object_get(then, key), now))
            return refuse(key, json_object_get(then, key), now);
    }
    return STATUS_OK;
}

static int restore_course(struct training *training, json_t *object)
{
    struct course *course = &training->course;
    json_int_t epoch = 0;
    json_int_t position = 0;
    json_int_t best_epoch = 0;
    json_t *sums = NULL;
    json_t *best = NULL;
    if (json_unpack(object, "{s:I, s:I, s:o, s:F, s:o, s:I}", "epoch", &epoch, "position",
                    &position, "sums", &sums, "recent", &course->recent, "best", &best,
                    "best_epoch", &best_epoch) != 0 ||
        epoch < 0 || position < 0 || position > training->feed->length)
        return report(STATUS_USAGE, "%s: its note is not of seqnet train", training->checkpoint);
    course->epoch = epoch;
    course->position = position;
    course->best_epoch = best_epoch;
    score_restore(&course->sums, sums);
    score_restore(&course->best, best);
    return STATUS_OK;
}

/*
 * The kept model is a file of its own; without it the best result so far would be lost unnoticed.
 */
static int check_model(const struct training *training)
{
    const char *path = training->problem.options.model;
    if (training->course.best_epoch == 0 || access(path, R_OK) == 0)
        return STATUS_OK;
    return report(STATUS_USAGE, "--resume: %s is missing, the model of epoch %lld", path,
                  (long long)training->course.best_epoch);
}

static int restore(struct training *training, json_t *note)
{
    const char *path = training->problem.options.log;
    const char *then = json_string_value(json_object_get(note, "log"));
    const int same_log = path && then && strcmp(path, then) == 0;
    int status = check_identity(training, json_object_get(note, "identity"));
    if (status == STATUS_OK)
        status = restore_course(training, json_object_get(note, "course"));
    if (status == STATUS_OK)
        status = check_model(training);
    if (status != STATUS_OK)
        return status;
    const int64_t size = json_integer_value(json_object_get(note, "log_size"));
    return log_open(&training->log, path, same_log ? size : INT64_MAX);
}

int checkpoint_load(struct training *training, int *found)
{
    *found = access(training->checkpoint, F_OK) == 0;
    if (!*found)
        return STATUS_OK;
    const int32_t code = seqnet_trainer_load(training->trainer, training->checkpoint);
    if (code != SEQNET_OK)
        return report_library(code, "--resume");
    json_t *note = json_loads(seqnet_trainer_note(training->trainer), 0, NULL);
    const int status = restore(training, note);
    json_decref(note);
    training->saved = clock_seconds();
    training->saved_updates = seqnet_trainer_updates(training->trainer);
    return status;
}
