/* SPDX-License-Identifier: MIT */
#include "train/trainer.h"

/* Everything but the context in one block. */
static seqnet_trainer *lay_out(const seqnet_context *context, const seqnet_trainer_options *options,
                               int32_t moments, int32_t overlap, struct arena *arena)
{
    const seqnet_layer *layer = context->layer;
    const size_t rows =
        overlap ? size_multiply((size_t)options->back_steps, (size_t)options->max_batch) : 0;
    size_t blocks = 0;
    seqnet_trainer scratch, *carved = arena_take(arena, 1, sizeof *carved);
    seqnet_trainer *trainer = carved ? carved : &scratch;
    trainer->moments =
        arena_take(arena, (size_t)context->gradient_count * 2, sizeof *trainer->moments);
    for (int32_t i = 0; i < context->gradient_count; i++)
        for (int32_t m = 0; m < moments; m++) {
            real *moment = arena_take_reals(arena, context->gradient[i].layer->value_count);
            if (trainer->moments)
                trainer->moments[2 * i + m] = moment;
        }
    for (int32_t i = 0; i < context->gradient_count; i++)
        blocks += gradient_most_blocks(context->gradient[i].layer);
    trainer->sums = arena_take(arena, blocks, sizeof *trainer->sums);
    if (layer->token_input)
        trainer->history_tokens = arena_take(arena, rows, sizeof *trainer->history_tokens);
    else
        trainer->history_x =
            arena_take_reals(arena, size_multiply(rows, (size_t)layer->input_size));
    return carved;
}

static int32_t windows_per_update(const seqnet_trainer_options *options)
{
    const int32_t k1 = options->update_steps, k2 = options->back_steps;
    return options->accumulate * (k1 > k2 ? k1 / k2 : 1);
}

static void set_up(seqnet_trainer *trainer, const seqnet_trainer_options *options,
                   const struct optimizer_settings *settings, const seqnet_loss_options *loss)
{
    const int32_t k1 = options->update_steps, k2 = options->back_steps;
    trainer->options = *options;
    trainer->settings = *settings;
    trainer->loss = *loss;
    schedule_init(&trainer->schedule, options, settings->learning_rate);
    plateau_init(&trainer->plateau);
    trainer->overlap = k1 < k2 ? k2 - k1 : 0;
    trainer->stride = k1 < k2 ? k1 : k2;
    trainer->windows_per_update = windows_per_update(options);
}

int32_t trainer_create(seqnet_layer *layer, const seqnet_trainer_options *options,
                       const seqnet_loss_options *loss, seqnet_trainer **out)
{
    struct context_spec spec = {
        .memory = memory_hook(options->allocator),
        .max_steps = options->back_steps,
        .max_batch = options->max_batch,
        .training = 1,
        .threads = options->threads,
        .recompute = options->recompute,
        .windows = windows_per_update(options),
        .seed = options->seed,
    };
    const int32_t k1 = options->update_steps, k2 = options->back_steps;
    const int32_t overlap = k1 < k2 ? k2 - k1 : 0;
    struct optimizer_settings settings;
    optimizer_settings_init(&settings, options);
    if (spec.threads == 0)
        spec.threads = context_usual_threads(layer, &spec);
    seqnet_context *context = NULL;
    if (context_create(layer, &spec, &context) != SEQNET_OK)
        return SEQNET_ENOMEM;
    struct arena measure = { 0 };
    lay_out(context, options, settings.rule->moments, overlap, &measure);
    struct arena arena = { .base = memory_new(&spec.memory, measure.used) };
    if (!arena.base) {
        context_destroy(context);
        return SEQNET_ENOMEM;
    }
    seqnet_trainer *trainer = lay_out(context, options, settings.rule->moments, overlap, &arena);
    trainer->memory = spec.memory;
    trainer->context = context;
    set_up(trainer, options, &settings, loss);
    *out = trainer;
    return SEQNET_OK;
}

void trainer_destroy(seqnet_trainer *trainer)
{
    if (!trainer)
        return;
    const seqnet_allocator memory = trainer->memory;
    context_destroy(trainer->context);
    memory_free(&memory, trainer->note);
    memory_free(&memory, trainer);
}
