/* SPDX-License-Identifier: MIT */
#include "api/batch.h"

#include "api/context.h"
#include "core/error.h"
#include "core/options.h"

void seqnet_loss_options_init(seqnet_loss_options *options, size_t struct_size)
{
    options_init(options, struct_size);
}

void seqnet_batch_init(seqnet_batch *batch, size_t struct_size)
{
    options_init(batch, struct_size);
}

int32_t loss_read(const char *function, const seqnet_loss_options *from, seqnet_loss_options *loss)
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

int loss_is_many_to_one(const seqnet_loss_options *loss)
{
    return loss->target_mode == SEQNET_LAST_STEP || loss->target_mode == SEQNET_MEAN_STEP;
}

/* Where x and targets are, by the loss's mode. */
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
    if (loss_is_many_to_one(loss))
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
        const int32_t steps = loss_is_many_to_one(loss) && length > 0 ? 1 : length;
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
    RETURN_UNLESS(!loss_is_many_to_one(loss) || input->steps <= context->max_steps, SEQNET_ESHAPE,
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

int32_t batch_describe(const char *function, const seqnet_batch *b, seqnet_context *context,
                       const seqnet_loss_options *loss, struct sequence *sequence)
{
    describe(b, loss, sequence);
    RETURN_IF_ERROR(check_sequence(function, context, loss, sequence));
    sequence->lengths = context->lengths;
    return SEQNET_OK;
}

int32_t batch_read(const char *function, const seqnet_batch *batch, seqnet_batch *b)
{
    RETURN_UNLESS(batch, SEQNET_EINVAL, "%s: batch = NULL", function);
    RETURN_IF_ERROR(options_read(b, sizeof *b, batch, function, "batch"));
    RETURN_UNLESS(b->batch_major == 0 || b->batch_major == 1, SEQNET_EINVAL,
                  "%s: batch_major = %d, need 0..1", function, (int)b->batch_major);
    RETURN_UNLESS(b->reserved == 0, SEQNET_ENOTSUP, "%s: batch->reserved = %d, need 0", function,
                  (int)b->reserved);
    return SEQNET_OK;
}

int32_t result_check(const char *function, const seqnet_result *result)
{
    return result ? options_check(result, function, "result") : SEQNET_OK;
}

int32_t result_write(const char *function, const struct progress *progress, seqnet_result *result)
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
