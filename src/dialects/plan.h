/* SPDX-License-Identifier: MIT */
/*
 * A plan says, as data, which tensors a dialect has for the modules, and where in them each part of
 * each of PyTorch's parameters is. Checks, import and export all follow the same plan, so they
 * cannot differ.
 */
#ifndef SEQNET_DIALECTS_PLAN_H
#define SEQNET_DIALECTS_PLAN_H

#include "dialects/module.h"

#define PLAN_MAX_RANK 5
#define PLAN_MAX_NAME 320

/*
 * Rows first_row.. of a parameter (a vector has one column): element (row, column) of them is at
 * offset + row * row_stride + column * column_stride of the tensor.
 */
struct block {
    struct parameter_name parameter;
    int32_t first_row;
    int32_t rows;
    int32_t columns;
    int32_t is_added; /* another block has put its values there: export adds, import sets zero */
    int64_t offset;
    int64_t row_stride;
    int64_t column_stride;
};

struct plan_tensor {
    char name[PLAN_MAX_NAME];
    const char *about;  /* what gives it its shape, for messages; NULL: nothing special */
    int32_t module;     /* index in the modules */
    int32_t is_tied;    /* may be missing; if it is there it must equal the embedding */
    int32_t is_refused; /* may be there only if it is zero; has no blocks */
    int32_t first_block;
    int32_t block_count;
    int32_t rank;
    int64_t shape[PLAN_MAX_RANK];
};

struct plan {
    const seqnet_allocator *memory;
    struct plan_tensor *tensors;
    struct block *blocks;
    int32_t count, capacity;
    int32_t block_count, block_capacity;
    int32_t module;     /* the one that is being described */
    int32_t has_failed; /* no memory; what is added then is dropped */
};

struct shape {
    int32_t rank;
    int64_t size[PLAN_MAX_RANK];
};

/* Begin a tensor of a module: base and name. The blocks added next are its own. */
void plan_tensor(struct plan *plan, const struct module *module, const char *level, const char *way,
                 const char *name, struct shape shape);

/* Marks of the tensor that was begun last: tied, if the module is; refused unless it is zero. */
void plan_tie(struct plan *plan, const struct module *module);
void plan_refuse(struct plan *plan, const char *about);

/* The same: its shape is that of a GRU's form, if the module is one. */
void plan_note_form(struct plan *plan, const struct module *module);

void plan_block(struct plan *plan, const struct block *block);

/* A tensor that is a parameter as PyTorch has it; columns 0: a vector. */
void plan_same(struct plan *plan, const struct module *module, const char *name,
               struct parameter_name parameter, int32_t rows, int32_t columns);

/* A module's weight (tied, if the module's is) and, if it has one, bias as PyTorch has them. */
void plan_weight(struct plan *plan, const struct module *module, const char *weight,
                 const char *bias);

static inline int64_t plan_elements(const struct plan_tensor *tensor)
{
    int64_t count = 1;
    for (int32_t axis = 0; axis < tensor->rank; axis++)
        count *= tensor->shape[axis];
    return count;
}

/* All tensors of all modules. SEQNET_ENOTSUP: the dialect cannot say it; SEQNET_ENOMEM. */
int32_t plan_make(struct plan *plan, const struct request *request, const struct modules *modules);
void plan_free(struct plan *plan);

#endif
