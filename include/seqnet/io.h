/* SPDX-License-Identifier: MIT */
/**
 * @file io.h
 * @brief Model files: a layer and text metadata in one safetensors file.
 *
 * A model file is a plain safetensors file with F32 tensors under the layer's parameter names. Its
 * "__metadata__" holds the model description under the key "seqnet.model" (JSON: the layers and
 * their options) and the caller's own entries, such as a vocabulary. Any safetensors reader can
 * open it.
 *
 * Paths:   a file is replaced as a whole: written beside it, synced, renamed. A symbolic link is
 *          followed and stays, one to nothing is refused; an old file's permission bits are kept.
 * Threads: a model is for one thread at a time; its layer must not change while it is saved.
 */
#ifndef SEQNET_IO_H
#define SEQNET_IO_H

#include <seqnet/layer.h>

SEQNET_BEGIN_DECLS

typedef struct seqnet_model seqnet_model;

/**
 * @brief Make a model from a layer.
 * @param layer     retained.
 * @param allocator NULL: malloc.
 * @param[out] model the new model, NULL on error.
 * @retval SEQNET_EINVAL, SEQNET_ENOMEM
 */
SEQNET_API int32_t seqnet_model_create(seqnet_layer *layer, const seqnet_allocator *allocator,
                                       seqnet_model **model);

/** @brief Free a model and drop its reference to the layer. NULL is accepted. */
SEQNET_API void seqnet_model_destroy(seqnet_model *model);

/** @brief The model's layer; borrowed: retain it to keep it. */
SEQNET_API seqnet_layer *seqnet_model_layer(const seqnet_model *model);

/**
 * @brief Set a metadata entry, replacing one of that key; value NULL removes it.
 * @param key   UTF-8, not empty; "seqnet.checksum" and all that starts with "seqnet.model" are the
 *              format's own.
 * @param value UTF-8; copied.
 * @retval SEQNET_EINVAL a bad key, or key or value is not valid UTF-8.
 * @retval SEQNET_ENOMEM
 */
SEQNET_API int32_t seqnet_model_set_metadata(seqnet_model *model, const char *key,
                                             const char *value);

/**
 * @brief The value of a metadata entry, NULL if there is none; valid until the entry or model
 *        changes.
 */
SEQNET_API const char *seqnet_model_get_metadata(const seqnet_model *model, const char *key);

/** @brief Key of metadata entry `index`, in the order of the keys; NULL past the last. */
SEQNET_API const char *seqnet_model_metadata_key(const seqnet_model *model, int32_t index);

/**
 * @brief Write the model file; it appears under its name only when complete and on disk.
 * @retval SEQNET_EINVAL the description cannot say what the layer is: a linear layer is tied to an
 *                       embedding that is not before it in the same sequential; or the metadata is
 *                       too large (100 MB).
 * @retval SEQNET_EIO    the system refused, or path is a directory, device, pipe, socket, symbolic
 *                       link to nothing or file without write permission. An old file is as it was.
 * @retval SEQNET_ENOMEM
 */
SEQNET_API int32_t seqnet_model_save(const seqnet_model *model, const char *path);

/**
 * @brief Write the bytes of the model file to memory.
 * @param[out] data  (capacity), of any alignment; NULL with capacity 0 to count only.
 * @param capacity   bytes there is room for.
 * @param[out] bytes those the file has.
 * @retval SEQNET_ESHAPE capacity < *bytes; nothing written but bytes.
 * @retval SEQNET_EINVAL, SEQNET_ENOMEM as seqnet_model_save.
 */
SEQNET_API int32_t seqnet_model_serialize(const seqnet_model *model, void *data, size_t capacity,
                                          size_t *bytes);

/**
 * @brief Read a model file and make its layer.
 *
 * @param path       a file written by seqnet_model_save.
 * @param allocator  NULL: malloc.
 * @param[out] model the new model, NULL on error.
 * @retval SEQNET_EFORMAT not a safetensors file, damaged, or not a seqnet model; the message says
 *                        where.
 * @retval SEQNET_ENOTSUP a tensor of a type or rank that tensors.h does not have.
 * @retval SEQNET_EIO, SEQNET_ENOMEM, SEQNET_EINVAL
 */
SEQNET_API int32_t seqnet_model_load(const char *path, const seqnet_allocator *allocator,
                                     seqnet_model **model);

/**
 * @brief Read a model file that is in memory, and make its layer.
 *
 * @param[in] data   (bytes), of any alignment; no pointer to it is kept.
 * @param allocator  NULL: malloc.
 * @param[out] model the new model, NULL on error.
 * @retval SEQNET_EFORMAT, SEQNET_ENOTSUP as seqnet_model_load.
 * @retval SEQNET_ENOMEM, SEQNET_EINVAL
 */
SEQNET_API int32_t seqnet_model_parse(const void *data, size_t bytes,
                                      const seqnet_allocator *allocator, seqnet_model **model);

SEQNET_END_DECLS

#endif
