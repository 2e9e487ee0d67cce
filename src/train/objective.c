/* SPDX-License-Identifier: MIT */
#include "train/objective.h"

#include <stdatomic.h>

/* About the time of one thread for an element of the outputs, in nanoseconds. */
#define ELEMENT_TIME 0.5

/* What a pass over the rows does. */
struct pass {
    seqnet_context *context;
    const seqnet_loss_options *loss;
    const struct targets *targets;
    int gradient;
    double scale;
    atomic_llong count; /* as in loss_sum */
    atomic_llong correct;
};

static int64_t target_row(const struct targets *targets, const struct window *window, int32_t t,
                          int32_t place)
{
    return t * targets->layout.step + window_sample(window, place) * targets->layout.sample;
}

/* The class of a target row, -1 if it is to be ignored. */
static int32_t class_of(const struct pass *pass, int64_t row)
{
    const int32_t class = pass->targets->classes[row];
    const seqnet_loss_options *loss = pass->loss;
    return loss->has_ignore_index && class == loss->ignore_index ? -1 : class;
}

/* Whether the output of (t, place) has a target. */
static int has_target(const struct pass *pass, int32_t t, int32_t place)
{
    const struct window *window = &pass->context->window;
    switch (pass->loss->target_mode) {
    case SEQNET_LAST_STEP:
        return t + 1 == window->steps || place >= window_active(window, t + 1);
    case SEQNET_MEAN_STEP:
        return t == 0;
    default:
        return t >= pass->targets->first_step;
    }
}

static void row_loss(const struct pass *pass, real *row, int64_t target, struct loss_sum *sum)
{
    const size_t size = (size_t)pass->context->layer->output_size;
    const struct loss_rows shape = { 1, size, size };
    if (pass->loss->loss == SEQNET_MEAN_SQUARED_ERROR) {
        const struct loss_values values = { pass->targets->values + target * (int64_t)size, size,
                                            NULL };
        if (pass->gradient)
            mean_squared_error_gradient(row, &shape, &values, pass->scale, sum);
        else
            mean_squared_error(row, &shape, &values, sum);
        return;
    }
    const int32_t class = class_of(pass, target);
    if (pass->gradient)
        cross_entropy_gradient(row, &shape, &class, pass->scale, sum);
    else
        cross_entropy(row, &shape, &class, sum);
}

/* Take the loss of a row out of `sum` to where it is added up from. */
static void keep_loss(const struct pass *pass, int64_t row, struct loss_sum *sum)
{
    pass->context->row_loss[row] = sum->loss;
    sum->loss = 0;
}

static void all_rows(const struct pass *pass, const struct member *me, struct loss_sum *sum)
{
    const struct window *window = &pass->context->window;
    const struct share share = window_share(window, me);
    for (int32_t t = 0; t < window->steps; t++) {
        const struct places places = window_places(window, t, share);
        for (int32_t p = places.first; p < places.end; p++) {
            const int64_t r = window_offset(window, t) + p;
            real *row = row_at(pass->context->output, r);
            if (has_target(pass, t, p))
                row_loss(pass, row, target_row(pass->targets, window, t, p), sum);
            else if (pass->gradient)
                zero_reals(row, pass->context->layer->output_size);
            keep_loss(pass, r, sum);
        }
    }
}

/* Steps the sample in a place has. */
static int32_t length_of(const struct window *window, int32_t place)
{
    int32_t length = 0;
    while (length < window->steps && place < window_active(window, length))
        length++;
    return length;
}

static void scale_reals(real *values, int64_t count, real factor)
{
    for (int64_t i = 0; i < count; i++)
        values[i] *= factor;
}

/*
 * The mean of the outputs of one sample takes the place of its first one; its gradient goes to
 * all.
 */
static void mean_of_place(const struct pass *pass, int32_t place, struct loss_sum *sum)
{
    const struct window *window = &pass->context->window;
    const struct rows output = pass->context->output;
    const int32_t size = pass->context->layer->output_size;
    const int32_t length = length_of(window, place);
    real *mean = row_at(output, place);
    for (int32_t t = 1; t < length; t++)
        add_reals(mean, row_at(output, window_offset(window, t) + place), size);
    scale_reals(mean, size, 1 / (real)length);
    row_loss(pass, mean, target_row(pass->targets, window, 0, place), sum);
    keep_loss(pass, place, sum);
    if (!pass->gradient)
        return;
    scale_reals(mean, size, 1 / (real)length);
    for (int32_t t = 1; t < length; t++)
        copy_reals(row_at(output, window_offset(window, t) + place), mean, size);
}

/* Rows whose losses are kept. */
static int64_t loss_rows(const struct pass *pass)
{
    const struct window *window = &pass->context->window;
    return pass->loss->target_mode == SEQNET_MEAN_STEP ? window_active(window, 0) : window->rows;
}

static void run_share(const struct member *me, void *user)
{
    struct pass *pass = user;
    struct loss_sum sum = { 0 };
    if (pass->loss->target_mode == SEQNET_MEAN_STEP) {
        const struct share places = share_of(me, loss_rows(pass), 1);
        for (int64_t p = places.first; p < places.first + places.count; p++)
            mean_of_place(pass, (int32_t)p, &sum);
    } else {
        all_rows(pass, me, &sum);
    }
    atomic_fetch_add_explicit(&pass->count, sum.count, memory_order_relaxed);
    atomic_fetch_add_explicit(&pass->correct, sum.correct, memory_order_relaxed);
}

/* Losses are added up in the order of the rows, whoever computed them. */
static void run(struct pass *pass, struct loss_sum *sum)
{
    const seqnet_context *context = pass->context;
    const double elements = (double)context->window.rows * context->layer->output_size;
    context_run(pass->context, elements * ELEMENT_TIME, run_share, pass);
    for (int64_t r = 0; r < loss_rows(pass); r++)
        sum->loss += context->row_loss[r];
    sum->count += atomic_load(&pass->count);
    sum->correct += atomic_load(&pass->correct);
}

int64_t objective_count(const seqnet_context *context, const seqnet_loss_options *loss,
                        const struct targets *targets)
{
    const struct window *window = &context->window;
    const struct pass pass = { .context = (seqnet_context *)context,
                               .loss = loss,
                               .targets = targets };
    int64_t count = 0;
    for (int32_t t = 0; t < window->steps; t++)
        for (int32_t p = 0; p < window_active(window, t); p++) {
            if (!has_target(&pass, t, p))
                continue;
            if (loss->loss == SEQNET_MEAN_SQUARED_ERROR)
                count += context->layer->output_size;
            else
                count += class_of(&pass, target_row(targets, window, t, p)) >= 0;
        }
    return count;
}

void objective_evaluate(seqnet_context *context, const seqnet_loss_options *loss,
                        const struct targets *targets, struct loss_sum *sum)
{
    struct pass pass = { .context = context, .loss = loss, .targets = targets };
    run(&pass, sum);
}

void objective_gradient(seqnet_context *context, const seqnet_loss_options *loss,
                        const struct targets *targets, double scale, struct loss_sum *sum)
{
    struct pass pass = {
        .context = context, .loss = loss, .targets = targets, .gradient = 1, .scale = scale
    };
    run(&pass, sum);
}
