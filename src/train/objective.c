/* SPDX-License-Identifier: MIT */
#include "train/objective.h"

#include "layers/output.h"

#include <stdatomic.h>

/* About the time of one thread for an element of the outputs, in nanoseconds. */
#define ELEMENT_TIME 0.5

/* What a pass over the rows does. */
struct pass {
    seqnet_context *context;
    const seqnet_loss_options *loss;
    const struct targets *targets;
    int gradient;
    double scale;       /* of the gradient */
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

/* The losses of a member's share of a piece, and their gradients in place. */
static void piece_losses(const struct pass *pass, const struct output *output,
                         const struct member *me, struct loss_sum *sum)
{
    const struct window *window = &pass->context->window;
    const struct share share = window_share_of(me, output->rows);
    const int64_t end = share.first + share.count;
    int32_t t = window_step(window, share.first);
    for (int64_t r = share.first; r < end; t++) {
        const struct places places = window_places(window, t, share);
        for (int32_t p = places.first; p < places.end; p++, r++) {
            real *row = row_at(output->values, r - output->rows.first);
            if (has_target(pass, t, p))
                row_loss(pass, row, target_row(pass->targets, window, t, p), sum);
            else if (pass->gradient)
                zero_reals(row, pass->context->layer->output_size);
            keep_loss(pass, r, sum);
        }
    }
}

static void run_rows(const struct pass *pass, const struct member *me, struct loss_sum *sum)
{
    seqnet_context *context = pass->context;
    for (struct output output = output_start(context); output_next(context, &output);) {
        output_make(context, &output, me);
        piece_losses(pass, &output, me, sum);
        if (pass->gradient)
            output_take_gradient(context, &output, 0, me);
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

/* What is done with the outputs of a sample and their mean, which may be one and the same row. */
typedef void mean_work(real *output, real *mean, int32_t step, int32_t size);

static void add_to_mean(real *output, real *mean, int32_t step, int32_t size)
{
    if (step > 0)
        add_reals(mean, output, size);
    else if (output != mean)
        copy_reals(mean, output, size);
}

static void take_from_mean(real *output, real *mean, int32_t step, int32_t size)
{
    (void)step;
    if (output != mean)
        copy_reals(output, mean, size);
}

/* Of a piece, the rows of some places. */
static void work_on_means(const struct pass *pass, const struct output *output, struct share places,
                          mean_work *work)
{
    const seqnet_context *context = pass->context;
    const struct window *window = &context->window;
    const int64_t end = output->rows.first + output->rows.count;
    int32_t t = window_step(window, output->rows.first);
    for (; t < window->steps && window_offset(window, t) < end; t++) {
        const struct places here = window_places(window, t, output->rows);
        for (int64_t p = places.first; p < places.first + places.count; p++)
            if (p >= here.first && p < here.end)
                work(row_at(output->values, window_offset(window, t) + p - output->rows.first),
                     row_at(context->mean, p), t, context->layer->output_size);
    }
}

/* From the sum of a sample's outputs to the gradient by each of them. */
static void mean_loss(const struct pass *pass, int32_t place, struct loss_sum *sum)
{
    const struct window *window = &pass->context->window;
    const int32_t size = pass->context->layer->output_size;
    const int32_t length = length_of(window, place);
    real *mean = row_at(pass->context->mean, place);
    scale_reals(mean, size, 1 / (real)length);
    row_loss(pass, mean, target_row(pass->targets, window, 0, place), sum);
    keep_loss(pass, place, sum);
    if (pass->gradient)
        scale_reals(mean, size, 1 / (real)length);
}

/* Members share the places. */
static void run_means(const struct pass *pass, const struct member *me, struct loss_sum *sum)
{
    seqnet_context *context = pass->context;
    const struct share places = share_of(me, window_active(&context->window, 0), 1);
    for (struct output output = output_start(context); output_next(context, &output);) {
        output_make(context, &output, me);
        work_on_means(pass, &output, places, add_to_mean);
    }
    for (int64_t p = places.first; p < places.first + places.count; p++)
        mean_loss(pass, (int32_t)p, sum);
    if (!pass->gradient)
        return;
    member_wait(me);
    for (struct output output = output_start(context); output_next(context, &output);) {
        work_on_means(pass, &output, places, take_from_mean);
        output_take_gradient(context, &output, 0, me);
    }
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
    context_forward_share(pass->context, me);
    if (pass->loss->target_mode == SEQNET_MEAN_STEP)
        run_means(pass, me, &sum);
    else
        run_rows(pass, me, &sum);
    atomic_fetch_add_explicit(&pass->count, sum.count, memory_order_relaxed);
    atomic_fetch_add_explicit(&pass->correct, sum.correct, memory_order_relaxed);
}

/* Number of targets (cross entropy) or elements (squared error) of the window. */
static int64_t count_targets(const struct pass *pass)
{
    const seqnet_context *context = pass->context;
    const struct window *window = &context->window;
    int64_t count = 0;
    for (int32_t t = 0; t < window->steps; t++)
        for (int32_t p = 0; p < window_active(window, t); p++) {
            if (!has_target(pass, t, p))
                continue;
            if (pass->loss->loss == SEQNET_MEAN_SQUARED_ERROR)
                count += context->layer->output_size;
            else
                count += class_of(pass, target_row(pass->targets, window, t, p)) >= 0;
        }
    return count;
}

/* After context_begin. Losses are added up in the order of the rows, whoever computed them. */
static void run(struct pass *pass, struct loss_sum *sum)
{
    const seqnet_context *context = pass->context;
    const struct window *window = &context->window;
    const double elements = (double)window->rows * context->layer->output_size;
    const double forward = context_shared_time(context->layer, window->rows, window->steps);
    context_run(pass->context, forward + elements * ELEMENT_TIME, run_share, pass);
    for (int64_t r = 0; r < loss_rows(pass); r++)
        sum->loss += context->row_loss[r];
    sum->count += atomic_load(&pass->count);
    sum->correct += atomic_load(&pass->correct);
}

void objective_evaluate(seqnet_context *context, const struct input *input,
                        const seqnet_loss_options *loss, const struct targets *targets,
                        struct loss_sum *sum)
{
    struct pass pass = { .context = context, .loss = loss, .targets = targets };
    context_begin(context, input);
    run(&pass, sum);
    context_end(context);
}

void objective_gradient(seqnet_context *context, const struct input *input,
                        const seqnet_loss_options *loss, const struct targets *targets,
                        int32_t shares, struct loss_sum *sum)
{
    struct pass pass = { .context = context, .loss = loss, .targets = targets, .gradient = 1 };
    context_begin(context, input);
    const int64_t count = count_targets(&pass);
    pass.scale = count ? 1.0 / ((double)count * shares) : 0;
    run(&pass, sum);
}
