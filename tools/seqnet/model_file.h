/* SPDX-License-Identifier: MIT */
/*
 * Problems in model files. Metadata: "task", "options" (JSON, the lasting ones), "vocabulary"
 * (JSON), "labels" (JSON array), "scale" (JSON: mean, deviation), "result" (JSON: what the test of
 * this model gave).
 */
#ifndef SEQNET_TOOL_MODEL_FILE_H
#define SEQNET_TOOL_MODEL_FILE_H

#include "task.h"

#include <seqnet/io.h>

/* Puts all but the result into a model's metadata. */
int model_describe(const struct problem *problem, seqnet_model *model);

/* Replaces one JSON entry; takes over the reference. */
int model_set_json(seqnet_model *model, const char *key, json_t *value);

/* A new reference to a JSON entry, NULL if it is missing or damaged. */
json_t *model_get_json(const seqnet_model *model, const char *key);

/*
 * Reads a model file of this program and its problem. `keep` owns texts of the problem's options.
 */
int model_open(const char *path, seqnet_model **model, struct problem *problem, json_t **keep);

#endif
