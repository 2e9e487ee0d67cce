/* SPDX-License-Identifier: MIT */
/*
 * Temporal order (Hochreiter and Schmidhuber 1997, task 6a): among distractors a, b, c, d two
 * symbols, each X or Y, stand at random places, one early and one late; the class is XX, XY, YX or
 * YY. Sequences have different lengths. Solved: at least 99 % of new sequences.
 */
#include "learner.h"

#include "core/random.h"

#define STEPS 55 /* 50 to 55 of each sequence */
#define BATCH 32
#define UPDATES 1500
#define TESTED 32 /* batches */
#define SYMBOLS 8 /* E, B, a, b, c, d, X, Y */
#define FIRST_DISTRACTOR 2
#define FIRST_MARK 6

static int32_t tokens[STEPS * BATCH], classes[BATCH], lengths[BATCH];

static int32_t below(uint64_t stream, uint64_t index, uint32_t bound)
{
    return (int32_t)random_below(3, stream, index, bound);
}

static seqnet_batch draw(uint64_t stream)
{
    for (int32_t b = 0; b < BATCH; b++) {
        const uint64_t at = ((uint64_t)b + 1) << 32;
        const int32_t early = 5 + below(stream, at, 6), late = 25 + below(stream, at + 1, 6);
        const int32_t first = below(stream, at + 2, 2), second = below(stream, at + 3, 2);
        lengths[b] = STEPS - 5 + below(stream, at + 4, 6);
        for (int32_t t = 0; t < lengths[b]; t++)
            tokens[t * BATCH + b] = FIRST_DISTRACTOR + below(stream, (uint64_t)(t * BATCH + b), 4);
        tokens[b] = 0;
        tokens[(lengths[b] - 1) * BATCH + b] = 1;
        tokens[early * BATCH + b] = FIRST_MARK + first;
        tokens[late * BATCH + b] = FIRST_MARK + second;
        classes[b] = 2 * first + second;
    }
    return (seqnet_batch){ .struct_size = sizeof(seqnet_batch),
                           .tokens = tokens,
                           .targets = classes,
                           .lengths = lengths,
                           .steps = STEPS,
                           .batch = BATCH };
}

static void test_order(void **state)
{
    (void)state;
    const struct learner_task task = { .input = SYMBOLS,
                                       .output = 4,
                                       .token_input = 1,
                                       .hidden = 16,
                                       .loss = SEQNET_CROSS_ENTROPY,
                                       .target_mode = SEQNET_LAST_STEP,
                                       .steps = STEPS,
                                       .batch = BATCH,
                                       .forget_bias = 3,
                                       .learning_rate = 0.01,
                                       .updates = UPDATES };
    struct learner learner;
    int64_t correct = 0;
    learner_init(&learner, &task);
    for (uint64_t update = 0; update < UPDATES; update++) {
        const seqnet_batch batch = draw(update);
        learner_train(&learner, &batch);
    }
    for (uint64_t i = 0; i < TESTED; i++) {
        const seqnet_batch batch = draw(UPDATES + i);
        correct += learner_evaluate(&learner, &batch).correct;
    }
    learner_free(&learner);
    print_message("correct %.2f %%\n", 100.0 * (double)correct / (TESTED * BATCH));
    assert_true((double)correct >= 0.99 * TESTED * BATCH);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_order) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
