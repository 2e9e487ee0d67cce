/* SPDX-License-Identifier: MIT */
/* Masks: what they do to a value, and what they depend on. */
#include "layers/models.h"
#include "support/assert.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SIZE 6
#define STEPS 50
#define BATCH 20
#define COUNT (STEPS * BATCH * SIZE)
#define PROBABILITY 0.25f

static seqnet_context *create(float probability, uint64_t seed, int32_t training)
{
    seqnet_context_options options = SEQNET_CONTEXT_OPTIONS_INIT;
    seqnet_context *context;
    seqnet_layer *layer;
    assert_ok(seqnet_dropout_create(SIZE, probability, NULL, &layer));
    options.max_steps = STEPS, options.max_batch = BATCH;
    options.seed = seed, options.training = training;
    assert_ok(seqnet_context_create(layer, &options, &context));
    seqnet_layer_destroy(layer);
    return context;
}

/* Ones go in: what comes out is the mask. */
static void draw(seqnet_context *context, const int32_t *lengths, float *mask)
{
    static float ones[COUNT];
    for (int i = 0; i < COUNT; i++)
        ones[i] = 1;
    seqnet_window window = SEQNET_WINDOW_INIT;
    window.x = ones, window.lengths = lengths, window.steps = STEPS, window.batch = BATCH;
    assert_ok(seqnet_context_forward(context, &window, mask));
}

static float *masks(void)
{
    float *values = calloc(2 * COUNT, sizeof *values);
    assert_non_null(values);
    return values;
}

static void values_are_zero_or_scaled(void **state)
{
    (void)state;
    seqnet_context *context = create(PROBABILITY, 1, 1);
    float *mask = masks();
    int zeros = 0;
    draw(context, NULL, mask);
    for (int i = 0; i < COUNT; i++) {
        assert_true(mask[i] == 0 || mask[i] == 1 / (1 - PROBABILITY));
        zeros += mask[i] == 0;
    }
    /* 6000 draws: five standard deviations of their share are 0.028 */
    assert_true(fabs(zeros / (double)COUNT - PROBABILITY) < 0.028);
    free(mask);
    seqnet_context_destroy(context);
}

static void backward_has_the_mask_of_its_forward(void **state)
{
    (void)state;
    seqnet_context *context = create(PROBABILITY, 1, 1);
    float *mask = masks(), *dx = mask + COUNT, ones[COUNT];
    for (int i = 0; i < COUNT; i++)
        ones[i] = 1;
    for (int call = 0; call < 2; call++) {
        draw(context, NULL, mask);
        assert_ok(seqnet_context_backward(context, ones, dx));
        assert_same_bytes(dx, mask, COUNT * sizeof *dx);
    }
    free(mask);
    seqnet_context_destroy(context);
}

static void masks_depend_on_seed_and_call_only(void **state)
{
    (void)state;
    seqnet_context *a = create(PROBABILITY, 1, 1), *b = create(PROBABILITY, 1, 1);
    seqnet_context *other = create(PROBABILITY, 2, 1);
    float *first = masks(), *second = first + COUNT;
    draw(a, NULL, first);
    draw(b, NULL, second);
    assert_same_bytes(second, first, COUNT * sizeof *first);
    draw(other, NULL, second);
    assert_true(memcmp(second, first, COUNT * sizeof *first) != 0);
    draw(a, NULL, second);
    assert_true(memcmp(second, first, COUNT * sizeof *first) != 0);
    free(first);
    seqnet_context_destroy(a), seqnet_context_destroy(b), seqnet_context_destroy(other);
}

static void masks_do_not_depend_on_padding(void **state)
{
    (void)state;
    int32_t lengths[BATCH];
    seqnet_context *a = create(PROBABILITY, 1, 1), *b = create(PROBABILITY, 1, 1);
    float *dense = masks(), *ragged = dense + COUNT;
    for (int32_t i = 0; i < BATCH; i++)
        lengths[i] = i * 37 % (STEPS + 1);
    draw(a, NULL, dense);
    draw(b, lengths, ragged);
    for (int i = 0; i < COUNT; i++) {
        const int t = i / (BATCH * SIZE), sample = i / SIZE % BATCH;
        assert_true(ragged[i] == (t < lengths[sample] ? dense[i] : 0));
    }
    free(dense);
    seqnet_context_destroy(a), seqnet_context_destroy(b);
}

static void inference_and_zero_probability_keep_values(void **state)
{
    (void)state;
    seqnet_context *contexts[] = { create(PROBABILITY, 1, 0), create(0, 1, 1) };
    float *mask = masks();
    for (int i = 0; i < 2; i++) {
        draw(contexts[i], NULL, mask);
        for (int j = 0; j < COUNT; j++)
            assert_true(mask[j] == 1);
        seqnet_context_destroy(contexts[i]);
    }
    free(mask);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_zero_or_scaled),
        cmocka_unit_test(backward_has_the_mask_of_its_forward),
        cmocka_unit_test(masks_depend_on_seed_and_call_only),
        cmocka_unit_test(masks_do_not_depend_on_padding),
        cmocka_unit_test(inference_and_zero_probability_keep_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
