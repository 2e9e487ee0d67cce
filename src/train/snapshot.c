/* SPDX-License-Identifier: MIT */
#include "train/snapshot.h"

#include <math.h>
#include <stdio.h>

/* Places in the array of counters. The first ones say what trainer it is. */
enum counter {
    COUNTER_FORMAT,
    COUNTER_OPTIMIZER,
    COUNTER_UPDATE_STEPS,
    COUNTER_BACK_STEPS,
    COUNTER_MAX_BATCH,
    COUNTER_SEED, /* from here on: what a restored trainer takes over */
    COUNTER_UPDATES,
    COUNTER_CALLS,
    COUNTER_PENDING,
    COUNTER_HISTORY_STEPS,
    COUNTER_HISTORY_BATCH,
    COUNTER_PLATEAU_BAD
};

#define FORMAT 1

/* No trainer gets so far, and counting on from here does not overflow. */
#define MOST_COUNTED ((int64_t)1 << 62)

void snapshot_take(struct snapshot *snapshot, seqnet_trainer *trainer)
{
    const seqnet_trainer_options *options = &trainer->options;
    *snapshot = (struct snapshot){
        .trainer = trainer,
        .counters = {
            [COUNTER_FORMAT] = FORMAT,
            [COUNTER_OPTIMIZER] = options->optimizer,
            [COUNTER_UPDATE_STEPS] = options->update_steps,
            [COUNTER_BACK_STEPS] = options->back_steps,
            [COUNTER_MAX_BATCH] = options->max_batch,
            [COUNTER_SEED] = (int64_t)trainer->context->seed,
            [COUNTER_UPDATES] = trainer->updates,
            [COUNTER_CALLS] = (int64_t)trainer->context->calls,
            [COUNTER_PENDING] = trainer->pending,
            [COUNTER_HISTORY_STEPS] = trainer->history_steps,
            [COUNTER_HISTORY_BATCH] = trainer->history_batch,
            [COUNTER_PLATEAU_BAD] = trainer->plateau.bad,
        },
        .plateau = { trainer->plateau.best, trainer->plateau.factor },
    };
}

static int in_range(int64_t value, int64_t low, int64_t high)
{
    return value >= low && value <= high;
}

int snapshot_fits(const struct snapshot *snapshot)
{
    struct snapshot mine;
    const seqnet_trainer *trainer = snapshot->trainer;
    const int64_t *c = snapshot->counters;
    snapshot_take(&mine, snapshot->trainer);
    for (int i = COUNTER_FORMAT; i < COUNTER_SEED; i++)
        if (c[i] != mine.counters[i])
            return 0;
    return in_range(c[COUNTER_UPDATES], 0, MOST_COUNTED) &&
           in_range(c[COUNTER_CALLS], 0, MOST_COUNTED) &&
           in_range(c[COUNTER_PENDING], 0, trainer->windows_per_update - 1) &&
           in_range(c[COUNTER_HISTORY_STEPS], 0, trainer->overlap) &&
           in_range(c[COUNTER_HISTORY_BATCH], c[COUNTER_HISTORY_STEPS] > 0,
                    trainer->options.max_batch) &&
           in_range(c[COUNTER_PLATEAU_BAD], 0, MOST_COUNTED) && isfinite(snapshot->plateau[0]) &&
           snapshot->plateau[1] > 0 && snapshot->plateau[1] <= 1;
}

int snapshot_item_fits(const struct snapshot *snapshot, const struct snapshot_item *item,
                       const void *data)
{
    const int32_t *tokens = data;
    const int32_t most = snapshot->trainer->context->layer->input_size - 1;
    for (int64_t i = 0; item->int32s && i < item->count; i++)
        if (!in_range(tokens[i], 0, most))
            return 0;
    return 1;
}

void snapshot_restore(const struct snapshot *snapshot)
{
    seqnet_trainer *trainer = snapshot->trainer;
    const int64_t *c = snapshot->counters;
    context_set_seed(trainer->context, (uint64_t)c[COUNTER_SEED]);
    trainer->updates = c[COUNTER_UPDATES];
    trainer->context->calls = (uint64_t)c[COUNTER_CALLS];
    trainer->pending = (int32_t)c[COUNTER_PENDING];
    trainer->history_steps = (int32_t)c[COUNTER_HISTORY_STEPS];
    trainer->history_batch = (int32_t)c[COUNTER_HISTORY_BATCH];
    trainer->plateau.bad = c[COUNTER_PLATEAU_BAD];
    trainer->plateau.best = snapshot->plateau[0];
    trainer->plateau.factor = snapshot->plateau[1];
}

/* The number of a layer's block that is its gradient: the parameters and two moments come first. */
#define GRADIENT 3

/* What is kept of a layer's block: itself, its moments and, between updates, its gradient. */
static real *block_of(const struct snapshot *snapshot, int32_t layer, int32_t kind,
                      const char **name)
{
    static const char *const names[] = { "parameter", "moment0", "moment1", "gradient" };
    const seqnet_trainer *trainer = snapshot->trainer;
    const struct gradient *gradient = &trainer->context->gradient[layer];
    *name = names[kind];
    if (kind == 0)
        return gradient->layer->values;
    if (kind == GRADIENT)
        return snapshot->counters[COUNTER_PENDING] ? gradient->values : NULL;
    return trainer->moments[2 * layer + kind - 1];
}

/* Parameters of block `kind` of every layer; *index counts down past those that come before. */
static int block_item(const struct snapshot *snapshot, int32_t *index, struct snapshot_item *item)
{
    const seqnet_context *context = snapshot->trainer->context;
    for (int32_t kind = 0; kind <= GRADIENT; kind++)
        for (int32_t i = 0; i < context->gradient_count; i++) {
            const char *name;
            const seqnet_layer *layer = context->gradient[i].layer;
            real *block = block_of(snapshot, i, kind, &name);
            if (!block)
                continue;
            if (*index >= layer->parameter_count) {
                *index -= layer->parameter_count;
                continue;
            }
            item->parameter = &layer->parameters[*index];
            item->count = parameter_count(item->parameter);
            item->reals = block;
            if (kind == GRADIENT)
                item->gradient = &context->gradient[i];
            snprintf(item->name, sizeof item->name, "%s.%d.%s", name, (int)i,
                     item->parameter->name);
            return 1;
        }
    return 0;
}

/*
 * Which table rows a pending gradient touches: the order of sums over it depends on them, and where
 * the rows are.
 */
static int touched_item(const struct snapshot *snapshot, int32_t *index, struct snapshot_item *item)
{
    const seqnet_context *context = snapshot->trainer->context;
    for (int32_t i = 0; i < context->gradient_count; i++) {
        struct gradient *gradient = &context->gradient[i];
        if (!gradient->touched || !snapshot->counters[COUNTER_PENDING] || (*index)--)
            continue;
        item->int64s = (int64_t *)gradient->touched;
        item->gradient = gradient;
        item->count = (gradient->layer->table_rows + 63) / 64;
        snprintf(item->name, sizeof item->name, "touched.%d", (int)i);
        return 1;
    }
    return 0;
}

static int state_item(const struct snapshot *snapshot, int32_t *index, struct snapshot_item *item)
{
    const seqnet_context *context = snapshot->trainer->context;
    const int32_t count = context_state_count(context);
    if (*index >= count) {
        *index -= count;
        return 0;
    }
    const struct state *state = context_state(context, *index, NULL);
    item->reals = state->values;
    item->count = (int64_t)state->slots * context->max_batch * state->size;
    snprintf(item->name, sizeof item->name, "state.%d", (int)*index);
    return 1;
}

static int scalar_item(struct snapshot *snapshot, int32_t index, struct snapshot_item *item)
{
    seqnet_trainer *trainer = snapshot->trainer;
    const int64_t *c = snapshot->counters;
    const int64_t rows = c[COUNTER_HISTORY_STEPS] * c[COUNTER_HISTORY_BATCH];
    switch (index) {
    case 0:
        *item = (struct snapshot_item){ .name = "counters",
                                        .count = SNAPSHOT_COUNTERS,
                                        .int64s = snapshot->counters };
        return 1;
    case 1:
        *item =
            (struct snapshot_item){ .name = "plateau", .count = 2, .doubles = snapshot->plateau };
        return 1;
    case 2:
        *item = (struct snapshot_item){ .name = "history",
                                        .count = rows,
                                        .int32s = trainer->history_tokens,
                                        .reals = trainer->history_x };
        if (!item->int32s)
            item->count *= trainer->context->layer->input_size;
        return trainer->overlap > 0;
    default:
        return 0;
    }
}

int snapshot_item(struct snapshot *snapshot, int32_t index, struct snapshot_item *item)
{
    *item = (struct snapshot_item){ .count = 0 };
    return touched_item(snapshot, &index, item) || block_item(snapshot, &index, item) ||
           state_item(snapshot, &index, item) || scalar_item(snapshot, index, item);
}
