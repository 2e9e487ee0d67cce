/* SPDX-License-Identifier: MIT */
/* What the dialects read modules from tensors with. A failure names the tensor. */
#ifndef SEQNET_DIALECTS_INFER_H
#define SEQNET_DIALECTS_INFER_H

#include "dialects/dialect.h"
#include "dialects/shape_text.h"

/* A tensor of the module, by the rest of its name; 0: there is none. */
int infer_find(const struct request *request, const struct module *module, const char *level,
               const char *way, const char *name, seqnet_tensors_entry *entry);

static inline int infer_has(const struct request *request, const struct module *module,
                            const char *level, const char *way, const char *name)
{
    seqnet_tensors_entry entry;
    return infer_find(request, module, level, way, name, &entry);
}

/* Levels, from 0 on, that have a tensor "l{k}.{way}{name}". */
int32_t infer_levels(const struct request *request, const struct module *module, const char *way,
                     const char *name);

/* The tensor has that many dimensions. SEQNET_ESHAPE. */
int32_t infer_rank(const struct request *request, const seqnet_tensors_entry *entry, int32_t rank);

/* One of a tensor's sizes as a size of a layer. SEQNET_ESHAPE: it is not 1..SEQNET_MAX_SIZE. */
int32_t infer_size(const struct request *request, const seqnet_tensors_entry *entry, int32_t axis,
                   int32_t *size);

/* RNN, LSTM or GRU by `rows` = G * H of the tensor. SEQNET_ESHAPE. */
int32_t infer_cell(const struct request *request, const seqnet_tensors_entry *entry, int64_t rows,
                   struct module *module);

/* D, one of a tensor's sizes. SEQNET_ESHAPE: it is not 1 or 2. */
int32_t infer_directions(const struct request *request, const seqnet_tensors_entry *entry,
                         int32_t axis, struct module *module);

/*
 * The projection of a module whose kind and hidden size are known: one of a tensor's sizes.
 * SEQNET_ESHAPE: it is no LSTM, or the projection is no smaller than what it projects.
 */
int32_t infer_projection(const struct request *request, const seqnet_tensors_entry *entry,
                         int32_t axis, struct module *module);

/*
 * The form of a GRU: what `entry` tells, SEQNET_GRU_FORM_, or what the options ask for; if both are
 * open or differ, SEQNET_EINVAL. Other kinds have none.
 */
int32_t infer_form(const struct request *request, const seqnet_tensors_entry *entry, int32_t told,
                   struct module *module);

/* A table or matrix by name: input and hidden sizes from the sizes at these axes. */
int32_t infer_matrix(const struct request *request, const seqnet_tensors_entry *entry,
                     int32_t input_axis, struct module *module);

/* There is no tensor `name` of the module: SEQNET_ENOTFOUND, with one that is there instead. */
int32_t infer_missing(const struct request *request, const struct module *module, const char *name);

#endif
