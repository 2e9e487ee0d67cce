/* SPDX-License-Identifier: MIT */
/* Every documented error of context.h; after each one the context goes on as if it had not been. */
#include <seqnet/seqnet.h>

#include "support/assert.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#define STEPS 3
#define BATCH 2
#define HIDDEN 4

struct fixture {
    seqnet_layer *lstm, *tokens;
    seqnet_context *inference, *training, *symbols;
    float x[STEPS * BATCH * 2], y[STEPS * BATCH * HIDDEN];
    int32_t token[STEPS * BATCH];
};

static int set_up(void **state)
{
    static struct fixture f;
    seqnet_context_options options = SEQNET_CONTEXT_OPTIONS_INIT;
    memset(&f, 0, sizeof f);
    *state = &f;
    options.max_steps = STEPS, options.max_batch = BATCH;
    assert_ok(seqnet_lstm_create(2, HIDDEN, NULL, &f.lstm));
    assert_ok(seqnet_embedding_create(5, HIDDEN, NULL, &f.tokens));
    assert_ok(seqnet_context_create(f.lstm, &options, &f.inference));
    options.training = 1;
    assert_ok(seqnet_context_create(f.lstm, &options, &f.training));
    assert_ok(seqnet_context_create(f.tokens, &options, &f.symbols));
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    seqnet_layer_destroy(f->lstm), seqnet_layer_destroy(f->tokens);
    seqnet_context_destroy(f->inference), seqnet_context_destroy(f->training);
    seqnet_context_destroy(f->symbols);
    return 0;
}

static void context_options_are_checked(void **state)
{
    const struct fixture *f = *state;
    const struct {
        seqnet_context_options options;
        int32_t code;
        const char *part;
    } bad[] = {
        { { .max_steps = -1 }, SEQNET_EINVAL, "max_steps = -1" },
        { { .max_batch = -1 }, SEQNET_EINVAL, "max_batch = -1" },
        { { .training = 2 }, SEQNET_EINVAL, "training = 2, need 0 or 1" },
        { { .threads = 257 }, SEQNET_EINVAL, "threads = 257, need 0..256" },
        { { .threads = -1 }, SEQNET_EINVAL, "threads = -1" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        seqnet_context_options options = bad[i].options;
        seqnet_context *context = f->training;
        size_t bytes = 7;
        options.struct_size = sizeof options;
        assert_error(seqnet_context_create(f->lstm, &options, &context), bad[i].code, bad[i].part);
        assert_null(context);
        assert_error(seqnet_context_bytes(f->lstm, &options, &bytes), bad[i].code, bad[i].part);
        assert_int_equal(bytes, 7);
    }
}

static void contexts_need_a_layer_and_a_place(void **state)
{
    const struct fixture *f = *state;
    seqnet_context *context = f->training;
    size_t bytes;
    assert_error(seqnet_context_create(NULL, NULL, &context), SEQNET_EINVAL,
                 "seqnet_context_create: layer = NULL");
    assert_null(context);
    assert_error(seqnet_context_create(f->lstm, NULL, NULL), SEQNET_EINVAL, "context = NULL");
    assert_error(seqnet_context_bytes(NULL, NULL, &bytes), SEQNET_EINVAL, "layer = NULL");
    assert_error(seqnet_context_bytes(f->lstm, NULL, NULL), SEQNET_EINVAL, "bytes = NULL");
}

/* A call on f->inference that must fail, leaving output and state alone. */
static void reject(struct fixture *f, const seqnet_window *window, int32_t code, const char *part)
{
    float y[STEPS * BATCH * HIDDEN], untouched[STEPS * BATCH * HIDDEN];
    float before[2 * HIDDEN], after[2 * HIDDEN];
    memset(y, 0xA5, sizeof y);
    memset(untouched, 0xA5, sizeof untouched);
    assert_ok(seqnet_context_get_stream(f->inference, 1, before, 2 * HIDDEN));
    assert_error(seqnet_context_forward(f->inference, window, y), code, part);
    assert_ok(seqnet_context_get_stream(f->inference, 1, after, 2 * HIDDEN));
    assert_same_bytes(y, untouched, sizeof y);
    assert_same_bytes(after, before, sizeof after);
}

static void windows_are_checked(void **state)
{
    struct fixture *f = *state;
    const int32_t too_long[] = { 1, STEPS + 1 }, negative[] = { -1, 2 };
    const seqnet_window good = {
        .struct_size = sizeof good, .x = f->x, .steps = STEPS, .batch = BATCH
    };
    seqnet_window w = good;
    assert_ok(seqnet_context_forward(f->inference, &w, f->y));
    w.steps = 0;
    reject(f, &w, SEQNET_ESHAPE, "steps = 0, need 1..max_steps = 3");
    w.steps = -1;
    reject(f, &w, SEQNET_ESHAPE, "steps = -1");
    w.steps = STEPS + 1;
    reject(f, &w, SEQNET_ESHAPE, "steps = 4");
    w = good, w.batch = 0;
    reject(f, &w, SEQNET_ESHAPE, "batch = 0, need 1..max_batch = 2");
    w.batch = BATCH + 1;
    reject(f, &w, SEQNET_ESHAPE, "batch = 3");
    w = good, w.batch_major = 2;
    reject(f, &w, SEQNET_EINVAL, ": batch_major = 2");
    w = good, w.reserved = 1;
    reject(f, &w, SEQNET_ENOTSUP, "window->reserved = 1, need 0");
    w = good, w.lengths = too_long;
    reject(f, &w, SEQNET_ESHAPE, "lengths[1] = 4, need 0..3");
    w.lengths = negative;
    reject(f, &w, SEQNET_ESHAPE, "lengths[0] = -1");
    w = good, w.x = NULL;
    reject(f, &w, SEQNET_EINVAL, "takes x, not tokens");
    w = good, w.tokens = f->token;
    reject(f, &w, SEQNET_EINVAL, "takes x, not tokens");
    assert_error(seqnet_context_forward(f->inference, NULL, f->y), SEQNET_EINVAL, "window = NULL");
    assert_error(seqnet_context_forward(NULL, &good, f->y), SEQNET_EINVAL, "context = NULL");
}

static void tokens_are_checked(void **state)
{
    struct fixture *f = *state;
    const int32_t lengths[] = { STEPS, 1 };
    float y[STEPS * BATCH * HIDDEN], untouched[STEPS * BATCH * HIDDEN];
    seqnet_window w = SEQNET_WINDOW_INIT;
    memset(y, 0xA5, sizeof y);
    memset(untouched, 0xA5, sizeof untouched);
    w.tokens = f->token, w.steps = STEPS, w.batch = BATCH;
    f->token[2 * BATCH + 1] = 5;
    assert_error(seqnet_context_forward(f->symbols, &w, y), SEQNET_ERANGE,
                 "token at step 2 of stream 1 = 5, need 0..4");
    f->token[2 * BATCH + 1] = -1;
    assert_error(seqnet_context_forward(f->symbols, &w, y), SEQNET_ERANGE, "step 2 of stream 1");
    w.batch_major = 1; /* row 5 is the last one in both layouts */
    assert_error(seqnet_context_forward(f->symbols, &w, y), SEQNET_ERANGE, "step 2 of stream 1");
    assert_same_bytes(y, untouched, sizeof y);
    w.lengths = lengths; /* the bad token is padding now */
    assert_ok(seqnet_context_forward(f->symbols, &w, y));
    w.x = f->x;
    assert_error(seqnet_context_forward(f->symbols, &w, y), SEQNET_EINVAL, "takes tokens, not x");
    w.x = NULL, w.tokens = NULL;
    assert_error(seqnet_context_forward(f->symbols, &w, y), SEQNET_EINVAL, "takes tokens, not x");
    assert_error(seqnet_context_step(f->symbols, f->x, y), SEQNET_EINVAL, "takes tokens, not x");
    assert_error(seqnet_context_step_tokens(f->inference, f->token, y), SEQNET_EINVAL,
                 "takes x, not tokens");
    assert_error(seqnet_context_step(f->inference, NULL, y), SEQNET_EINVAL, "takes x");
    assert_error(seqnet_context_step_tokens(f->symbols, NULL, y), SEQNET_EINVAL, "takes tokens");
    assert_error(seqnet_context_step(NULL, f->x, y), SEQNET_EINVAL, "context = NULL");
    assert_error(seqnet_context_step_tokens(NULL, f->token, y), SEQNET_EINVAL, "context = NULL");
}

static void backward_follows_a_forward(void **state)
{
    struct fixture *f = *state;
    float dx[BATCH * 2];
    assert_error(seqnet_context_backward(f->training, NULL, NULL), SEQNET_ESTATE,
                 "no forward call since the last backward");
    assert_ok(seqnet_context_step(f->training, f->x, f->y));
    assert_ok(seqnet_context_backward(f->training, f->y, dx));
    assert_error(seqnet_context_backward(f->training, f->y, dx), SEQNET_ESTATE, "no forward");
    assert_ok(seqnet_context_step_tokens(f->symbols, f->token, f->y));
    assert_error(seqnet_context_backward(f->symbols, f->y, dx), SEQNET_EINVAL,
                 "dx must be NULL, the layer takes tokens");
    assert_ok(seqnet_context_backward(f->symbols, f->y, NULL));
    assert_error(seqnet_context_backward(NULL, f->y, dx), SEQNET_EINVAL, "context = NULL");
}

static void gradients_need_a_training_context(void **state)
{
    struct fixture *f = *state;
    float values[4 * HIDDEN * HIDDEN];
    const int64_t count = 4 * HIDDEN * HIDDEN, states = BATCH * HIDDEN;
    const char *const part = "the context was not made for training";
    assert_error(seqnet_context_backward(f->inference, f->y, NULL), SEQNET_ENOTSUP, part);
    assert_error(seqnet_context_zero_gradients(f->inference), SEQNET_ENOTSUP, part);
    assert_error(seqnet_context_get_gradient(f->inference, "weight_hh_l0", values, count),
                 SEQNET_ENOTSUP, part);
    assert_error(seqnet_context_get_state_gradient(f->inference, "h", values, states),
                 SEQNET_ENOTSUP, part);
    assert_error(seqnet_context_set_state_gradient(f->inference, "h", values, states),
                 SEQNET_ENOTSUP, part);
    assert_error(seqnet_context_get_gradient(f->training, "weight_l0", values, count),
                 SEQNET_ENOTFOUND, "no parameter \"weight_l0\"");
    assert_error(seqnet_context_get_gradient(f->training, "weight_hh_l0", values, count - 1),
                 SEQNET_ESHAPE, "count = 63, \"weight_hh_l0\" has 64");
    assert_error(seqnet_context_get_gradient(f->training, "weight_hh_l0", NULL, count),
                 SEQNET_EINVAL, "values = NULL");
    assert_error(seqnet_context_get_gradient(f->training, NULL, values, count), SEQNET_EINVAL,
                 "name = NULL");
    assert_error(seqnet_context_get_gradient(NULL, "weight_hh_l0", values, count), SEQNET_EINVAL,
                 "context = NULL");
    assert_error(seqnet_context_zero_gradients(NULL), SEQNET_EINVAL, "context = NULL");
}

static void states_are_found_by_name_and_count(void **state)
{
    struct fixture *f = *state;
    seqnet_context *const c = f->training;
    seqnet_tensor_info info = { .struct_size = sizeof info };
    float v[BATCH * HIDDEN] = { 0 };
    const int64_t count = BATCH * HIDDEN;
    assert_error(seqnet_context_get_state(c, "z", v, count), SEQNET_ENOTFOUND, "no state \"z\"");
    assert_error(seqnet_context_set_state(c, "0.h", v, count), SEQNET_ENOTFOUND, "\"0.h\"");
    assert_error(seqnet_context_get_state_gradient(c, "x", v, count), SEQNET_ENOTFOUND, "\"x\"");
    assert_error(seqnet_context_set_state_gradient(c, "x", v, count), SEQNET_ENOTFOUND, "\"x\"");
    assert_error(seqnet_context_get_state(c, "h", v, 7), SEQNET_ESHAPE, "count = 7, \"h\" has 8");
    assert_error(seqnet_context_set_state(c, "c", v, 9), SEQNET_ESHAPE, "count = 9");
    assert_error(seqnet_context_get_state_gradient(c, "h", v, 0), SEQNET_ESHAPE, "count = 0");
    assert_error(seqnet_context_set_state_gradient(c, "h", v, -1), SEQNET_ESHAPE, "count = -1");
    assert_error(seqnet_context_get_state(c, NULL, v, count), SEQNET_EINVAL, "name = NULL");
    assert_error(seqnet_context_set_state(c, "h", NULL, count), SEQNET_EINVAL, "values = NULL");
    assert_error(seqnet_context_get_state(NULL, "h", v, count), SEQNET_EINVAL, "context = NULL");
    assert_error(seqnet_context_set_state(NULL, "h", v, count), SEQNET_EINVAL, "context = NULL");
    assert_error(seqnet_context_state_info(c, 2, &info), SEQNET_ERANGE, "index = 2, need 0..1");
    assert_error(seqnet_context_state_info(c, -1, &info), SEQNET_ERANGE, "index = -1");
    assert_error(seqnet_context_state_info(c, 0, NULL), SEQNET_EINVAL, "info = NULL");
    assert_error(seqnet_context_state_info(NULL, 0, &info), SEQNET_EINVAL, "context = NULL");
    assert_error(seqnet_context_reset(NULL), SEQNET_EINVAL, "context = NULL");
    assert_int_equal(seqnet_context_state_count(NULL), 0);
    assert_int_equal(seqnet_context_stream_size(NULL), 0);
    assert_int_equal(seqnet_context_state_count(f->symbols), 0);
}

static void streams_are_checked(void **state)
{
    struct fixture *f = *state;
    seqnet_context *const c = f->inference;
    float v[2 * HIDDEN] = { 0 };
    const int64_t count = 2 * HIDDEN;
    assert_error(seqnet_context_get_stream(c, 2, v, count), SEQNET_ERANGE, "stream = 2, need 0..1");
    assert_error(seqnet_context_set_stream(c, -1, v, count), SEQNET_ERANGE, "stream = -1");
    assert_error(seqnet_context_reset_stream(c, 2), SEQNET_ERANGE, "stream = 2");
    assert_error(seqnet_context_get_stream(c, 0, v, 7), SEQNET_ESHAPE, "count = 7, a stream has 8");
    assert_error(seqnet_context_set_stream(c, 0, v, 9), SEQNET_ESHAPE, "count = 9");
    assert_error(seqnet_context_get_stream(c, 0, NULL, count), SEQNET_EINVAL, "values = NULL");
    assert_error(seqnet_context_set_stream(c, 0, NULL, count), SEQNET_EINVAL, "values = NULL");
    assert_error(seqnet_context_get_stream(NULL, 0, v, count), SEQNET_EINVAL, "context = NULL");
    assert_error(seqnet_context_set_stream(NULL, 0, v, count), SEQNET_EINVAL, "context = NULL");
    assert_error(seqnet_context_reset_stream(NULL, 0), SEQNET_EINVAL, "context = NULL");
    assert_error(seqnet_context_copy_stream(c, 0, f->symbols, 0), SEQNET_ESHAPE,
                 "the contexts are of different layers");
    assert_error(seqnet_context_copy_stream(c, 2, c, 0), SEQNET_ERANGE, "stream = 2");
    assert_error(seqnet_context_copy_stream(c, 0, f->training, -1), SEQNET_ERANGE, "stream = -1");
    assert_error(seqnet_context_copy_stream(NULL, 0, c, 0), SEQNET_EINVAL, "NULL");
    assert_error(seqnet_context_copy_stream(c, 0, NULL, 0), SEQNET_EINVAL, "NULL");
    assert_ok(seqnet_context_copy_stream(c, 0, f->training, 1)); /* nobody was left inside */
}

/* A thread that steps a context until it has met another one inside, or has tried often enough. */
struct stepper {
    seqnet_context *context;
    atomic_int *met;
    int32_t wrong; /* a code that is neither SEQNET_OK nor SEQNET_EBUSY */
    int names_it;  /* the thread's own message says why */
};

static void *step_often(void *argument)
{
    struct stepper *s = argument;
    float x[2] = { 0 };
    for (int i = 0; i < 50000000 && !atomic_load(s->met); i++) {
        const int32_t code = seqnet_context_step(s->context, x, NULL);
        if (code == SEQNET_EBUSY) {
            s->names_it = strstr(seqnet_error_message(), "another thread is inside") != NULL;
            atomic_store(s->met, 1);
        } else if (code != SEQNET_OK) {
            s->wrong = code;
        }
    }
    return NULL;
}

static void two_threads_in_one_context_are_noticed(void **state)
{
    (void)state;
    seqnet_layer *layer;
    seqnet_context *context;
    atomic_int met = 0;
    pthread_t threads[2];
    assert_ok(seqnet_gru_create(2, 64, NULL, &layer));
    assert_ok(seqnet_context_create(layer, NULL, &context));
    struct stepper steppers[2] = { { context, &met, 0, 0 }, { context, &met, 0, 0 } };
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, step_often, &steppers[i]), 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(atomic_load(&met), 1);
    assert_true(steppers[0].names_it || steppers[1].names_it);
    assert_true(steppers[0].wrong == 0 && steppers[1].wrong == 0);
    assert_ok(seqnet_context_reset(context));
    seqnet_context_destroy(context);
    seqnet_layer_destroy(layer);
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FIXTURE(context_options_are_checked),
        WITH_FIXTURE(contexts_need_a_layer_and_a_place),
        WITH_FIXTURE(windows_are_checked),
        WITH_FIXTURE(tokens_are_checked),
        WITH_FIXTURE(backward_follows_a_forward),
        WITH_FIXTURE(gradients_need_a_training_context),
        WITH_FIXTURE(states_are_found_by_name_and_count),
        WITH_FIXTURE(streams_are_checked),
        cmocka_unit_test(two_threads_in_one_context_are_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
