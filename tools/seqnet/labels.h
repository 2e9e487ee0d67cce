/* SPDX-License-Identifier: MIT */
/* Names of classes or tags, and their numbers: 0.. in the order of their bytes. */
#ifndef SEQNET_TOOL_LABELS_H
#define SEQNET_TOOL_LABELS_H

#include "text.h"

#include <jansson.h>

struct labels {
    char **name; /* (count), sorted, different */
    int32_t count;
};

/*
 * The labels that occur among `count` slices; text that is not UTF-8 and fewer than two are
 * reported.
 */
int labels_collect(struct labels *labels, const struct slice *names, int64_t count);

void labels_free(struct labels *labels);

/* -1: none of that name. */
int32_t labels_find(const struct labels *labels, struct slice name);

/* A new array of strings. */
json_t *labels_to_json(const struct labels *labels);

/* 0: `array` is not an array of two or more different strings. */
int labels_from_json(struct labels *labels, const json_t *array);

#endif
