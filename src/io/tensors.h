/* SPDX-License-Identifier: MIT */
/* The collection of include/seqnet/tensors.h. Arguments were checked in api/tensors.c. */
#ifndef SEQNET_IO_TENSORS_H
#define SEQNET_IO_TENSORS_H

#include "io/metadata.h"
#include "io/tensor.h"

struct seqnet_tensors {
    seqnet_allocator memory;
    unsigned char *file;       /* what was read: data of those tensors points into it */
    struct name_list tensors;  /* of struct tensor_entry */
    struct name_list metadata; /* without the checksum */
    int has_checksum;          /* 1: one was read and was right, or one is to be written */
};

/* NULL: no memory. tensors_free accepts NULL. */
seqnet_tensors *tensors_new(const seqnet_allocator *memory);
void tensors_free(seqnet_tensors *tensors);

/*
 * A block with an entry like this one, its name, and its data if it has any: copied, or zero where
 * like->data is NULL. NULL: no memory.
 */
struct tensor_entry *tensor_new(const seqnet_allocator *memory, const struct tensor_entry *like);

/*
 * Add a tensor like this one as tensor_new makes it, replacing one of its name; all of `like` may
 * be that one's. Gives where its data is, to be filled in, or any address if it is empty; NULL: no
 * memory, nothing changed.
 */
void *tensors_put(seqnet_tensors *tensors, const struct tensor_entry *like);

/*
 * Move all tensors of `from`, whose memory has the same hook, replacing those of their names. 0: no
 * memory, nothing changed.
 */
int tensors_move(seqnet_tensors *tensors, seqnet_tensors *from);

/* Tensor `index` in the order of the names, which must be there. */
const struct tensor_entry *tensors_at(const seqnet_tensors *tensors, size_t index);

/* A tensor by name; NULL: there is none. */
const struct tensor_entry *tensors_find(const seqnet_tensors *tensors, const char *name);

#endif
