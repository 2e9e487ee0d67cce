/* SPDX-License-Identifier: MIT */
/* One update: clip, check that all is finite, then apply the optimizer's rule. */
#include "train/clip.h"
#include "train/trainer.h"

#include <math.h>

static void sum_gradients(const seqnet_trainer *trainer, struct clip_sums *sums)
{
    const seqnet_context *context = trainer->context;
    for (int32_t i = 0; i < context->gradient_count; i++) {
        const struct gradient *gradient = &context->gradient[i];
        struct span span;
        for (size_t cursor = 0; gradient_next(gradient, &cursor, &span);)
            clip_add(sums, gradient->values + span.first, span.count, trainer->options.clip_value);
    }
}

static void apply_span(const seqnet_trainer *trainer, const struct optimizer_step *step,
                       int32_t index, struct span span)
{
    const struct gradient *gradient = &trainer->context->gradient[index];
    struct optimizer_span piece = {
        .count = span.count,
        .parameters = gradient->layer->values + span.first,
        .gradients = gradient->values + span.first,
    };
    for (int32_t m = 0; m < trainer->settings.rule->moments; m++)
        piece.moments[m] = trainer->moments[2 * index + m] + span.first;
    optimizer_update(step, &piece);
}

/* Rows without a gradient are left out only where the rule would not change them. */
static void apply(const seqnet_trainer *trainer, const struct optimizer_step *step)
{
    const seqnet_context *context = trainer->context;
    const int sparse = optimizer_is_sparse_safe(&trainer->settings);
    for (int32_t i = 0; i < context->gradient_count; i++) {
        struct span span = { 0, context->gradient[i].layer->value_count };
        if (!sparse && span.count)
            apply_span(trainer, step, i, span);
        for (size_t cursor = 0; sparse && gradient_next(&context->gradient[i], &cursor, &span);)
            apply_span(trainer, step, i, span);
    }
}

int32_t trainer_update(seqnet_trainer *trainer, struct progress *progress)
{
    struct clip_sums sums = { 0 };
    sum_gradients(trainer, &sums);
    const double norm = clip_norm(&sums);
    const double rate = schedule_rate(&trainer->schedule, &trainer->plateau, trainer->updates);
    progress->gradient_norm = norm;
    trainer->pending = 0;
    if (isfinite(norm)) {
        struct optimizer_step step;
        optimizer_begin(&step, &trainer->settings, rate, trainer->updates,
                        clip_factor(&sums, trainer->options.clip_norm));
        apply(trainer, &step);
        layer_refresh(trainer->context->layer);
        trainer->updates++;
        progress->updates++;
        progress->learning_rate = rate;
    }
    context_clear_gradients(trainer->context);
    return isfinite(norm) ? SEQNET_OK : SEQNET_ENONFINITE;
}
