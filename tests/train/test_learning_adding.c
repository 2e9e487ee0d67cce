/* SPDX-License-Identifier: MIT */
/*
 * The adding problem (Hochreiter and Schmidhuber 1997, task 4): each step has a number of U(0, 1)
 * and a mark; the target is the sum of the two marked numbers, one in each half. Always answering 1
 * has a mean squared error of 1/6. Solved: a mean squared error below 0.01 in new sequences, and as
 * there an error below 0.04 in almost all of them.
 */
#include "learner.h"

#include "core/random.h"

#include <math.h>
#include <string.h>

#define STEPS 50
#define BATCH 32
#define UPDATES 2500
#define TESTED 32 /* batches */

static float x[STEPS * BATCH * 2], sums[BATCH];

static seqnet_batch draw(uint64_t stream)
{
    for (uint32_t b = 0; b < BATCH; b++) {
        const uint64_t at = ((uint64_t)b + 1) << 32;
        const uint32_t first = random_below(1, stream, at, STEPS / 2);
        const uint32_t second = STEPS / 2 + random_below(1, stream, at + 1, STEPS / 2);
        sums[b] = 0;
        for (uint32_t t = 0; t < STEPS; t++) {
            float *step = x + (t * BATCH + b) * 2;
            step[0] = random_uniform(1, stream, t * BATCH + b);
            step[1] = t == first || t == second;
            sums[b] += step[0] * step[1];
        }
    }
    return (seqnet_batch){ .struct_size = sizeof(seqnet_batch),
                           .x = x,
                           .target_values = sums,
                           .steps = STEPS,
                           .batch = BATCH };
}

/* Sequences of the batch whose error is below 0.04; the squared errors are added to *squares. */
static int32_t solved(struct learner *learner, double *squares)
{
    static float y[STEPS * BATCH];
    const seqnet_window window = {
        .struct_size = sizeof window, .x = x, .steps = STEPS, .batch = BATCH
    };
    int32_t count = 0;
    assert_ok(seqnet_context_reset(learner->context));
    assert_ok(seqnet_context_forward(learner->context, &window, y));
    for (int32_t b = 0; b < BATCH; b++) {
        const double error = (double)y[(STEPS - 1) * BATCH + b] - (double)sums[b];
        *squares += error * error;
        count += fabs(error) < 0.04;
    }
    return count;
}

static void test_adding(void **state)
{
    (void)state;
    const struct learner_task task = { .input = 2,
                                       .output = 1,
                                       .hidden = 16,
                                       .loss = SEQNET_MEAN_SQUARED_ERROR,
                                       .target_mode = SEQNET_LAST_STEP,
                                       .steps = STEPS,
                                       .batch = BATCH,
                                       .forget_bias = 3,
                                       .learning_rate = 0.03,
                                       .updates = UPDATES };
    struct learner learner;
    double squares = 0;
    int32_t count = 0;
    learner_init(&learner, &task);
    for (uint64_t update = 0; update < UPDATES; update++) {
        const seqnet_batch batch = draw(update);
        learner_train(&learner, &batch);
    }
    for (uint64_t i = 0; i < TESTED; i++) {
        draw(UPDATES + i);
        count += solved(&learner, &squares);
    }
    learner_free(&learner);
    print_message("mean squared error %g, solved %.2f %%\n", squares / (TESTED * BATCH),
                  100.0 * count / (TESTED * BATCH));
    assert_true(squares / (TESTED * BATCH) < 0.01);
    assert_true(count >= 0.9 * TESTED * BATCH);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_adding) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
