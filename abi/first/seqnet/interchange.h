/* SPDX-License-Identifier: MIT */
#ifndef SEQNET_INTERCHANGE_H
#define SEQNET_INTERCHANGE_H

#include <seqnet/layer.h>
#include <seqnet/tensors.h>

SEQNET_BEGIN_DECLS

#define SEQNET_DIALECT_TORCH 0
#define SEQNET_DIALECT_KERAS 1
#define SEQNET_DIALECT_ONNX 2
#define SEQNET_DIALECT_ONEDNN 3

#define SEQNET_GRU_FORM_AUTO 0
#define SEQNET_GRU_FORM_RESET_AFTER 1
#define SEQNET_GRU_FORM_RESET_BEFORE 2

typedef struct seqnet_interchange_options {
    size_t struct_size;
    const seqnet_allocator *allocator;
    const char *prefix;

    const char *modules;
    int32_t dialect;
    int32_t gru_form;
    int32_t nonlinearity;
    int32_t token_input;
} seqnet_interchange_options;

#define SEQNET_INTERCHANGE_OPTIONS_INIT                                  \
    {                                                                    \
        sizeof(seqnet_interchange_options), NULL, NULL, NULL, 0, 0, 0, 0 \
    }

SEQNET_API void seqnet_interchange_options_init(seqnet_interchange_options *options,
                                                size_t struct_size);
SEQNET_API int32_t seqnet_layer_import(seqnet_layer *layer, const seqnet_tensors *tensors,
                                       const seqnet_interchange_options *options);
SEQNET_API int32_t seqnet_layer_export(const seqnet_layer *layer, seqnet_tensors *tensors,
                                       const seqnet_interchange_options *options);
SEQNET_API int32_t seqnet_layer_from_tensors(const seqnet_tensors *tensors,
                                             const seqnet_interchange_options *options,
                                             seqnet_layer **layer);

SEQNET_END_DECLS

#endif
