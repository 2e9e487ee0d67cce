/* SPDX-License-Identifier: MIT */
#include "model_file.h"
#include "memory.h"
#include "option_json.h"
#include "report.h"

#include <stdlib.h>
#include <string.h>

/* ---- writing ---- */

static int set_text(seqnet_model *model, const char *key, const char *value)
{
    const int32_t code = seqnet_model_set_metadata(model, key, value);
    return code == SEQNET_OK ? STATUS_OK : report_library(code, "cannot describe the model");
}

int model_set_json(seqnet_model *model, const char *key, json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS);
    const int status =
        text ? set_text(model, key, text)
             : report(STATUS_FAILED, "cannot describe the model: no text for '%s'", key);
    free(text);
    json_decref(value);
    return status;
}

static int set_vocabulary(const struct problem *problem, seqnet_model *model)
{
    size_t bytes = 0;
    seqnet_vocabulary_to_json(problem->vocabulary, NULL, 0, &bytes);
    char *text = memory_array(bytes + 1, 1);
    const int32_t code = seqnet_vocabulary_to_json(problem->vocabulary, text, bytes + 1, &bytes);
    const int status = code == SEQNET_OK ? set_text(model, "vocabulary", text)
                                         : report_library(code, "cannot describe the model");
    free(text);
    return status;
}

int model_describe(const struct problem *problem, seqnet_model *model)
{
    int status = set_text(model, "task", problem->task->name);
    if (status == STATUS_OK)
        status =
            model_set_json(model, "options", options_to_json(&train_command, &problem->options));
    if (status == STATUS_OK && problem->vocabulary)
        status = set_vocabulary(problem, model);
    if (status == STATUS_OK && problem->labels.count)
        status = model_set_json(model, "labels", labels_to_json(&problem->labels));
    if (status == STATUS_OK && !problem->vocabulary)
        status = model_set_json(
            model, "scale",
            json_pack("{s:f, s:f}", "mean", problem->mean, "deviation", problem->deviation));
    return status;
}

/* ---- reading ---- */

json_t *model_get_json(const seqnet_model *model, const char *key)
{
    const char *text = seqnet_model_get_metadata(model, key);
    return text ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;
}

static int get_options(const seqnet_model *model, const char *path, struct problem *problem,
                       json_t **keep)
{
    const char *task = seqnet_model_get_metadata(model, "task");
    problem->task = task ? task_find(task) : NULL;
    if (!problem->task)
        return report(STATUS_USAGE, "%s: no model of seqnet train: its task is %s", path,
                      task ? task : "missing");
    *keep = model_get_json(model, "options");
    if (!json_is_object(*keep))
        return report(STATUS_USAGE, "%s: bad or missing metadata 'options'", path);
    train_options_set_defaults(problem->task, &problem->options);
    return options_from_json(&train_command, *keep, path, &problem->options);
}

static int get_vocabulary(const seqnet_model *model, const char *path, struct problem *problem)
{
    const char *text = seqnet_model_get_metadata(model, "vocabulary");
    if (problem->task->measure == MEASURE_FORECAST)
        return STATUS_OK;
    if (!text || problem->options.level < 0)
        return report(STATUS_USAGE, "%s: bad or missing metadata 'vocabulary'", path);
    const int32_t code =
        seqnet_vocabulary_from_json(text, strlen(text), NULL, &problem->vocabulary);
    return code == SEQNET_OK ? STATUS_OK : report_library(code, "%s: 'vocabulary'", path);
}

static int get_labels(const seqnet_model *model, const char *path, struct problem *problem)
{
    if (problem->task->measure != MEASURE_ACCURACY)
        return STATUS_OK;
    json_t *array = model_get_json(model, "labels");
    const int good = labels_from_json(&problem->labels, array);
    json_decref(array);
    return good ? STATUS_OK : report(STATUS_USAGE, "%s: bad or missing metadata 'labels'", path);
}

static int get_scale(const seqnet_model *model, const char *path, struct problem *problem)
{
    if (problem->task->measure != MEASURE_FORECAST)
        return STATUS_OK;
    json_t *scale = model_get_json(model, "scale");
    const int good = json_unpack(scale, "{s:F, s:F}", "mean", &problem->mean, "deviation",
                                 &problem->deviation) == 0 &&
                     problem->deviation > 0;
    json_decref(scale);
    return good ? STATUS_OK : report(STATUS_USAGE, "%s: bad or missing metadata 'scale'", path);
}

/* A network that does not fit its vocabulary or labels would be found out only by its results. */
static int check_sizes(const seqnet_model *model, const char *path, const struct problem *problem)
{
    seqnet_layer_info info = { .struct_size = sizeof(info) };
    const int32_t code = seqnet_layer_get_info(seqnet_model_layer(model), &info);
    if (code != SEQNET_OK)
        return report_library(code, "%s", path);
    const int tokens = problem->vocabulary != NULL;
    if (info.input_size != problem_inputs(problem) ||
        info.output_size != problem_outputs(problem) || (info.token_input != 0) != tokens)
        return report(STATUS_USAGE, "%s: the network does not fit the metadata", path);
    return STATUS_OK;
}

int model_open(const char *path, seqnet_model **model, struct problem *problem, json_t **keep)
{
    *problem = (struct problem){ 0 };
    *keep = NULL;
    const int32_t code = seqnet_model_load(path, NULL, model);
    if (code != SEQNET_OK)
        return report_library(code, "cannot read the model");
    int status = get_options(*model, path, problem, keep);
    if (status == STATUS_OK)
        status = get_vocabulary(*model, path, problem);
    if (status == STATUS_OK)
        status = get_labels(*model, path, problem);
    if (status == STATUS_OK)
        status = get_scale(*model, path, problem);
    return status == STATUS_OK ? check_sizes(*model, path, problem) : status;
}
