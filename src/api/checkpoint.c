/* SPDX-License-Identifier: MIT */
/* Checkpoints: a snapshot of a trainer as a safetensors file. */
#include "api/check.h"
#include "api/trainer.h"
#include "io/safetensors.h"
#include "io/utf8.h"
#include "train/snapshot.h"

#include <string.h>

#define KEY_FORMAT "seqnet.checkpoint"
#define KEY_NOTE "note"

static int32_t type_of(const struct snapshot_item *item)
{
    if (item->int32s)
        return SEQNET_DTYPE_I32;
    if (item->int64s)
        return SEQNET_DTYPE_I64;
    return item->doubles ? SEQNET_DTYPE_F64 : SEQNET_DTYPE_F32;
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
    if (item->parameter && item->gradient)
        gradient_read(item->gradient, item->parameter, to);
    else if (item->parameter)
        parameter_read(item->parameter, item->reals, to);
    else if (item->count)
        memcpy(to, values_of(item), bytes_of(item));
}

static void write_item(const struct snapshot_item *item, const void *from)
{
    if (item->parameter && item->gradient)
        gradient_write(item->gradient, item->parameter, from);
    else if (item->parameter)
        parameter_write(item->parameter, item->reals, from);
    else if (item->gradient)
        gradient_touch_set(item->gradient, from);
    else if (item->count)
        memcpy(values_of(item), from, bytes_of(item));
}

/* Copy the arrays of a snapshot into a collection. */
static int pack(seqnet_tensors *file, struct snapshot *snapshot, const char *note)
{
    struct snapshot_item item;
    file->has_checksum = 1;
    for (int32_t i = 0; snapshot_item(snapshot, i, &item); i++) {
        const struct tensor_entry like = {
            .name = item.name, .dtype = type_of(&item), .rank = 1, .shape = { item.count }
        };
        void *const room = tensors_put(file, &like);
        if (!room)
            return 0;
        read_item(&item, room);
    }
    return metadata_set(&file->metadata, &file->memory, KEY_FORMAT, "1") &&
           metadata_set(&file->metadata, &file->memory, KEY_NOTE, note);
}

static int32_t save(const char *function, seqnet_trainer *trainer, const char *path,
                    const char *note)
{
    struct snapshot snapshot;
    snapshot_take(&snapshot, trainer);
    seqnet_tensors *const file = tensors_new(&trainer->memory);
    const int32_t code = file && pack(file, &snapshot, note)
                             ? safetensors_write(file, &(struct sink){ .name = path })
                             : error_set(SEQNET_ENOMEM, "%s: out of memory", function);
    tensors_free(file);
    return code;
}

int32_t seqnet_trainer_save(seqnet_trainer *trainer, const char *path, const char *note)
{
    RETURN_IF_NULL(path);
    RETURN_UNLESS(!note || utf8_is_valid(note), SEQNET_EINVAL, "%s: note is not valid UTF-8",
                  __func__);
    RETURN_IF_ERROR(trainer_enter(__func__, trainer));
    return trainer_leave(trainer, save(__func__, trainer, path, note ? note : ""));
}

/* A tensor of the item's name, type, size and alignment, as save writes it, or NULL. */
static const struct tensor_entry *find(const seqnet_tensors *file, const struct snapshot_item *item)
{
    const struct tensor_entry *entry = tensors_find(file, item->name);
    if (!entry || entry->dtype != type_of(item) || entry->rank != 1)
        return NULL;
    const int aligned = (uintptr_t)entry->data % tensor_dtype_bytes(entry->dtype) == 0;
    return aligned && entry->shape[0] == item->count ? entry : NULL;
}

/* Read the scalars into `snapshot`: they say which other arrays there are. */
static int32_t read_scalars(const char *path, const seqnet_tensors *file, struct snapshot *snapshot)
{
    const struct snapshot_item counters = { .name = "counters",
                                            .count = SNAPSHOT_COUNTERS,
                                            .int64s = snapshot->counters };
    const struct snapshot_item plateau = { .name = "plateau",
                                           .count = 2,
                                           .doubles = snapshot->plateau };
    const struct tensor_entry *a = find(file, &counters), *b = find(file, &plateau);
    RETURN_UNLESS(metadata_get(&file->metadata, KEY_FORMAT) && a && b, SEQNET_EFORMAT,
                  "%s: not a seqnet checkpoint", path);
    RETURN_UNLESS(file->has_checksum, SEQNET_EFORMAT,
                  "%s: damaged: a checkpoint without its checksum", path);
    write_item(&counters, a->data);
    write_item(&plateau, b->data);
    RETURN_UNLESS(snapshot_fits(snapshot), SEQNET_EFORMAT,
                  "%s: a checkpoint of a trainer with another optimizer, batch or steps", path);
    return SEQNET_OK;
}

/* Every array must be there, and nothing else, before anything is changed. */
static int32_t check_items(const char *path, const seqnet_tensors *file, struct snapshot *snapshot)
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
    RETURN_UNLESS((size_t)count == file->tensors.count, SEQNET_EFORMAT,
                  "%s: has tensors this trainer does not know: of another layer", path);
    return SEQNET_OK;
}

/* Room for the rows of tables that pending gradients touch. */
static int32_t reserve_rows(const seqnet_tensors *file, struct snapshot *snapshot)
{
    const seqnet_allocator *memory = &snapshot->trainer->context->memory;
    struct snapshot_item item;
    for (int32_t i = 0; snapshot_item(snapshot, i, &item); i++)
        if (item.gradient && item.int64s &&
            gradient_reserve(item.gradient, find(file, &item)->data, memory) != SEQNET_OK)
            return SEQNET_ENOMEM;
    return SEQNET_OK;
}

/* Gradients that no update waits for are zero. Nothing is changed before the last failure. */
static int32_t read_items(const seqnet_tensors *file, struct snapshot *snapshot)
{
    seqnet_context *context = snapshot->trainer->context;
    const seqnet_allocator *memory = &snapshot->trainer->memory;
    const char *text = metadata_get(&file->metadata, KEY_NOTE);
    char *note = memory_copy_string(memory, text ? text : "");
    if (!note || reserve_rows(file, snapshot) != SEQNET_OK) {
        memory_free(memory, note);
        return error_set(SEQNET_ENOMEM, "seqnet_trainer_load: out of memory");
    }
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

static int32_t load(seqnet_trainer *trainer, const char *path, const seqnet_tensors *file)
{
    struct snapshot snapshot = { .trainer = trainer };
    RETURN_IF_ERROR(read_scalars(path, file, &snapshot));
    RETURN_IF_ERROR(check_items(path, file, &snapshot));
    return read_items(file, &snapshot);
}

int32_t seqnet_trainer_load(seqnet_trainer *trainer, const char *path)
{
    seqnet_tensors *file;
    RETURN_IF_NULL(path);
    RETURN_IF_ERROR(trainer_enter(__func__, trainer));
    int32_t code = safetensors_read(&(struct source){ .name = path }, &trainer->memory, &file);
    if (code == SEQNET_OK) {
        code = load(trainer, path, file);
        tensors_free(file);
    }
    return trainer_leave(trainer, code);
}

const char *seqnet_trainer_note(const seqnet_trainer *trainer)
{
    return trainer && trainer->note ? trainer->note : "";
}
