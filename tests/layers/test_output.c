/* SPDX-License-Identifier: MIT */
/*
 * Outputs of a last linear layer made in pieces, and weights packed only for who takes few rows:
 * the bits are those of outputs made at once, and of packed weights.
 */
#include "layers/context.h"
#include "layers/noise.h"
#include "support/assert.h"

#include <math.h>
#include <seqnet/seqnet.h>
#include <stdlib.h>
#include <string.h>

#define I 5
#define N 1100 /* so wide that a piece is 384 rows at most */
#define STEPS 60
#define BATCH 10
#define ROWS (STEPS * BATCH)

static float x[ROWS * I], y[ROWS * N], dy[ROWS * N], dx[ROWS * I];

static seqnet_layer *new_linear(void)
{
    seqnet_linear_options options = SEQNET_LINEAR_OPTIONS_INIT;
    seqnet_layer *layer;
    options.seed = 1, options.init_range = 1;
    assert_ok(seqnet_linear_create(I, N, &options, &layer));
    return layer;
}

/* An LSTM before it. */
static seqnet_layer *new_model(void)
{
    seqnet_layer *parts[2] = { NULL, new_linear() }, *model;
    seqnet_recurrent_options options = SEQNET_RECURRENT_OPTIONS_INIT;
    options.num_layers = 2;
    assert_ok(seqnet_lstm_create(I, I, &options, &parts[0]));
    assert_ok(seqnet_sequential_create(parts, 2, NULL, &model));
    seqnet_layer_destroy(parts[0]);
    seqnet_layer_destroy(parts[1]);
    return model;
}

static seqnet_context *new_context(seqnet_layer *layer, int32_t steps, int32_t training)
{
    seqnet_context_options options = SEQNET_CONTEXT_OPTIONS_INIT;
    seqnet_context *context;
    options.max_steps = steps, options.max_batch = BATCH, options.training = training;
    options.threads = 1;
    assert_ok(seqnet_context_create(layer, &options, &context));
    return context;
}

static seqnet_window window_of(const float *from, int32_t steps)
{
    seqnet_window window = SEQNET_WINDOW_INIT;
    window.x = from, window.steps = steps, window.batch = BATCH;
    return window;
}

/* A dense sequence-major y is written at once, a batch-major one from pieces. */
static void outputs_have_the_bits_of_a_whole(void **state)
{
    (void)state;
    seqnet_layer *model = new_model();
    seqnet_context *context = new_context(model, STEPS, 0);
    float *turned = noise_new(ROWS * I, NOISE_X), *pieces = noise_new(ROWS * N, NOISE_DY);
    seqnet_window window = window_of(x, STEPS);
    assert_int_equal(context->output_rows, ROWS / 2);
    for (int t = 0; t < STEPS; t++)
        for (int b = 0; b < BATCH; b++)
            memcpy(turned + (b * STEPS + t) * I, x + (t * BATCH + b) * I, I * sizeof *x);
    assert_ok(seqnet_context_forward(context, &window, y));
    assert_ok(seqnet_context_reset(context));
    window.x = turned, window.batch_major = 1;
    assert_ok(seqnet_context_forward(context, &window, pieces));
    for (int t = 0; t < STEPS; t++)
        for (int b = 0; b < BATCH; b++)
            assert_same_bytes(pieces + (b * STEPS + t) * N, y + (t * BATCH + b) * N, N * sizeof *y);
    free(turned);
    free(pieces);
    seqnet_context_destroy(context);
    seqnet_layer_destroy(model);
}

/* Rows of some lengths, padding zero; with the bits of dense rows. */
static void lengths_cut_pieces(void **state)
{
    (void)state;
    const int32_t lengths[BATCH] = { 60, 0, 59, 60, 17, 60, 58, 1, 60, 55 };
    seqnet_layer *layer = new_linear();
    seqnet_context *context = new_context(layer, STEPS, 0);
    float *ragged = noise_new(ROWS * N, NOISE_DY);
    static const float zeros[N];
    seqnet_window window = window_of(x, STEPS);
    assert_ok(seqnet_context_forward(context, &window, y));
    window.lengths = lengths;
    assert_ok(seqnet_context_forward(context, &window, ragged));
    for (int t = 0; t < STEPS; t++)
        for (int b = 0; b < BATCH; b++)
            assert_same_bytes(ragged + (t * BATCH + b) * N,
                              t < lengths[b] ? y + (t * BATCH + b) * N : zeros, sizeof zeros);
    free(ragged);
    seqnet_context_destroy(context);
    seqnet_layer_destroy(layer);
}

/* Windows of `steps` steps, one after the other; gradients and dx of all. */
static void backward_in_windows(seqnet_layer *layer, int32_t steps, float *gradients)
{
    seqnet_context *context = new_context(layer, steps, 1);
    assert_int_equal(context->output_rows < context->max_steps * BATCH, steps == STEPS);
    for (int32_t t = 0; t < STEPS; t += steps) {
        const seqnet_window window = window_of(x + t * BATCH * I, steps);
        assert_ok(seqnet_context_forward(context, &window, NULL));
        assert_ok(seqnet_context_backward(context, dy + t * BATCH * N, dx + t * BATCH * I));
    }
    assert_ok(seqnet_context_get_gradient(context, "weight", gradients, N * I));
    assert_ok(seqnet_context_get_gradient(context, "bias", gradients + N * I, N));
    seqnet_context_destroy(context);
}

static void gradients_have_the_bits_of_shorter_windows(void **state)
{
    (void)state;
    static float pieces[N * (I + 1)], windows[N * (I + 1)], pieces_dx[ROWS * I];
    seqnet_layer *layer = new_linear();
    backward_in_windows(layer, STEPS, pieces);
    memcpy(pieces_dx, dx, sizeof dx);
    backward_in_windows(layer, STEPS / 3, windows);
    assert_same_bytes(pieces, windows, sizeof pieces);
    assert_same_bytes(pieces_dx, dx, sizeof dx);
    seqnet_layer_destroy(layer);
}

/* Mean over time of sample b's outputs, its softmax, and the loss. */
static double mean_loss(int b, int target, double *gradient)
{
    double sum = 0;
    for (int j = 0; j < N; j++) {
        double mean = 0;
        for (int t = 0; t < STEPS; t++)
            mean += (double)y[(t * BATCH + b) * N + j] / STEPS;
        gradient[j] = exp(mean);
        sum += gradient[j];
    }
    const double loss = log(sum / gradient[target]);
    for (int j = 0; j < N; j++)
        gradient[j] = gradient[j] / sum - (j == target);
    return loss;
}

/* What one step of plain gradient descent with rate 1 takes from the bias. */
static void means_over_time_see_all_pieces(void **state)
{
    (void)state;
    seqnet_layer *layer = new_linear();
    seqnet_context *context = new_context(layer, STEPS, 0);
    seqnet_trainer_options options = SEQNET_TRAINER_OPTIONS_INIT;
    seqnet_loss_options mean = SEQNET_LOSS_OPTIONS_INIT;
    seqnet_batch batch = SEQNET_BATCH_INIT;
    seqnet_result result = SEQNET_RESULT_INIT;
    seqnet_trainer *trainer;
    static float before[N], after[N];
    static double expected[N], one[N];
    double loss = 0;
    int32_t targets[BATCH];
    const seqnet_window window = window_of(x, STEPS);
    assert_ok(seqnet_context_forward(context, &window, y));
    for (int b = 0; b < BATCH; b++) {
        targets[b] = b * 100;
        loss += mean_loss(b, targets[b], one) / BATCH;
        for (int j = 0; j < N; j++)
            expected[j] += one[j] / BATCH;
    }
    mean.target_mode = SEQNET_MEAN_STEP;
    options.loss = &mean, options.max_batch = BATCH, options.back_steps = STEPS;
    options.learning_rate = 1;
    assert_ok(seqnet_trainer_create(layer, &options, &trainer));
    assert_ok(seqnet_layer_get_parameter(layer, "bias", before, N));
    batch.x = x, batch.targets = targets, batch.steps = STEPS, batch.batch = BATCH;
    assert_ok(seqnet_evaluate(context, &mean, &batch, &result));
    assert_true(fabs(result.loss - loss) < 1e-5);
    assert_ok(seqnet_trainer_train(trainer, &batch, &result));
    assert_true(fabs(result.loss - loss) < 1e-5);
    assert_ok(seqnet_layer_get_parameter(layer, "bias", after, N));
    for (int j = 0; j < N; j++)
        assert_true(fabs((double)before[j] - (double)after[j] - expected[j]) < 1e-6);
    seqnet_trainer_destroy(trainer);
    seqnet_context_destroy(context);
    seqnet_layer_destroy(layer);
}

static int is_packed(const seqnet_layer *model)
{
    return layer_pack_of(layer_leaf(model, 0), PACK_INPUT) &&
           layer_pack_of(layer_leaf(model, 1), PACK_INPUT);
}

/* Training has no use for packed weights until somebody else has, and then they follow changes. */
static void packed_weights_change_no_bit(void **state)
{
    (void)state;
    seqnet_layer *model = new_model();
    seqnet_context *training = new_context(model, STEPS, 1), *inference;
    float *weights = noise_new(N * I, NOISE_PARAMETER), *packed = noise_new(ROWS * N, NOISE_DY);
    const seqnet_window window = window_of(x, STEPS);
    assert_ok(seqnet_context_forward(training, &window, y));
    assert_false(is_packed(model));
    inference = new_context(model, STEPS, 0);
    assert_true(is_packed(model));
    assert_ok(seqnet_context_forward(inference, &window, packed));
    assert_same_bytes(packed, y, sizeof y);
    assert_ok(seqnet_layer_set_parameter(model, "1.weight", weights, N * I));
    assert_ok(seqnet_context_reset(inference));
    assert_ok(seqnet_context_forward(inference, &window, packed));
    seqnet_context_destroy(inference);
    seqnet_layer *other = new_model();
    seqnet_context_destroy(training);
    training = new_context(other, STEPS, 1);
    assert_ok(seqnet_layer_set_parameter(other, "1.weight", weights, N * I));
    assert_ok(seqnet_context_forward(training, &window, y));
    assert_false(is_packed(other));
    assert_same_bytes(packed, y, sizeof y);
    seqnet_context_destroy(training);
    seqnet_layer_destroy(other);
    seqnet_layer_destroy(model);
    free(weights);
    free(packed);
}

static int set_up(void **state)
{
    (void)state;
    noise_fill(x, ROWS * I, NOISE_X);
    noise_fill(dy, ROWS * N, NOISE_DY);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outputs_have_the_bits_of_a_whole),
        cmocka_unit_test(lengths_cut_pieces),
        cmocka_unit_test(gradients_have_the_bits_of_shorter_windows),
        cmocka_unit_test(means_over_time_see_all_pieces),
        cmocka_unit_test(packed_weights_change_no_bit),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
