/* SPDX-License-Identifier: MIT */
/**
 * @file tensors.h
 * @brief safetensors files: named arrays and text metadata, from and to a file or memory.
 *
 * A seqnet_tensors is a collection of named arrays with text metadata. A program makes or reads
 * one, looks things up, changes and writes it.
 *
 *     bytes 0..7   N, the length of the header, little-endian
 *     bytes 8..    N bytes of JSON: {"__metadata__": {"key": "value"},
 *                  "name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}
 *     then         the arrays, row-major and little-endian, one after the other
 *
 * Reading: the whole file is read into memory, never mapped, and nothing of it is handed out before
 *          every rule of the format held: N is at most 100,000,000 and ends within the file; the
 *          header is valid UTF-8, one JSON object that begins with its first byte, and white space;
 *          no key is there twice; metadata is text to text; a tensor has dtype, shape and
 *          data_offsets and nothing else; sizes are whole numbers whose products fit; an array has
 *          the bytes its shape needs; arrays cover the data without holes or overlaps, to the last
 *          byte of the file. No alignment is expected. Names and texts with a NUL character are
 *          refused. A file with a checksum of this library ("seqnet.checksum" in the metadata) must
 *          match it.
 * Writing: equal contents give equal bytes, in whatever order they were set. Larger elements come
 *          first, then the lesser name (by bytes); the header is padded with spaces to a multiple
 *          of 8, so every array is aligned to its element. No metadata is added; only a collection
 *          that was read with a checksum gets a new one. A file is replaced as a whole: see io.h.
 * Names:   UTF-8, "" is one; "__metadata__" is not.
 * Threads: any number may read a collection while none changes it.
 */
#ifndef SEQNET_TENSORS_H
#define SEQNET_TENSORS_H

#include <seqnet/error.h>
#include <seqnet/export.h>
#include <seqnet/runtime.h>

SEQNET_BEGIN_DECLS

typedef struct seqnet_tensors seqnet_tensors;

/** Most dimensions of a tensor. */
#define SEQNET_MAX_RANK 8

/**
 * Element types, under their names in the file. The first four are read as float by
 * seqnet_tensors_get; the others are carried as bytes. Types of less than a byte (F4, F6_E2M3,
 * F6_E3M2) are not supported.
 */
#define SEQNET_DTYPE_F64 1  /**< IEEE binary64 */
#define SEQNET_DTYPE_F32 2  /**< IEEE binary32 */
#define SEQNET_DTYPE_F16 3  /**< IEEE binary16 */
#define SEQNET_DTYPE_BF16 4 /**< the upper half of a binary32 */
#define SEQNET_DTYPE_I64 5
#define SEQNET_DTYPE_I32 6
#define SEQNET_DTYPE_U8 7
#define SEQNET_DTYPE_I8 8
#define SEQNET_DTYPE_I16 9
#define SEQNET_DTYPE_U16 10
#define SEQNET_DTYPE_U32 11
#define SEQNET_DTYPE_U64 12
#define SEQNET_DTYPE_BOOL 13 /**< one byte each, 0 or 1 */
#define SEQNET_DTYPE_F8_E5M2 14
#define SEQNET_DTYPE_F8_E4M3 15
#define SEQNET_DTYPE_F8_E8M0 16
#define SEQNET_DTYPE_F8_E4M3FNUZ 17
#define SEQNET_DTYPE_F8_E5M2FNUZ 18
#define SEQNET_DTYPE_C64 19 /**< two binary32: real, imaginary */

/** One tensor of a collection. */
typedef struct seqnet_tensors_entry {
    size_t struct_size;
    const char *name;               /**< borrowed, as data: valid until the collection changes */
    const void *data;               /**< raw bytes, little-endian, of any alignment; NULL: empty */
    size_t data_bytes;              /**< of data */
    int64_t count;                  /**< elements: the product of the shape */
    int64_t shape[SEQNET_MAX_RANK]; /**< the first `rank` are used, the rest are 1 */
    int32_t rank;                   /**< 0 (a scalar) to SEQNET_MAX_RANK */
    int32_t dtype;                  /**< SEQNET_DTYPE_ */
} seqnet_tensors_entry;

/* clang-format off */
#define SEQNET_TENSORS_ENTRY_INIT \
    { sizeof(seqnet_tensors_entry), NULL, NULL, 0, 0, { 0, 0, 0, 0, 0, 0, 0, 0 }, 0, 0 }
/* clang-format on */

SEQNET_API void seqnet_tensors_entry_init(seqnet_tensors_entry *entry, size_t struct_size);

/** @brief The name of an element type in the file, such as "F32"; NULL if unknown. Static storage.
 */
SEQNET_API const char *seqnet_dtype_name(int32_t dtype);

/* ---------------------------------------------------------------- life, reading, writing */

/**
 * @brief Make an empty collection.
 * @param allocator    NULL: malloc.
 * @param[out] tensors the new collection, NULL on error.
 * @retval SEQNET_EINVAL, SEQNET_ENOMEM
 */
SEQNET_API int32_t seqnet_tensors_create(const seqnet_allocator *allocator,
                                         seqnet_tensors **tensors);

/** @brief Free a collection and all that was handed out of it. NULL is accepted. */
SEQNET_API void seqnet_tensors_destroy(seqnet_tensors *tensors);

/**
 * @brief Read a safetensors file.
 * @param path         a regular file.
 * @param allocator    NULL: malloc.
 * @param[out] tensors the new collection, NULL on error.
 * @retval SEQNET_EFORMAT  not a safetensors file, or damaged; the message says where.
 * @retval SEQNET_ENOTSUP  an element type of less than a byte, or more than SEQNET_MAX_RANK
 *                         dimensions; the message names the tensor.
 * @retval SEQNET_EIO      the system refused to open or read it.
 * @retval SEQNET_EINVAL, SEQNET_ENOMEM
 */
SEQNET_API int32_t seqnet_tensors_load(const char *path, const seqnet_allocator *allocator,
                                       seqnet_tensors **tensors);

/**
 * @brief Read a safetensors file that is in memory.
 * @param[in] data     (bytes), of any alignment; copied.
 * @param allocator    NULL: malloc.
 * @param[out] tensors the new collection, NULL on error.
 * @retval SEQNET_EFORMAT, SEQNET_ENOTSUP as seqnet_tensors_load.
 * @retval SEQNET_EINVAL, SEQNET_ENOMEM
 */
SEQNET_API int32_t seqnet_tensors_parse(const void *data, size_t bytes,
                                        const seqnet_allocator *allocator,
                                        seqnet_tensors **tensors);

/**
 * @brief Write a safetensors file; it appears under its name only when complete and on disk.
 * @retval SEQNET_EIO    the system refused; an old file is as it was.
 * @retval SEQNET_EINVAL the header would have more than 100,000,000 bytes; NULL arguments.
 * @retval SEQNET_ENOMEM
 */
SEQNET_API int32_t seqnet_tensors_save(const seqnet_tensors *tensors, const char *path);

/**
 * @brief Write the bytes of a safetensors file to memory.
 * @param[out] data  (capacity), of any alignment; NULL with capacity 0 to count only.
 * @param capacity   bytes there is room for.
 * @param[out] bytes those the file has.
 * @retval SEQNET_ESHAPE capacity < *bytes; nothing written but bytes.
 * @retval SEQNET_EINVAL, SEQNET_ENOMEM as seqnet_tensors_save.
 */
SEQNET_API int32_t seqnet_tensors_serialize(const seqnet_tensors *tensors, void *data,
                                            size_t capacity, size_t *bytes);

/* ---------------------------------------------------------------- tensors */

/** @brief Number of tensors; 0 for NULL. */
SEQNET_API int32_t seqnet_tensors_count(const seqnet_tensors *tensors);

/**
 * @brief Tensor `index`, 0..seqnet_tensors_count-1, in the order of the names (by bytes).
 * @param[out] entry its struct_size is set by the caller.
 * @retval SEQNET_ERANGE no such index.
 * @retval SEQNET_EINVAL
 */
SEQNET_API int32_t seqnet_tensors_info(const seqnet_tensors *tensors, int32_t index,
                                       seqnet_tensors_entry *entry);

/**
 * @brief A tensor by name.
 * @param[out] entry its struct_size is set by the caller.
 * @retval SEQNET_ENOTFOUND no tensor of that name.
 * @retval SEQNET_EINVAL
 */
SEQNET_API int32_t seqnet_tensors_find(const seqnet_tensors *tensors, const char *name,
                                       seqnet_tensors_entry *entry);

/**
 * @brief Copy a tensor out as floats.
 *
 * F32, F16 and BF16 are exact, subnormal numbers, infinities and NaN included; F64 is rounded to
 * the nearest float, ties to even, and to an infinity beyond the largest.
 *
 * @param[out] values (count) float, row-major; may be NULL if count is 0.
 * @param count       must equal the tensor's count.
 * @retval SEQNET_ENOTFOUND no tensor of that name.
 * @retval SEQNET_ESHAPE    another count.
 * @retval SEQNET_ENOTSUP   its type is not F32, F64, F16 or BF16.
 * @retval SEQNET_EINVAL
 */
SEQNET_API int32_t seqnet_tensors_get(const seqnet_tensors *tensors, const char *name,
                                      float *values, int64_t count);

/**
 * @brief Add an F32 tensor, replacing one of that name.
 * @param[in] shape  (rank), sizes of 0 or more; may be NULL if rank is 0.
 * @param rank       0 (a scalar) to SEQNET_MAX_RANK.
 * @param[in] values the product of the shape float, row-major; copied. May be NULL if there are
 *                   none.
 * @retval SEQNET_EINVAL a name that is not valid UTF-8 or is "__metadata__", a shape outside its
 *                       values or too large, NULL arguments.
 * @retval SEQNET_ENOMEM
 */
SEQNET_API int32_t seqnet_tensors_set(seqnet_tensors *tensors, const char *name,
                                      const int64_t *shape, int32_t rank, const float *values);

/**
 * @brief Add a tensor of any type, replacing one of that name.
 *
 * An entry that seqnet_tensors_info or _find gave of the same or another collection will do.
 *
 * @param[in] entry name, dtype, rank, shape and data_bytes bytes of data are read, and copied;
 *                  count is not. data_bytes must be what dtype and shape need.
 * @retval SEQNET_EINVAL  as seqnet_tensors_set; an unknown dtype; another data_bytes.
 * @retval SEQNET_ENOTSUP a newer struct with an unknown non-zero member.
 * @retval SEQNET_ENOMEM
 */
SEQNET_API int32_t seqnet_tensors_set_entry(seqnet_tensors *tensors,
                                            const seqnet_tensors_entry *entry);

/**
 * @brief Remove a tensor.
 * @retval SEQNET_ENOTFOUND no tensor of that name.
 * @retval SEQNET_EINVAL
 */
SEQNET_API int32_t seqnet_tensors_remove(seqnet_tensors *tensors, const char *name);

/* ---------------------------------------------------------------- metadata */

/**
 * @brief Set a metadata entry, replacing one of that key; value NULL removes it.
 * @param key   UTF-8; "seqnet.checksum" is the format's own.
 * @param value UTF-8; copied.
 * @retval SEQNET_EINVAL the reserved key, or key or value is not valid UTF-8.
 * @retval SEQNET_ENOMEM
 */
SEQNET_API int32_t seqnet_tensors_set_metadata(seqnet_tensors *tensors, const char *key,
                                               const char *value);

/**
 * @brief The value of a metadata entry, NULL if there is none; valid until the entry or collection
 *        changes.
 */
SEQNET_API const char *seqnet_tensors_get_metadata(const seqnet_tensors *tensors, const char *key);

/** @brief Key of metadata entry `index`, in the order of the keys; NULL past the last. */
SEQNET_API const char *seqnet_tensors_metadata_key(const seqnet_tensors *tensors, int32_t index);

SEQNET_END_DECLS

#endif
