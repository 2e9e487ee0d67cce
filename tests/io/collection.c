/* SPDX-License-Identifier: MIT */
#include "io/collection.h"

#include "io/scratch.h"

static void add(seqnet_tensors *tensors, const struct tensor_entry *tensor)
{
    seqnet_tensors_entry entry = SEQNET_TENSORS_ENTRY_INIT;
    entry.name = tensor->name;
    entry.dtype = tensor->dtype;
    entry.rank = tensor->rank;
    for (int32_t i = 0; i < tensor->rank; i++)
        entry.shape[i] = tensor->shape[i];
    entry.data = tensor->data;
    entry.data_bytes = tensor_bytes(tensor);
    assert_ok(seqnet_tensors_set_entry(tensors, &entry));
}

seqnet_tensors *collection_new(const struct table *table)
{
    seqnet_tensors *tensors;
    assert_ok(seqnet_tensors_create(NULL, &tensors));
    for (size_t i = 0; i < table->count; i++)
        add(tensors, &table->tensors[i]);
    for (size_t i = 0; i < table->metadata_count; i++)
        assert_ok(
            seqnet_tensors_set_metadata(tensors, table->metadata[i].key, table->metadata[i].value));
    return tensors;
}

void collection_write(const char *name, const struct table *table)
{
    seqnet_tensors *const tensors = collection_new(table);
    tensors->has_checksum = 1;
    assert_ok(seqnet_tensors_save(tensors, scratch_path(name)));
    seqnet_tensors_destroy(tensors);
}

seqnet_tensors *collection_read(const char *name)
{
    seqnet_tensors *tensors;
    assert_ok(seqnet_tensors_load(scratch_path(name), NULL, &tensors));
    return tensors;
}
