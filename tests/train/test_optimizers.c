/* SPDX-License-Identifier: MIT */
/* Optimizer rules against trajectories of torch.optim, on every instruction set of this machine. */
#include "support/assert.h"

#include "optimizers_golden.h"
#include "train/optimizer.h"

#include <math.h>
#include <string.h>

#ifdef SEQNET_DOUBLE
#define TOLERANCE 1e-12
#else
#define TOLERANCE 3e-7
#endif

#define CASES (sizeof golden_optimizers / sizeof *golden_optimizers)

/* The golden elements over and over, so that vector bodies and scalar tails get each of them. */
#define COUNT 77

struct trained {
    real parameters[COUNT];
    real moments[2][COUNT];
};

static struct optimizer_span span_of(struct trained *trained, const real *gradients)
{
    return (struct optimizer_span){
        .count = COUNT,
        .parameters = trained->parameters,
        .gradients = gradients,
        .moments = { trained->moments[0], trained->moments[1] },
    };
}

static void tile(real *to, const double *from, double factor)
{
    for (size_t i = 0; i < COUNT; i++)
        to[i] = (real)(from[i % GOLDEN_SIZE] * factor);
}

static void start(struct trained *trained)
{
    memset(trained, 0, sizeof *trained);
    tile(trained->parameters, golden_start, 1);
}

static double rate_at(const struct optimizer_settings *settings, int update)
{
    return settings->learning_rate * (update >= GOLDEN_HALVED_FROM ? 0.5 : 1.0);
}

/* One update with the rule as compiled for `isa`, gradients handed over as gradient / scale. */
static void update(struct trained *trained, const struct optimizer_settings *settings, enum isa isa,
                   int number, double scale)
{
    real gradients[COUNT];
    struct optimizer_step step;
    tile(gradients, golden_gradients[number], 1 / scale);
    const struct optimizer_span span = span_of(trained, gradients);
    optimizer_begin(&step, settings, rate_at(settings, number), number, scale);
    step.kernel = training_kernels_get_isa(isa)->optimizer[settings->rule->kernel];
    optimizer_update(&step, &span);
}

/* The largest value an element has on its way: rounding errors are relative to it. */
static double largest_on_the_way(const struct golden_optimizer *golden, size_t element)
{
    double largest = fabs(golden_start[element]);
    for (int number = 0; number < GOLDEN_UPDATES; number++)
        largest = fmax(largest, fabs(golden->parameters[number][element]));
    return largest;
}

static void check_parameters(const real *parameters, const struct golden_optimizer *golden,
                             int number)
{
    real actual[COUNT], expected[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        const double unit = largest_on_the_way(golden, i % GOLDEN_SIZE);
        actual[i] = (real)((double)parameters[i] / unit);
        expected[i] = (real)(golden->parameters[number][i % GOLDEN_SIZE] / unit);
    }
    assert_all_close(actual, expected, COUNT, 0.0, TOLERANCE);
}

static void check_trajectory(const struct golden_optimizer *golden, enum isa isa)
{
    struct trained trained;
    struct optimizer_settings settings;
    optimizer_settings_init(&settings, &golden->options);
    start(&trained);
    for (int number = 0; number < GOLDEN_UPDATES; number++) {
        update(&trained, &settings, isa, number, 1);
        check_parameters(trained.parameters, golden, number);
    }
}

static void test_trajectories(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++)
        for (int isa = 0; isa < ISA_COUNT; isa++)
            if (isa_available((enum isa)isa)) {
                print_message("%s, %s\n", golden_optimizers[i].name, isa_name((enum isa)isa));
                check_trajectory(&golden_optimizers[i], (enum isa)isa);
            }
}

static void train(struct trained *trained, const struct golden_optimizer *golden, enum isa isa,
                  double scale)
{
    struct optimizer_settings settings;
    optimizer_settings_init(&settings, &golden->options);
    start(trained);
    for (int number = 0; number < GOLDEN_UPDATES; number++)
        update(trained, &settings, isa, number, scale);
}

static void test_same_bits_on_every_isa(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        struct trained baseline, other;
        train(&baseline, &golden_optimizers[i], ISA_BASELINE, 1);
        for (int isa = ISA_BASELINE + 1; isa < ISA_COUNT; isa++) {
            if (!isa_available((enum isa)isa))
                continue;
            train(&other, &golden_optimizers[i], (enum isa)isa, 1);
            assert_same_bytes(&other, &baseline, sizeof other);
        }
    }
}

static void test_body_and_tail_agree(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        struct trained trained;
        train(&trained, &golden_optimizers[i], isa_selected(), 1);
        for (size_t j = GOLDEN_SIZE; j < COUNT; j++)
            assert_same_bytes(&trained.parameters[j], &trained.parameters[j - GOLDEN_SIZE],
                              sizeof(real));
    }
}

/* A factor that is a power of two is exact: gradients 4 times too large at 1/4 are the same. */
static void test_gradient_scale(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        struct trained plain, scaled;
        train(&plain, &golden_optimizers[i], isa_selected(), 1);
        train(&scaled, &golden_optimizers[i], isa_selected(), 0.25);
        assert_same_bytes(&scaled, &plain, sizeof scaled);
    }
}

/* After some updates, one with zero gradient: sparse-safe settings change nothing, others do. */
static void check_idle(const struct golden_optimizer *golden)
{
    const real zeros[COUNT] = { 0 };
    struct trained trained, before;
    struct optimizer_settings settings;
    struct optimizer_step step;
    optimizer_settings_init(&settings, &golden->options);
    train(&trained, golden, isa_selected(), 1);
    before = trained;
    const struct optimizer_span span = span_of(&trained, zeros);
    optimizer_begin(&step, &settings, settings.learning_rate, GOLDEN_UPDATES, 1);
    optimizer_update(&step, &span);
    const int unchanged = memcmp(&trained, &before, sizeof before) == 0;
    assert_int_equal(unchanged, optimizer_is_sparse_safe(&settings));
}

static void test_sparse_safe(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++)
        check_idle(&golden_optimizers[i]);
}

static struct optimizer_settings settings_of(int32_t optimizer, double momentum)
{
    struct optimizer_settings settings;
    seqnet_trainer_options options = SEQNET_TRAINER_OPTIONS_INIT;
    options.optimizer = optimizer;
    options.momentum = momentum;
    optimizer_settings_init(&settings, &options);
    return settings;
}

static void test_defaults(void **state)
{
    (void)state;
    static const double learning_rates[] = { 0.01, 0.01, 0.01, 0.001, 0.001 };
    static const double epsilons[] = { 1e-8, 1e-10, 1e-8, 1e-8, 1e-8 };
    for (int32_t optimizer = SEQNET_SGD; optimizer <= SEQNET_ADAMW; optimizer++) {
        const struct optimizer_settings settings = settings_of(optimizer, 0);
        assert_true(settings.learning_rate == learning_rates[optimizer]);
        assert_true(settings.epsilon == epsilons[optimizer]);
        assert_true(settings.beta1 == 0.9);
        assert_true(settings.beta2 == (optimizer == SEQNET_RMSPROP ? 0.99 : 0.999));
        assert_true(settings.weight_decay == (optimizer == SEQNET_ADAMW ? 0.01 : 0));
    }
}

static void test_moments(void **state)
{
    (void)state;
    static const int32_t plain[] = { 0, 1, 1, 2, 2 }, with_momentum[] = { 1, 1, 2, 2, 2 };
    static const char *const names[] = { "sgd", "adagrad", "rmsprop", "adam", "adamw" };
    for (int32_t optimizer = SEQNET_SGD; optimizer <= SEQNET_ADAMW; optimizer++) {
        assert_int_equal(settings_of(optimizer, 0).rule->moments, plain[optimizer]);
        assert_int_equal(settings_of(optimizer, 0.9).rule->moments, with_momentum[optimizer]);
        assert_string_equal(settings_of(optimizer, 0).rule->name, names[optimizer]);
    }
    assert_string_equal(settings_of(SEQNET_SGD, 0.9).rule->name, "sgd_momentum");
    assert_string_equal(settings_of(SEQNET_RMSPROP, 0.9).rule->name, "rmsprop_momentum");
}

/* Moments of a parameter that gets no more gradient end at exactly zero, not among denormals. */
static void check_decay_to_zero(int32_t optimizer, double momentum)
{
    const real zeros[COUNT] = { 0 };
    struct trained trained;
    struct optimizer_settings settings = settings_of(optimizer, momentum);
    struct optimizer_step step;
    settings.beta1 = settings.beta2 = 0.5;
    start(&trained);
    update(&trained, &settings, isa_selected(), 0, 1);
    const struct optimizer_span span = span_of(&trained, zeros);
    for (int number = 1; number < 1100; number++) {
        optimizer_begin(&step, &settings, settings.learning_rate, number, 1);
        optimizer_update(&step, &span);
    }
    for (int32_t k = 0; k < settings.rule->moments; k++)
        assert_same_bytes(trained.moments[k], zeros, sizeof zeros);
}

static void test_decay_to_zero(void **state)
{
    (void)state;
    check_decay_to_zero(SEQNET_SGD, 0.5);
    check_decay_to_zero(SEQNET_RMSPROP, 0);
    check_decay_to_zero(SEQNET_RMSPROP, 0.5);
    check_decay_to_zero(SEQNET_ADAM, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trajectories),
        cmocka_unit_test(test_same_bits_on_every_isa),
        cmocka_unit_test(test_body_and_tail_agree),
        cmocka_unit_test(test_gradient_scale),
        cmocka_unit_test(test_sparse_safe),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_moments),
        cmocka_unit_test(test_decay_to_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
