/* SPDX-License-Identifier: MIT */
/* The inside of a file that was read; for the reader's own sources. */
#ifndef SEQNET_IO_SAFETENSORS_FILE_H
#define SEQNET_IO_SAFETENSORS_FILE_H

#include "io/safetensors.h"

struct safetensors_file {
    seqnet_allocator memory;
    unsigned char *bytes; /* the whole file */
    size_t size;
    const unsigned char *data; /* the tensors' part of it */
    size_t data_bytes;
    struct tensor_entry *tensors; /* by name; names are owned, data points into `bytes` */
    size_t count;
    struct metadata_entry *metadata; /* by key; owned */
    size_t metadata_count;
    int verified; /* 1: there was a checksum, and it was right */
};

/*
 * Fill in everything after `size`. SEQNET_EFORMAT, SEQNET_ENOMEM; what is there then is for
 * safetensors_free.
 */
int32_t header_parse(struct safetensors_file *file, const char *path);

#endif
