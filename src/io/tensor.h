/* SPDX-License-Identifier: MIT */
/* What one tensor is: element types, sizes, conversion to float. */
#ifndef SEQNET_IO_TENSOR_H
#define SEQNET_IO_TENSOR_H

#include <seqnet/tensors.h>

/* Rank 0 is a scalar; a size of 0 is an empty tensor. The name comes first: see name_list.h. */
struct tensor_entry {
    const char *name; /* UTF-8, not "__metadata__" */
    int32_t dtype;    /* SEQNET_DTYPE_ */
    int32_t rank;     /* 0..SEQNET_MAX_RANK */
    int64_t shape[SEQNET_MAX_RANK];
    const void *data; /* row-major, little-endian, of any alignment; NULL: empty */
};

/*
 * Name of an element type, NULL if unknown; bytes of an element, 0 if unknown; type of that name, 0
 * if unknown, DTYPE_UNSUPPORTED if its elements are not whole bytes.
 */
#define DTYPE_UNSUPPORTED -1
const char *tensor_dtype_name(int32_t dtype);
size_t tensor_dtype_bytes(int32_t dtype);
int32_t tensor_dtype_find(const char *name);

/*
 * Elements and bytes of a tensor whose sizes are not negative; SIZE_MAX if they do not fit. An
 * unknown dtype has no bytes.
 */
size_t tensor_count(const struct tensor_entry *entry);
size_t tensor_bytes(const struct tensor_entry *entry);

/* Convert all elements to float. 0 if the dtype is not F32, F64, F16 or BF16. */
int tensor_to_floats(const struct tensor_entry *entry, float *out);

#endif
