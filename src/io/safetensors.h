/* SPDX-License-Identifier: MIT */
/*
 * The safetensors format: an 8-byte little-endian header length, a JSON header, and the tensors'
 * bytes, row-major and little-endian, one after the other without holes.
 *
 *     {"__metadata__": {"key": "value"},
 *      "name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}
 *
 * Knows nothing of models. The writer gives equal bytes for equal contents whatever their order;
 * the reader accepts nothing that the format does not allow.
 *
 * Integrity: the writer adds the metadata entry "seqnet.checksum", "xxh3:" and 16 hexadecimal
 * digits: XXH3-64 of all that the file says (checksum_write), so a program that writes the same
 * contents in another layout may keep it. The reader verifies it where there is one, and does not
 * list it.
 */
#ifndef SEQNET_IO_SAFETENSORS_H
#define SEQNET_IO_SAFETENSORS_H

#include "io/file.h"

#include <seqnet/runtime.h>

#include <stddef.h>
#include <stdint.h>

#define SAFETENSORS_CHECKSUM "seqnet.checksum"
#define SAFETENSORS_METADATA "__metadata__"
#define SAFETENSORS_MAX_HEADER 100000000
#define SAFETENSORS_MAX_RANK 4

/* Element types. 0 is none. */
#define TENSOR_F64 1
#define TENSOR_F32 2
#define TENSOR_F16 3
#define TENSOR_BF16 4
#define TENSOR_I64 5
#define TENSOR_I32 6
#define TENSOR_U8 7

/* A tensor to write, or one that was read. Rank 0 is a scalar; a size of 0 is an empty tensor. */
struct tensor_entry {
    const char *name; /* UTF-8, not "__metadata__" */
    int32_t dtype;    /* TENSOR_F64 .. TENSOR_U8 */
    int32_t rank;     /* 0..4 */
    int64_t shape[SAFETENSORS_MAX_RANK];
    const void *data; /* row-major, NULL if empty; of a file that was read: not aligned */
};

struct metadata_entry {
    const char *key, *value; /* UTF-8 */
};

/* ---------------------------------------------------------------- writing */

/*
 * Write a file as file_write does. `allocator` NULL: malloc. Nothing is kept.
 * SEQNET_EINVAL: a name or key that is not UTF-8, is taken twice or is the format's own, an unknown
 * dtype, a shape outside its values; SEQNET_EIO, SEQNET_ENOMEM.
 */
int32_t safetensors_write(const char *path, const struct tensor_entry *entries, size_t count,
                          const struct metadata_entry *metadata, size_t metadata_count,
                          const seqnet_allocator *allocator);

/* ---------------------------------------------------------------- reading */

struct safetensors_file;

/* Read and check a whole file. SEQNET_EFORMAT: what is wrong with it; SEQNET_EIO, SEQNET_ENOMEM. */
int32_t safetensors_read(const char *path, const seqnet_allocator *allocator,
                         struct safetensors_file **file);

/* Free a file that was read, and all that was handed out of it. NULL is accepted. */
void safetensors_free(struct safetensors_file *file);

/* The tensors, in the order of their names; NULL past the last. */
size_t safetensors_count(const struct safetensors_file *file);
const struct tensor_entry *safetensors_tensor(const struct safetensors_file *file, size_t index);

/* A tensor by name; NULL if there is none. */
const struct tensor_entry *safetensors_find(const struct safetensors_file *file, const char *name);

/*
 * Copy a tensor of F32, F64, F16 or BF16 out as floats (F64 is rounded).
 * SEQNET_ENOTFOUND; SEQNET_ESHAPE: it has not `count` elements; SEQNET_EFORMAT: it is not of
 * floats.
 */
int32_t safetensors_get_floats(const struct safetensors_file *file, const char *name, float *out,
                               int64_t count);

/* The metadata, in the order of the keys; NULL past the last. */
size_t safetensors_metadata_count(const struct safetensors_file *file);
const struct metadata_entry *safetensors_metadata(const struct safetensors_file *file,
                                                  size_t index);

/* A metadata value by key; NULL if there is none. */
const char *safetensors_get_metadata(const struct safetensors_file *file, const char *key);

/* 1: the file had a checksum, and it was right. */
int safetensors_is_verified(const struct safetensors_file *file);

/* ---------------------------------------------------------------- shared by writer and reader */

/*
 * Name of an element type, NULL if unknown; bytes of an element, 0 if unknown; type of that name, 0
 * if unknown.
 */
const char *tensor_dtype_name(int32_t dtype);
size_t tensor_dtype_bytes(int32_t dtype);
int32_t tensor_dtype_find(const char *name);

/* Elements and bytes of a tensor of known dtype and shape; SIZE_MAX if they do not fit. */
size_t tensor_count(const struct tensor_entry *entry);
size_t tensor_bytes(const struct tensor_entry *entry);

/* Convert `count` elements, at any alignment, to float. 0 if `dtype` is not one of floats. */
int tensor_to_floats(int32_t dtype, const void *data, size_t count, float *out);

/* Orders for qsort: by name, by key. */
int tensor_compare_names(const void *a, const void *b);
int metadata_compare_keys(const void *a, const void *b);

/*
 * "xxh3:" and 16 lower-case hexadecimal digits: XXH3-64 of, for each metadata entry in the order of
 * the keys, key and value, and for each tensor in the order of the names, name, type's name, rank
 * and shape as 8-byte little-endian numbers, and data. Texts with their final 0. The caller sorts,
 * and leaves the checksum's own entry out.
 */
#define CHECKSUM_VERSION "xxh3:"
#define CHECKSUM_BYTES (sizeof CHECKSUM_VERSION + 16)

struct contents {
    const struct metadata_entry *metadata;
    size_t metadata_count;
    const struct tensor_entry *tensors;
    size_t count;
};

void checksum_write(const struct contents *contents, char text[CHECKSUM_BYTES]);

#endif
