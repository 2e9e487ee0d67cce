/* SPDX-License-Identifier: MIT */
/* Checkpoints: a snapshot of a trainer as a safetensors file. */
#include "api/check.h"
#include "api/trainer.h"
#include "io/safetensors.h"
#include "train/snapshot.h"

#include <string.h>

#define KEY_FORMAT "seqnet.checkpoint"
#define KEY_NOTE "note"

/* The arrays of a snapshot laid out as tensors: entries, their names and their bytes. */
struct pack {
    struct tensor_entry *entries;
    struct snapshot_item *items;
    size_t count;
    char *bytes;
};

static int32_t type_of(const struct snapshot_item *item)
{
    if (item->int32s)
        return TENSOR_I32;
    if (item->int64s)
        return TENSOR_I64;
    return item->doubles ? TENSOR_F64 : TENSOR_F32;
}

static void *values_of(const struct snapshot_item *item)
{
    if (item->int32s)
        return item->int32s;
    if (item->int64s)
        return item->int64s;
    return item->doubles ? (void *)item->doubles : (void *)item->reals;
}

static size_t bytes_of(const struct snapshot_item *item)
{
    return (size_t)item->count * tensor_dtype_bytes(type_of(item));
}

static void read_item(const struct snapshot_item *item, void *to)
{
    if (item->parameter)
        parameter_read(item->parameter, item->reals, to);
    else if (item->count)
        memcpy(to, values_of(item), bytes_of(item));
}

static void write_item(const struct snapshot_item *item, const void *from)
{
    if (item->parameter)
        parameter_write(item->parameter, item->reals, from);
    else if (item->count)
        memcpy(values_of(item), from, bytes_of(item));
}

static void pack_free(struct pack *pack, const seqnet_allocator *memory)
{
    memory_free(memory, pack->entries);
    memory_free(memory, pack->items);
    memory_free(memory, pack->bytes);
}

/* Collect the items, and with `bytes` room for all of their data, each 64-byte aligned. */
static int32_t pack_build(struct pack *pack, struct snapshot *snapshot,
                          const seqnet_allocator *memory)
{
    struct snapshot_item item;
    size_t used = 0;
    while (snapshot_item(snapshot, (int32_t)pack->count, &item))
        pack->count++;
    pack->entries = memory_new_array(memory, pack->count, sizeof *pack->entries);
    pack->items = memory_new_array(memory, pack->count, sizeof *pack->items);
    if (!pack->entries || !pack->items)
        return SEQNET_ENOMEM;
    for (size_t i = 0; i < pack->count; i++) {
        struct snapshot_item *one = &pack->items[i];
        snapshot_item(snapshot, (int32_t)i, one);
        pack->entries[i] = (struct tensor_entry){
            .name = one->name, .dtype = type_of(one), .rank = 1, .shape = { one->count }
        };
        used = size_add(used, size_round_up(tensor_bytes(&pack->entries[i]), MEMORY_ALIGNMENT));
    }
    pack->bytes = memory_new(memory, used);
    return pack->bytes ? SEQNET_OK : SEQNET_ENOMEM;
}

static void pack_fill(struct pack *pack)
{
    char *next = pack->bytes;
    for (size_t i = 0; i < pack->count; i++) {
        read_item(&pack->items[i], next);
        pack->entries[i].data = next;
        next += size_round_up(tensor_bytes(&pack->entries[i]), MEMORY_ALIGNMENT);
    }
}

static int32_t save(const char *function, seqnet_trainer *trainer, const char *path,
                    const char *note)
{
    const seqnet_allocator *memory = &trainer->memory;
    const struct metadata_entry metadata[] = { { KEY_FORMAT, "1" }, { KEY_NOTE, note } };
    struct snapshot snapshot;
    struct pack pack = { 0 };
    snapshot_take(&snapshot, trainer);
    int32_t code = pack_build(&pack, &snapshot, memory);
    if (code == SEQNET_OK) {
        pack_fill(&pack);
        code = safetensors_write(path, pack.entries, pack.count, metadata, 2, memory);
    } else {
        error_set(code, "%s: out of memory", function);
    }
    pack_free(&pack, memory);
    return code;
}

int32_t seqnet_trainer_save(seqnet_trainer *trainer, const char *path, const char *note)
{
    RETURN_IF_NULL(path);
    RETURN_IF_ERROR(trainer_enter(__func__, trainer));
    return trainer_leave(trainer, save(__func__, trainer, path, note ? note : ""));
}

/* A tensor of the item's name, type, size and alignment, as save writes it, or NULL. */
static const struct tensor_entry *find(const struct safetensors_file *file,
                                       const struct snapshot_item *item)
{
    const struct tensor_entry *entry = safetensors_find(file, item->name);
    if (!entry || entry->dtype != type_of(item) || entry->rank != 1)
        return NULL;
    const int aligned = (uintptr_t)entry->data % tensor_dtype_bytes(entry->dtype) == 0;
    return aligned && entry->shape[0] == item->count ? entry : NULL;
}

/* Read the scalars into `snapshot`: they say which other arrays there are. */
static int32_t read_scalars(const char *path, const struct safetensors_file *file,
                            struct snapshot *snapshot)
{
    const struct snapshot_item counters = { .name = "counters",
                                            .count = SNAPSHOT_COUNTERS,
                                            .int64s = snapshot->counters };
    const struct snapshot_item plateau = { .name = "plateau",
                                           .count = 2,
                                           .doubles = snapshot->plateau };
    const struct tensor_entry *a = find(file, &counters), *b = find(file, &plateau);
    RETURN_UNLESS(safetensors_get_metadata(file, KEY_FORMAT) && a && b, SEQNET_EFORMAT,
                  "%s: not a seqnet checkpoint", path);
    RETURN_UNLESS(safetensors_is_verified(file), SEQNET_EFORMAT,
                  "%s: damaged: a checkpoint without its checksum", path);
    write_item(&counters, a->data);
    write_item(&plateau, b->data);
    RETURN_UNLESS(snapshot_fits(snapshot), SEQNET_EFORMAT,
                  "%s: a checkpoint of a trainer with another optimizer, batch or steps", path);
    return SEQNET_OK;
}

/* Every array must be there, and nothing else, before anything is changed. */
static int32_t check_items(const char *path, const struct safetensors_file *file,
                           struct snapshot *snapshot)
{
    struct snapshot_item item;
    int32_t count = 0;
    for (; snapshot_item(snapshot, count, &item); count++) {
        const struct tensor_entry *entry = find(file, &item);
        RETURN_UNLESS(entry, SEQNET_EFORMAT,
                      "%s: \"%s\" with %lld elements is missing: of another layer", path, item.name,
                      (long long)item.count);
        RETURN_UNLESS(snapshot_item_fits(snapshot, &item, entry->data), SEQNET_EFORMAT,
                      "%s: \"%s\" holds what no training leaves", path, item.name);
    }
    RETURN_UNLESS((size_t)count == safetensors_count(file), SEQNET_EFORMAT,
                  "%s: has tensors this trainer does not know: of another layer", path);
    return SEQNET_OK;
}

/* Gradients that no update waits for are zero. Nothing is changed before the last failure. */
static int32_t read_items(const struct safetensors_file *file, struct snapshot *snapshot)
{
    seqnet_context *context = snapshot->trainer->context;
    const seqnet_allocator *memory = &snapshot->trainer->memory;
    const char *text = safetensors_get_metadata(file, KEY_NOTE);
    char *note = memory_copy_string(memory, text ? text : "");
    if (!note)
        return error_set(SEQNET_ENOMEM, "seqnet_trainer_load: out of memory");
    context_clear_gradients(context);
    context->has_tape = 0;
    struct snapshot_item item;
    for (int32_t i = 0; snapshot_item(snapshot, i, &item); i++)
        write_item(&item, find(file, &item)->data);
    memory_free(memory, snapshot->trainer->note);
    snapshot->trainer->note = note;
    snapshot_restore(snapshot);
    layer_refresh(snapshot->trainer->context->layer);
    return SEQNET_OK;
}

static int32_t load(seqnet_trainer *trainer, const char *path, const struct safetensors_file *file)
{
    struct snapshot snapshot = { .trainer = trainer };
    RETURN_IF_ERROR(read_scalars(path, file, &snapshot));
    RETURN_IF_ERROR(check_items(path, file, &snapshot));
    return read_items(file, &snapshot);
}

int32_t seqnet_trainer_load(seqnet_trainer *trainer, const char *path)
{
    struct safetensors_file *file;
    RETURN_IF_NULL(path);
    RETURN_IF_ERROR(trainer_enter(__func__, trainer));
    int32_t code = safetensors_read(path, &trainer->memory, &file);
    if (code == SEQNET_OK) {
        code = load(trainer, path, file);
        safetensors_free(file);
    }
    return trainer_leave(trainer, code);
}

const char *seqnet_trainer_note(const seqnet_trainer *trainer)
{
    return trainer && trainer->note ? trainer->note : "";
}
