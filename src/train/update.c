/* SPDX-License-Identifier: MIT */
/* One update: clip, check that all is finite, then apply the optimizer's rule. */
#include "train/clip.h"
#include "train/trainer.h"

#include <math.h>

/* About the time of one thread for an element in the walks below, in nanoseconds. */
#define ELEMENT_TIME 0.5

struct update {
    const seqnet_trainer *trainer;
    struct optimizer_step step;
};

/* The sums of each block are kept, and added up later in the order of the blocks. */
static void sum_blocks(const struct member *me, void *user)
{
    const seqnet_trainer *trainer = ((const struct update *)user)->trainer;
    const seqnet_context *context = trainer->context;
    struct clip_sums *sums = trainer->sums;
    for (int32_t i = 0; i < context->gradient_count; i++) {
        const struct gradient *gradient = &context->gradient[i];
        struct block_cursor cursor = { 0 };
        struct span block;
        size_t number;
        while (gradient_next_block(gradient, me, &cursor, &block, &number)) {
            sums[number] = (struct clip_sums){ 0 };
            clip_add(&sums[number], block.gradient, block.count, trainer->options.clip_value);
        }
        sums += gradient_most_blocks(gradient->layer);
    }
}

static struct clip_sums add_blocks(const seqnet_trainer *trainer)
{
    const seqnet_context *context = trainer->context;
    const struct member alone = MEMBER_ALONE;
    const struct clip_sums *sums = trainer->sums;
    struct clip_sums all = { 0 };
    for (int32_t i = 0; i < context->gradient_count; i++) {
        const struct gradient *gradient = &context->gradient[i];
        struct block_cursor cursor = { 0 };
        struct span block;
        size_t number;
        while (gradient_next_block(gradient, &alone, &cursor, &block, &number)) {
            all.squares += sums[number].squares;
            all.clipped_squares += sums[number].clipped_squares;
        }
        sums += gradient_most_blocks(gradient->layer);
    }
    return all;
}

static void apply_span(const seqnet_trainer *trainer, const struct optimizer_step *step,
                       int32_t index, struct span span)
{
    const seqnet_layer *layer = trainer->context->gradient[index].layer;
    struct optimizer_span piece = {
        .count = span.count,
        .parameters = layer->values + span.first,
        .gradients = span.gradient,
    };
    for (int32_t m = 0; m < trainer->settings.rule->moments; m++)
        piece.moments[m] = trainer->moments[2 * index + m] + span.first;
    optimizer_update(step, &piece);
}

/* Elements whose gradient is zero, without memory that says so. */
static void apply_zeros(const struct update *update, int32_t index, size_t first, size_t count)
{
    static const real zeros[GRADIENT_BLOCK];
    while (count > 0) {
        const size_t piece = count < GRADIENT_BLOCK ? count : GRADIENT_BLOCK;
        apply_span(update->trainer, &update->step, index,
                   (struct span){ first, piece, (real *)zeros });
        first += piece;
        count -= piece;
    }
}

/* A member's rows of a table, touched or not. */
static void apply_rows(const struct update *update, int32_t index, const struct member *me)
{
    const struct gradient *gradient = &update->trainer->context->gradient[index];
    const seqnet_layer *layer = gradient->layer;
    const size_t width = (size_t)layer->table_width;
    const struct share rows = share_of(me, layer->table_rows, 1);
    for (int64_t row = rows.first, end; row < rows.first + rows.count; row = end) {
        end = gradient_alike(gradient, row, rows.first + rows.count);
        const size_t first = layer->table_offset + (size_t)row * width;
        const size_t count = (size_t)(end - row) * width;
        if (gradient_is_touched(gradient, row))
            apply_span(update->trainer, &update->step, index,
                       (struct span){ first, count, gradient_row(gradient, (int32_t)row) });
        else
            apply_zeros(update, index, first, count);
    }
}

static void apply_to_all(const struct update *update, int32_t index, const struct member *me)
{
    const struct gradient *gradient = &update->trainer->context->gradient[index];
    const struct share dense = share_of(me, (int64_t)gradient_dense_count(gradient->layer), 16);
    apply_span(
        update->trainer, &update->step, index,
        (struct span){ (size_t)dense.first, (size_t)dense.count, gradient->values + dense.first });
    apply_rows(update, index, me);
}

/* Rows without a gradient are left out only where the rule would not change them. */
static void apply_to(const struct update *update, int32_t index, const struct member *me)
{
    const struct gradient *gradient = &update->trainer->context->gradient[index];
    struct block_cursor cursor = { 0 };
    struct span block;
    size_t number;
    if (!optimizer_is_sparse_safe(&update->trainer->settings)) {
        apply_to_all(update, index, me);
        return;
    }
    while (gradient_next_block(gradient, me, &cursor, &block, &number))
        apply_span(update->trainer, &update->step, index, block);
}

static void apply(const struct member *me, void *user)
{
    const struct update *update = user;
    seqnet_context *context = update->trainer->context;
    for (int32_t i = 0; i < context->gradient_count; i++)
        apply_to(update, i, me);
    member_wait(me);
    layer_refresh_share(context->layer, me);
    context_clear_gradients_share(context, me);
}

static double walk_time(const seqnet_context *context)
{
    double count = 0;
    for (int32_t i = 0; i < context->gradient_count; i++)
        count += (double)context->gradient[i].layer->value_count;
    return count * ELEMENT_TIME;
}

int32_t trainer_update(seqnet_trainer *trainer, struct progress *progress)
{
    struct update update = { .trainer = trainer };
    const double time = walk_time(trainer->context);
    context_run(trainer->context, time, sum_blocks, &update);
    const struct clip_sums sums = add_blocks(trainer);
    const double norm = clip_norm(&sums);
    const double rate = schedule_rate(&trainer->schedule, &trainer->plateau, trainer->updates);
    progress->gradient_norm = norm;
    trainer->pending = 0;
    if (!isfinite(norm)) {
        context_clear_gradients(trainer->context);
        return SEQNET_ENONFINITE;
    }
    optimizer_begin(&update.step, &trainer->settings, rate, trainer->updates,
                    clip_factor(&sums, trainer->options.clip_norm));
    context_run(trainer->context, 2 * time, apply, &update);
    trainer->updates++;
    progress->updates++;
    progress->learning_rate = rate;
    return SEQNET_OK;
}
