/* SPDX-License-Identifier: MIT */
/*
 * The table of what each kind of layer has in a description; its writer and its reader both walk
 * it.
 */
#ifndef SEQNET_IO_DESCRIPTION_FIELDS_H
#define SEQNET_IO_DESCRIPTION_FIELDS_H

#include "io/description.h"

#define DESCRIPTION_VERSION 1
#define DESCRIPTION_SEQUENTIAL "sequential"

enum field_type {
    FIELD_SIZE,         /* whole number 1..SEQNET_MAX_SIZE, always there */
    FIELD_NUMBER,       /* the same, or left out */
    FIELD_INDEX,        /* whole number 0..SEQNET_MAX_SIZE, or left out */
    FIELD_FLAG,         /* true, or left out */
    FIELD_FRACTION,     /* decimal text, or left out */
    FIELD_NONLINEARITY, /* a name, or left out */
};

struct field {
    const char *name;
    unsigned kinds; /* bits of the kinds of layers that have it */
    enum field_type type;
    size_t offset; /* of its int32_t, or float of a fraction, in a layer_description */
};

/* The fields of a kind of layer: give `after` NULL, then the last one; NULL after the last. */
const struct field *field_next(const struct field *after, int32_t kind);

int32_t field_get_whole(const struct field *field, const struct layer_description *layer);
float field_get_fraction(const struct field *field, const struct layer_description *layer);
void field_set_whole(const struct field *field, struct layer_description *layer, int32_t value);
void field_set_fraction(const struct field *field, struct layer_description *layer, float value);

/* Names of the values of `kind` and `nonlinearity`, and back; -1 for an unknown or NULL name. */
const char *field_kind_name(int32_t kind);
int32_t field_kind_find(const char *name);
const char *field_nonlinearity_name(int32_t nonlinearity);
int32_t field_nonlinearity_find(const char *name);

#endif
