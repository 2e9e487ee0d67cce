/* SPDX-License-Identifier: MIT */
#ifndef SEQNET_TENSORS_H
#define SEQNET_TENSORS_H

#include <seqnet/error.h>
#include <seqnet/export.h>
#include <seqnet/runtime.h>

SEQNET_BEGIN_DECLS

typedef struct seqnet_tensors seqnet_tensors;

#define SEQNET_MAX_RANK 8

#define SEQNET_DTYPE_F64 1
#define SEQNET_DTYPE_F32 2
#define SEQNET_DTYPE_F16 3
#define SEQNET_DTYPE_BF16 4
#define SEQNET_DTYPE_I64 5
#define SEQNET_DTYPE_I32 6
#define SEQNET_DTYPE_U8 7
#define SEQNET_DTYPE_I8 8
#define SEQNET_DTYPE_I16 9
#define SEQNET_DTYPE_U16 10
#define SEQNET_DTYPE_U32 11
#define SEQNET_DTYPE_U64 12
#define SEQNET_DTYPE_BOOL 13
#define SEQNET_DTYPE_F8_E5M2 14
#define SEQNET_DTYPE_F8_E4M3 15
#define SEQNET_DTYPE_F8_E8M0 16
#define SEQNET_DTYPE_F8_E4M3FNUZ 17
#define SEQNET_DTYPE_F8_E5M2FNUZ 18
#define SEQNET_DTYPE_C64 19

typedef struct seqnet_tensors_entry {
    size_t struct_size;
    const char *name;
    const void *data;
    size_t data_bytes;
    int64_t count;
    int64_t shape[SEQNET_MAX_RANK];
    int32_t rank;
    int32_t dtype;
} seqnet_tensors_entry;

#define SEQNET_TENSORS_ENTRY_INIT                                                        \
    {                                                                                    \
        sizeof(seqnet_tensors_entry), NULL, NULL, 0, 0, { 0, 0, 0, 0, 0, 0, 0, 0 }, 0, 0 \
    }

SEQNET_API void seqnet_tensors_entry_init(seqnet_tensors_entry *entry, size_t struct_size);
SEQNET_API const char *seqnet_dtype_name(int32_t dtype);
SEQNET_API int32_t seqnet_tensors_create(const seqnet_allocator *allocator,
                                         seqnet_tensors **tensors);
SEQNET_API void seqnet_tensors_destroy(seqnet_tensors *tensors);
SEQNET_API int32_t seqnet_tensors_load(const char *path, const seqnet_allocator *allocator,
                                       seqnet_tensors **tensors);
SEQNET_API int32_t seqnet_tensors_parse(const void *data, size_t bytes,
                                        const seqnet_allocator *allocator,
                                        seqnet_tensors **tensors);
SEQNET_API int32_t seqnet_tensors_save(const seqnet_tensors *tensors, const char *path);
SEQNET_API int32_t seqnet_tensors_serialize(const seqnet_tensors *tensors, void *data,
                                            size_t capacity, size_t *bytes);
SEQNET_API int32_t seqnet_tensors_count(const seqnet_tensors *tensors);
SEQNET_API int32_t seqnet_tensors_info(const seqnet_tensors *tensors, int32_t index,
                                       seqnet_tensors_entry *entry);
SEQNET_API int32_t seqnet_tensors_find(const seqnet_tensors *tensors, const char *name,
                                       seqnet_tensors_entry *entry);
SEQNET_API int32_t seqnet_tensors_get(const seqnet_tensors *tensors, const char *name,
                                      float *values, int64_t count);
SEQNET_API int32_t seqnet_tensors_set(seqnet_tensors *tensors, const char *name,
                                      const int64_t *shape, int32_t rank, const float *values);
SEQNET_API int32_t seqnet_tensors_set_entry(seqnet_tensors *tensors,
                                            const seqnet_tensors_entry *entry);
SEQNET_API int32_t seqnet_tensors_remove(seqnet_tensors *tensors, const char *name);
SEQNET_API int32_t seqnet_tensors_set_metadata(seqnet_tensors *tensors, const char *key,
                                               const char *value);
SEQNET_API const char *seqnet_tensors_get_metadata(const seqnet_tensors *tensors, const char *key);
SEQNET_API const char *seqnet_tensors_metadata_key(const seqnet_tensors *tensors, int32_t index);

SEQNET_END_DECLS

#endif
