/* SPDX-License-Identifier: MIT */
#ifndef SEQNET_IO_H
#define SEQNET_IO_H

#include <seqnet/layer.h>

SEQNET_BEGIN_DECLS

typedef struct seqnet_model seqnet_model;
SEQNET_API int32_t seqnet_model_create(seqnet_layer *layer, const seqnet_allocator *allocator,
                                       seqnet_model **model);
SEQNET_API void seqnet_model_destroy(seqnet_model *model);
SEQNET_API seqnet_layer *seqnet_model_layer(const seqnet_model *model);
SEQNET_API int32_t seqnet_model_set_metadata(seqnet_model *model, const char *key,
                                             const char *value);
SEQNET_API const char *seqnet_model_get_metadata(const seqnet_model *model, const char *key);
SEQNET_API const char *seqnet_model_metadata_key(const seqnet_model *model, int32_t index);
SEQNET_API int32_t seqnet_model_save(const seqnet_model *model, const char *path);
SEQNET_API int32_t seqnet_model_serialize(const seqnet_model *model, void *data, size_t capacity,
                                          size_t *bytes);
SEQNET_API int32_t seqnet_model_load(const char *path, const seqnet_allocator *allocator,
                                     seqnet_model **model);
SEQNET_API int32_t seqnet_model_parse(const void *data, size_t bytes,
                                      const seqnet_allocator *allocator, seqnet_model **model);

SEQNET_END_DECLS

#endif
