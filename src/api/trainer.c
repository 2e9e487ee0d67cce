/* SPDX-License-Identifier: MIT */
/* Trainers: options, and the flag that catches two threads inside one trainer. */
#include "train/trainer.h"

#include "api/allocator.h"
#include "api/batch.h"
#include "api/check.h"
#include "api/context.h"
#include "api/trainer.h"
#include "core/options.h"

#include <math.h>

#define DEFAULT_BACK_STEPS 32

void seqnet_trainer_options_init(seqnet_trainer_options *options, size_t struct_size)
{
    options_init(options, struct_size);
}

/* Numbers that must lie in low..high. */
struct bound {
    const char *name;
    double value, low, high;
};

static int32_t check_bounds(const char *function, const struct bound *bounds, size_t count)
{
    for (size_t i = 0; i < count; i++)
        RETURN_UNLESS(bounds[i].value >= bounds[i].low && bounds[i].value <= bounds[i].high,
                      SEQNET_EINVAL, "%s: %s = %g, need %g..%g", function, bounds[i].name,
                      bounds[i].value, bounds[i].low, bounds[i].high);
    return SEQNET_OK;
}

static int32_t check_numbers(const char *function, const seqnet_trainer_options *o)
{
    const struct bound bounds[] = {
        { "max_batch", o->max_batch, 0, INT32_MAX },
        { "back_steps", o->back_steps, 0, INT32_MAX },
        { "update_steps", o->update_steps, 0, INT32_MAX },
        { "burn_in", o->burn_in, 0, INT32_MAX },
        { "carry", o->carry, 0, 1 },
        { "accumulate", o->accumulate, 0, 1 << 20 },
        { "optimizer", o->optimizer, SEQNET_SGD, SEQNET_ADAMW },
        { "nesterov", o->nesterov, 0, 1 },
        { "learning_rate", o->learning_rate, 0, 1e6 },
        { "momentum", o->momentum, 0, 1 },
        { "beta1", o->beta1, 0, 1 - 1e-12 },
        { "beta2", o->beta2, 0, 1 - 1e-12 },
        { "epsilon", o->epsilon, 0, 1 },
        { "weight_decay", o->weight_decay, -1, 1e6 },
        { "clip_value", o->clip_value, 0, 1e30 },
        { "clip_norm", o->clip_norm, 0, 1e30 },
        { "schedule", o->schedule, SEQNET_CONSTANT, SEQNET_PLATEAU },
        { "patience", o->patience, 0, INT32_MAX },
        { "warmup", (double)o->warmup, 0, 1e15 },
        { "period", (double)o->period, 0, 1e15 },
        { "gamma", o->gamma, 0, 1 },
        { "min_learning_rate", o->min_learning_rate, 0, 1e6 },
        { "threads", o->threads, 0, TEAM_MOST },
        { "recompute", o->recompute, 0, 1 },
    };
    return check_bounds(function, bounds, sizeof bounds / sizeof *bounds);
}

static int32_t is_bidirectional(const seqnet_layer *layer)
{
    for (int32_t i = 0; i < layer_leaf_count(layer); i++) {
        seqnet_recurrent_options options = SEQNET_RECURRENT_OPTIONS_INIT;
        const seqnet_layer *leaf = layer_leaf(layer, i);
        int32_t hidden;
        if (leaf->kind < SEQNET_RNN || leaf->kind > SEQNET_GRU)
            continue;
        if (seqnet_recurrent_get_options(leaf, &hidden, &options) == SEQNET_OK &&
            options.bidirectional)
            return 1;
    }
    return 0;
}

/* Windows that overlap: what was a sample's last step would be an inner one in the next window. */
static int32_t check_overlap(const char *function, const seqnet_layer *layer,
                             const seqnet_trainer_options *o, const seqnet_loss_options *loss)
{
    if (o->update_steps >= o->back_steps)
        return SEQNET_OK;
    RETURN_UNLESS(!is_bidirectional(layer), SEQNET_ENOTSUP,
                  "%s: update_steps < back_steps needs layers of one direction", function);
    RETURN_UNLESS(!loss_is_many_to_one(loss), SEQNET_ENOTSUP,
                  "%s: update_steps < back_steps needs a target at every step", function);
    return SEQNET_OK;
}

static int32_t check_together(const char *function, const seqnet_trainer_options *o)
{
    const int32_t k1 = o->update_steps, k2 = o->back_steps;
    RETURN_UNLESS(k1 <= k2 || k1 % k2 == 0, SEQNET_EINVAL,
                  "%s: update_steps = %d, need at most back_steps = %d or a multiple of it",
                  function, (int)k1, (int)k2);
    RETURN_UNLESS(!o->nesterov || o->momentum > 0, SEQNET_EINVAL,
                  "%s: nesterov = 1, needs a momentum above 0", function);
    const int periodic = o->schedule == SEQNET_STEP || o->schedule == SEQNET_COSINE;
    RETURN_UNLESS(!periodic || o->period >= 1, SEQNET_EINVAL,
                  "%s: period = %lld, this schedule needs 1 or more", function,
                  (long long)o->period);
    struct optimizer_settings settings;
    optimizer_settings_init(&settings, o);
    RETURN_UNLESS(o->min_learning_rate <= settings.learning_rate, SEQNET_EINVAL,
                  "%s: min_learning_rate = %g, need at most %g", function, o->min_learning_rate,
                  settings.learning_rate);
    RETURN_UNLESS((int64_t)o->back_steps * o->max_batch <= INT32_MAX, SEQNET_ENOMEM,
                  "%s: back_steps * max_batch does not fit 31 bits", function);
    return SEQNET_OK;
}

int32_t seqnet_trainer_create(seqnet_layer *layer, const seqnet_trainer_options *options,
                              seqnet_trainer **trainer)
{
    seqnet_trainer_options o;
    seqnet_loss_options loss;
    RETURN_IF_NULL(trainer);
    *trainer = NULL;
    RETURN_IF_NULL(layer);
    RETURN_IF_ERROR(options_read(&o, sizeof o, options, __func__, "options"));
    RETURN_IF_ERROR(check_allocator(o.allocator, __func__));
    RETURN_IF_ERROR(loss_read(__func__, o.loss, &loss));
    RETURN_IF_ERROR(check_numbers(__func__, &o));
    o.max_batch = o.max_batch ? o.max_batch : 1;
    o.back_steps = o.back_steps ? o.back_steps : DEFAULT_BACK_STEPS;
    o.update_steps = o.update_steps ? o.update_steps : o.back_steps;
    o.accumulate = o.accumulate ? o.accumulate : 1;
    RETURN_IF_ERROR(check_together(__func__, &o));
    RETURN_IF_ERROR(check_overlap(__func__, layer, &o, &loss));
    RETURN_UNLESS(trainer_create(layer, &o, &loss, trainer) == SEQNET_OK, SEQNET_ENOMEM,
                  "%s: out of memory", __func__);
    return SEQNET_OK;
}

void seqnet_trainer_destroy(seqnet_trainer *trainer)
{
    trainer_destroy(trainer);
}

int32_t trainer_enter(const char *function, seqnet_trainer *trainer)
{
    RETURN_UNLESS(trainer, SEQNET_EINVAL, "%s: trainer = NULL", function);
    RETURN_UNLESS(context_try(trainer->context), SEQNET_EBUSY,
                  "%s: another thread is inside this trainer or its context", function);
    return SEQNET_OK;
}

int32_t trainer_leave(seqnet_trainer *trainer, int32_t code)
{
    return context_leave(trainer->context, code);
}

static int32_t non_finite(const char *function, int32_t code)
{
    if (code != SEQNET_ENONFINITE)
        return code;
    return error_set(code, "%s: the loss or a gradient is NaN or infinite, nothing was updated",
                     function);
}

static int32_t check_truncation(const char *function, const seqnet_trainer *trainer,
                                const struct input *input)
{
    const int32_t batch = trainer->history_batch;
    RETURN_UNLESS(!trainer->overlap || !input->lengths, SEQNET_ENOTSUP,
                  "%s: lengths need update_steps >= back_steps", function);
    RETURN_UNLESS(!trainer->options.carry || batch == 0 || batch == input->batch, SEQNET_ESHAPE,
                  "%s: batch = %d, the carried state has %d rows (seqnet_trainer_reset)", function,
                  (int)input->batch, (int)batch);
    return SEQNET_OK;
}

static int32_t train(const char *function, seqnet_trainer *trainer, const seqnet_batch *b,
                     seqnet_result *result)
{
    struct sequence sequence;
    struct progress progress = { .gradient_norm = 0 };
    RETURN_IF_ERROR(batch_describe(function, b, trainer->context, &trainer->loss, &sequence));
    RETURN_IF_ERROR(check_truncation(function, trainer, &sequence.input));
    RETURN_IF_ERROR(non_finite(function, trainer_train(trainer, &sequence, &progress)));
    return result_write(function, &progress, result);
}

int32_t seqnet_trainer_train(seqnet_trainer *trainer, const seqnet_batch *batch,
                             seqnet_result *result)
{
    seqnet_batch b;
    RETURN_IF_ERROR(batch_read(__func__, batch, &b));
    RETURN_IF_ERROR(result_check(__func__, result));
    RETURN_IF_ERROR(trainer_enter(__func__, trainer));
    return trainer_leave(trainer, train(__func__, trainer, &b, result));
}

static int32_t update(const char *function, seqnet_trainer *trainer, seqnet_result *result)
{
    struct progress progress = { .gradient_norm = 0 };
    RETURN_IF_ERROR(non_finite(function, trainer_update(trainer, &progress)));
    return result_write(function, &progress, result);
}

int32_t seqnet_trainer_update(seqnet_trainer *trainer, seqnet_result *result)
{
    RETURN_IF_ERROR(result_check(__func__, result));
    RETURN_IF_ERROR(trainer_enter(__func__, trainer));
    return trainer_leave(trainer, update(__func__, trainer, result));
}

seqnet_context *seqnet_trainer_context(seqnet_trainer *trainer)
{
    return trainer ? trainer->context : NULL;
}

int32_t seqnet_trainer_reset(seqnet_trainer *trainer)
{
    RETURN_IF_ERROR(trainer_enter(__func__, trainer));
    trainer_reset(trainer);
    return trainer_leave(trainer, SEQNET_OK);
}

int32_t seqnet_trainer_report(seqnet_trainer *trainer, double validation_loss)
{
    RETURN_IF_ERROR(trainer_enter(__func__, trainer));
    plateau_report(&trainer->plateau, &trainer->schedule, validation_loss);
    return trainer_leave(trainer, SEQNET_OK);
}

double seqnet_trainer_learning_rate(const seqnet_trainer *trainer)
{
    if (!trainer)
        return 0;
    return schedule_rate(&trainer->schedule, &trainer->plateau, trainer->updates);
}

int64_t seqnet_trainer_updates(const seqnet_trainer *trainer)
{
    return trainer ? trainer->updates : 0;
}

static int32_t evaluate(const char *function, seqnet_context *context,
                        const seqnet_loss_options *loss, const seqnet_batch *b,
                        seqnet_result *result)
{
    struct sequence sequence;
    struct progress progress = { .gradient_norm = 0 };
    RETURN_IF_ERROR(batch_describe(function, b, context, loss, &sequence));
    evaluate_sequence(context, loss, &sequence, &progress.sum);
    return result_write(function, &progress, result);
}

int32_t seqnet_evaluate(seqnet_context *context, const seqnet_loss_options *loss,
                        const seqnet_batch *batch, seqnet_result *result)
{
    seqnet_batch b;
    seqnet_loss_options known;
    RETURN_IF_ERROR(batch_read(__func__, batch, &b));
    RETURN_IF_ERROR(result_check(__func__, result));
    RETURN_IF_ERROR(loss_read(__func__, loss, &known));
    RETURN_IF_ERROR(context_enter(__func__, context));
    return context_leave(context, evaluate(__func__, context, &known, &b, result));
}
