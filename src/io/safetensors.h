/* SPDX-License-Identifier: MIT */
/*
 * The safetensors format, to and from a collection; include/seqnet/tensors.h says what it is.
 *
 * Knows nothing of models. The writer gives equal bytes for equal contents whatever their order;
 * the reader accepts nothing that the format does not allow.
 *
 * Integrity: model files and checkpoints have the metadata entry "seqnet.checksum", "xxh3:" and 16
 * hexadecimal digits: XXH3-64 of all that the file says (checksum_write), so a program that writes
 * the same contents in another layout may keep it. The reader verifies it where there is one, and
 * does not list it.
 */
#ifndef SEQNET_IO_SAFETENSORS_H
#define SEQNET_IO_SAFETENSORS_H

#include "io/stream.h"
#include "io/tensors.h"

#define SAFETENSORS_CHECKSUM "seqnet.checksum"
#define SAFETENSORS_METADATA "__metadata__"
#define SAFETENSORS_MAX_HEADER 100000000

/*
 * Write a collection. SEQNET_EINVAL: header or data would be too large; SEQNET_ENOMEM; errors as
 * sink_write.
 */
int32_t safetensors_write(const seqnet_tensors *tensors, const struct sink *sink);

/*
 * Read and check a whole file. SEQNET_EFORMAT: what is wrong with it; SEQNET_ENOTSUP: an element
 * type or a rank beyond this library; SEQNET_ENOMEM; errors as source_read. *tensors is NULL on
 * error.
 */
int32_t safetensors_read(const struct source *source, const seqnet_allocator *memory,
                         seqnet_tensors **tensors);

/*
 * Fill an empty collection from tensors->file, which has `size` bytes, the checksum still among the
 * metadata. Messages begin with `name`. SEQNET_EFORMAT, SEQNET_ENOTSUP, SEQNET_ENOMEM.
 */
int32_t header_parse(seqnet_tensors *tensors, size_t size, const char *name);

/*
 * "xxh3:" and 16 lower-case hexadecimal digits: XXH3-64 of, for each metadata entry in the order of
 * the keys, key and value, and for each tensor in the order of the names, name, type's name, rank
 * and shape as 8-byte little-endian numbers, and data. Texts with their final 0.
 */
#define CHECKSUM_VERSION "xxh3:"
#define CHECKSUM_BYTES (sizeof CHECKSUM_VERSION + 16)

void checksum_write(const seqnet_tensors *tensors, char text[CHECKSUM_BYTES]);

#endif
