/* SPDX-License-Identifier: MIT */
/* Text metadata: a name_list of keys with values. */
#ifndef SEQNET_IO_METADATA_H
#define SEQNET_IO_METADATA_H

#include "io/name_list.h"

/* One block with both texts. */
struct metadata_entry {
    const char *key, *value; /* UTF-8 */
};

/* A new entry; NULL: no memory. */
struct metadata_entry *metadata_new(const seqnet_allocator *memory, const char *key,
                                    const char *value);

/* Set, replace or (value NULL) remove an entry. 0: no memory, nothing changed. */
int metadata_set(struct name_list *metadata, const seqnet_allocator *memory, const char *key,
                 const char *value);

/* Entry `index` in the order of the keys, which must be there. */
const struct metadata_entry *metadata_at(const struct name_list *metadata, size_t index);

/* The value of a key; NULL: there is none. */
const char *metadata_get(const struct name_list *metadata, const char *key);

/* Key `index` in order; NULL outside. */
const char *metadata_key(const struct name_list *metadata, int32_t index);

#endif
