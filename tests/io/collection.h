/* SPDX-License-Identifier: MIT */
/* Collections of tensors that tests make from tables, and their files in the scratch directory. */
#ifndef SEQNET_TESTS_COLLECTION_H
#define SEQNET_TESTS_COLLECTION_H

#include "io/tensors.h"

struct table {
    const struct tensor_entry *tensors;
    size_t count;
    const struct metadata_entry *metadata;
    size_t metadata_count;
};

/* All of a table, through the public functions. */
seqnet_tensors *collection_new(const struct table *table);

/* Write a table as a file with a checksum. */
void collection_write(const char *name, const struct table *table);

/* Read a file that is good. */
seqnet_tensors *collection_read(const char *name);

#endif
