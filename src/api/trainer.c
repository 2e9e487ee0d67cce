/* SPDX-License-Identifier: MIT */
/* Trainers: options, batches and results. */
#include "train/trainer.h"

#include "api/allocator.h"
#include "api/check.h"
#include "api/context.h"
#include "api/trainer.h"
#include "core/options.h"

#include <math.h>

#define DEFAULT_BACK_STEPS 32

void seqnet_loss_options_init(seqnet_loss_options *options, size_t struct_size)
{
    options_init(options, struct_size);
}

void seqnet_trainer_options_init(seqnet_trainer_options *options, size_t struct_size)
{
    options_init(options, struct_size);
}

void seqnet_batch_init(seqnet_batch *batch, size_t struct_size)
{
    options_init(batch, struct_size);
}

static int32_t read_loss(const char *function, const seqnet_loss_options *from,
                         seqnet_loss_options *loss)
{
    RETURN_IF_ERROR(options_read(loss, sizeof *loss, from, function, "loss"));
    RETURN_UNLESS(loss->loss == SEQNET_CROSS_ENTROPY || loss->loss == SEQNET_MEAN_SQUARED_ERROR,
                  SEQNET_EINVAL, "%s: loss = %d, need 0..1", function, (int)loss->loss);
    RETURN_UNLESS(loss->target_mode >= SEQNET_EVERY_STEP && loss->target_mode <= SEQNET_REPEAT_STEP,
                  SEQNET_EINVAL, "%s: target_mode = %d, need 0..3", function,
                  (int)loss->target_mode);
    RETURN_UNLESS(loss->has_ignore_index == 0 || loss->has_ignore_index == 1, SEQNET_EINVAL,
                  "%s: has_ignore_index = %d, need 0..1", function, (int)loss->has_ignore_index);
    return SEQNET_OK;
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

static int32_t check_together(const char *function, const seqnet_layer *layer,
                              const seqnet_trainer_options *o)
{
    const int32_t k1 = o->update_steps, k2 = o->back_steps;
    RETURN_UNLESS(k1 <= k2 || k1 % k2 == 0, SEQNET_EINVAL,
                  "%s: update_steps = %d, need at most back_steps = %d or a multiple of it",
                  function, (int)k1, (int)k2);
    RETURN_UNLESS(k1 >= k2 || !is_bidirectional(layer), SEQNET_ENOTSUP,
                  "%s: update_steps < back_steps needs layers of one direction", function);
    RETURN_UNLESS(!o->nesterov || o->momentum > 0, SEQNET_EINVAL,
                  "%s: nesterov = 1, needs a momentum above 0", function);
    const int periodic = o->schedule == SEQNET_STEP || o->schedule == SEQNET_COSINE;
    RETURN_UNLESS(!periodic || o->period >= 1, SEQNET_EINVAL,
                  "%s: period = %lld, this schedule needs 1 or more", function,
                  (long long)o->period);
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
    RETURN_IF_ERROR(read_loss(__func__, o.loss, &loss));
    RETURN_IF_ERROR(check_numbers(__func__, &o));
    o.max_batch = o.max_batch ? o.max_batch : 1;
    o.back_steps = o.back_steps ? o.back_steps : DEFAULT_BACK_STEPS;
    o.update_steps = o.update_steps ? o.update_steps : o.back_steps;
    o.accumulate = o.accumulate ? o.accumulate : 1;
    RETURN_IF_ERROR(check_together(__func__, layer, &o));
    RETURN_UNLESS(trainer_create(layer, &o, &loss, trainer) == SEQNET_OK, SEQNET_ENOMEM,
                  "%s: out of memory", __func__);
    const double rate = (*trainer)->settings.learning_rate;
    if (o.min_learning_rate > rate) {
        trainer_destroy(*trainer);
        *trainer = NULL;
        return error_set(SEQNET_EINVAL, "%s: min_learning_rate = %g, need at most %g", __func__,
                         o.min_learning_rate, rate);
    }
    return SEQNET_OK;
}

void seqnet_trainer_destroy(seqnet_trainer *trainer)
{
    trainer_destroy(trainer);
}

int32_t trainer_enter(const char *function, seqnet_trainer *trainer)
{
    RETURN_UNLESS(trainer, SEQNET_EINVAL, "%s: trainer = NULL", function);
    RETURN_UNLESS(!atomic_flag_test_and_set_explicit(&trainer->busy, memory_order_acquire),
                  SEQNET_EBUSY, "%s: another thread is inside this trainer", function);
    return SEQNET_OK;
}

int32_t trainer_leave(seqnet_trainer *trainer, int32_t code)
{
    atomic_flag_clear_explicit(&trainer->busy, memory_order_release);
    return code;
}

static int is_many_to_one(const seqnet_loss_options *loss)
{
    return loss->target_mode == SEQNET_LAST_STEP || loss->target_mode == SEQNET_MEAN_STEP;
}

/* Where x and targets of a batch are, by the loss's mode. */
static void describe(const seqnet_batch *b, const seqnet_loss_options *loss,
                     struct sequence *sequence)
{
    const struct layout all = layout_of(b->steps, b->batch, b->batch_major, 1);
    *sequence = (struct sequence){
        .input = { .x = b->x,
                   .tokens = b->tokens,
                   .lengths = b->lengths,
                   .steps = b->steps,
                   .batch = b->batch,
                   .layout = all },
        .targets = { .classes = b->targets, .values = b->target_values, .layout = all },
    };
    if (is_many_to_one(loss))
        sequence->targets.layout = (struct layout){ 0, 1 };
    if (loss->target_mode == SEQNET_REPEAT_STEP)
        sequence->input.layout = (struct layout){ 0, 1 };
}

static int32_t check_class(const char *function, const seqnet_loss_options *loss, int32_t target,
                           int32_t classes, int64_t row)
{
    if (loss->has_ignore_index && target == loss->ignore_index)
        return SEQNET_OK;
    RETURN_UNLESS(target >= 0 && target < classes, SEQNET_ERANGE,
                  "%s: targets[%lld] = %d, need 0..%d", function, (long long)row, (int)target,
                  (int)classes - 1);
    return SEQNET_OK;
}

/* Targets that will be read: those of valid steps. */
static int32_t check_targets(const char *function, const seqnet_layer *layer,
                             const seqnet_loss_options *loss, const struct sequence *sequence)
{
    const struct input *input = &sequence->input;
    const struct targets *targets = &sequence->targets;
    for (int32_t b = 0; b < input->batch; b++) {
        const int32_t length = input->lengths ? input->lengths[b] : input->steps;
        const int32_t steps = is_many_to_one(loss) && length > 0 ? 1 : length;
        for (int32_t t = 0; t < steps; t++) {
            const int64_t row = t * targets->layout.step + b * targets->layout.sample;
            RETURN_IF_ERROR(
                check_class(function, loss, targets->classes[row], layer->output_size, row));
        }
    }
    return SEQNET_OK;
}

static int32_t check_sequence(const char *function, const seqnet_context *context,
                              const seqnet_loss_options *loss, const struct sequence *sequence)
{
    const struct input *input = &sequence->input;
    const int entropy = loss->loss == SEQNET_CROSS_ENTROPY;
    RETURN_UNLESS(input->steps >= 1, SEQNET_ESHAPE, "%s: steps = %d, need 1 or more", function,
                  (int)input->steps);
    RETURN_UNLESS(!is_many_to_one(loss) || input->steps <= context->max_steps, SEQNET_ESHAPE,
                  "%s: steps = %d, many-to-one needs 1..%d", function, (int)input->steps,
                  (int)context->max_steps);
    RETURN_UNLESS(input->batch >= 1 && input->batch <= context->max_batch, SEQNET_ESHAPE,
                  "%s: batch = %d, need 1..max_batch = %d", function, (int)input->batch,
                  (int)context->max_batch);
    RETURN_IF_ERROR(check_input(function, context->layer, input));
    RETURN_UNLESS(entropy ? sequence->targets.classes != NULL : sequence->targets.values != NULL,
                  SEQNET_EINVAL, "%s: the loss needs %s", function,
                  entropy ? "targets" : "target_values");
    RETURN_UNLESS(!sequence->targets.classes || !sequence->targets.values, SEQNET_EINVAL,
                  "%s: the loss takes %s only", function, entropy ? "targets" : "target_values");
    return entropy ? check_targets(function, context->layer, loss, sequence) : SEQNET_OK;
}

static int32_t write_result(const char *function, const struct progress *progress,
                            seqnet_result *result)
{
    const struct loss_sum *sum = &progress->sum;
    const seqnet_result found = {
        .loss = sum->count ? sum->loss / (double)sum->count : 0,
        .count = sum->count,
        .correct = sum->correct,
        .updates = progress->updates,
        .gradient_norm = progress->gradient_norm,
        .learning_rate = progress->learning_rate,
    };
    return result ? options_write(result, &found, sizeof found, function, "result") : SEQNET_OK;
}

static int32_t check_result(const char *function, const seqnet_result *result)
{
    RETURN_UNLESS(!result || result->struct_size >= sizeof(size_t), SEQNET_EINVAL,
                  "%s: result->struct_size = %zu, need sizeof *result", function,
                  result->struct_size);
    return SEQNET_OK;
}

static int32_t read_batch(const char *function, const seqnet_batch *batch,
                          const seqnet_result *result, seqnet_batch *b)
{
    RETURN_UNLESS(batch, SEQNET_EINVAL, "%s: batch = NULL", function);
    RETURN_IF_ERROR(options_read(b, sizeof *b, batch, function, "batch"));
    RETURN_UNLESS(b->batch_major == 0 || b->batch_major == 1, SEQNET_EINVAL,
                  "%s: batch_major = %d, need 0..1", function, (int)b->batch_major);
    return check_result(function, result);
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
    describe(b, &trainer->loss, &sequence);
    RETURN_IF_ERROR(check_sequence(function, trainer->context, &trainer->loss, &sequence));
    RETURN_IF_ERROR(check_truncation(function, trainer, &sequence.input));
    sequence.lengths = trainer->context->lengths;
    RETURN_IF_ERROR(non_finite(function, trainer_train(trainer, &sequence, &progress)));
    return write_result(function, &progress, result);
}

int32_t seqnet_trainer_train(seqnet_trainer *trainer, const seqnet_batch *batch,
                             seqnet_result *result)
{
    seqnet_batch b;
    RETURN_IF_ERROR(read_batch(__func__, batch, result, &b));
    RETURN_IF_ERROR(trainer_enter(__func__, trainer));
    return trainer_leave(trainer, train(__func__, trainer, &b, result));
}

static int32_t update(const char *function, seqnet_trainer *trainer, seqnet_result *result)
{
    struct progress progress = { .gradient_norm = 0 };
    RETURN_IF_ERROR(non_finite(function, trainer_update(trainer, &progress)));
    return write_result(function, &progress, result);
}

int32_t seqnet_trainer_update(seqnet_trainer *trainer, seqnet_result *result)
{
    RETURN_IF_ERROR(check_result(__func__, result));
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
    describe(b, loss, &sequence);
    RETURN_IF_ERROR(check_sequence(function, context, loss, &sequence));
    sequence.lengths = context->lengths;
    evaluate_sequence(context, loss, &sequence, &progress.sum);
    return write_result(function, &progress, result);
}

int32_t seqnet_evaluate(seqnet_context *context, const seqnet_loss_options *loss,
                        const seqnet_batch *batch, seqnet_result *result)
{
    seqnet_batch b;
    seqnet_loss_options known;
    RETURN_IF_ERROR(read_batch(__func__, batch, result, &b));
    RETURN_IF_ERROR(read_loss(__func__, loss, &known));
    RETURN_IF_ERROR(context_enter(__func__, context));
    return context_leave(context, evaluate(__func__, context, &known, &b, result));
}
