/* SPDX-License-Identifier: MIT */
/*
 * Memory: who asks for it, how often, and in which order it goes. Step, forward and backward must
 * ask for none: the linker sends every call of this program and of the library to the counters
 * below (--wrap).
 *
 * A BLAS library has its own buffers, which it gets when it first needs them and keeps; it is a
 * shared object, so its own calls are not counted here in any case.
 */
#define _DEFAULT_SOURCE
#include "layers/context.h"
#include "layers/models.h"
#include "support/assert.h"
#include "support/memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static size_t calls;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
int __real_posix_memalign(void **block, size_t alignment, size_t size);
void *__real_mmap(void *at, size_t size, int protection, int flags, int file, off_t offset);
void __real_free(void *block);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
int __wrap_posix_memalign(void **block, size_t alignment, size_t size);
void *__wrap_mmap(void *at, size_t size, int protection, int flags, int file, off_t offset);
void __wrap_free(void *block);

void *__wrap_malloc(size_t size)
{
    calls++;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    calls++;
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size)
{
    calls++;
    return __real_realloc(block, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    calls++;
    return __real_aligned_alloc(alignment, size);
}

int __wrap_posix_memalign(void **block, size_t alignment, size_t size)
{
    calls++;
    return __real_posix_memalign(block, alignment, size);
}

void *__wrap_mmap(void *at, size_t size, int protection, int flags, int file, off_t offset)
{
    calls++;
    return __real_mmap(at, size, protection, flags, file, offset);
}

void __wrap_free(void *block)
{
    calls++;
    __real_free(block);
}

#define BATCH RUN_BATCH
#define STEPS RUN_STEPS

/* The arrays of one window, large enough for every model. */
static struct {
    float x[STEPS * BATCH * RUN_ROW], y[STEPS * BATCH * RUN_ROW], dx[STEPS * BATCH * RUN_ROW];
    int32_t tokens[STEPS * BATCH];
} arrays;

static void run_once(seqnet_context *context, const seqnet_layer_info *info, int training)
{
    static const int32_t lengths[BATCH] = { 3, 0, STEPS, 1 };
    seqnet_window window = SEQNET_WINDOW_INIT;
    window.x = info->token_input ? NULL : arrays.x;
    window.tokens = info->token_input ? arrays.tokens : NULL;
    window.steps = STEPS;
    window.batch = BATCH;
    for (int ragged = 0; ragged < 2; ragged++) {
        window.lengths = ragged ? lengths : NULL;
        window.batch_major = ragged;
        assert_ok(seqnet_context_forward(context, &window, arrays.y));
        if (training)
            assert_ok(
                seqnet_context_backward(context, arrays.y, info->token_input ? NULL : arrays.dx));
    }
    if (info->token_input)
        assert_ok(seqnet_context_step_tokens(context, arrays.tokens, arrays.y));
    else
        assert_ok(seqnet_context_step(context, arrays.x, arrays.y));
}

static void running_asks_for_no_memory(void **state)
{
    const int32_t threads = *(const int32_t *)*state;
    assert_ok(seqnet_runtime_set_blas_threads(1));
    for (int i = 0; i < model_count; i++)
        for (int training = 0; training < 2; training++) {
            seqnet_layer *layer = models[i].create(NULL);
            const seqnet_layer_info info = info_of(layer);
            seqnet_context_options options = SEQNET_CONTEXT_OPTIONS_INIT;
            seqnet_context *context;
            options.max_steps = STEPS, options.max_batch = BATCH, options.training = training;
            options.threads = threads;
            assert_ok(seqnet_context_create(layer, &options, &context)); /* packs weights */
            seqnet_context_destroy(context);
            const size_t before = calls;
            assert_ok(seqnet_context_create(layer, &options, &context));
            assert_int_equal(calls, before + 1); /* the counters do count */
            context->least_time = 0;
            run_once(context, &info, training);
            calls = 0;
            run_once(context, &info, training);
            assert_int_equal(calls, 0);
            seqnet_context_destroy(context);
            seqnet_layer_destroy(layer);
        }
}

static void a_context_is_one_block_of_the_size_it_tells(void **state)
{
    (void)state;
    for (int i = 0; i < model_count; i++)
        for (int training = 0; training < 2; training++) {
            struct test_memory memory;
            test_memory_init(&memory);
            seqnet_layer *layer = models[i].create(NULL);
            seqnet_context_options options = SEQNET_CONTEXT_OPTIONS_INIT;
            seqnet_context *context;
            size_t bytes = 0;
            options.allocator = &memory.allocator;
            options.max_steps = 5, options.max_batch = 3, options.training = training;
            options.threads = 1 + i % 3;
            assert_ok(seqnet_context_bytes(layer, &options, &bytes));
            assert_int_equal(memory.calls, 0);
            assert_ok(seqnet_context_create(layer, &options, &context));
            assert_int_equal(memory.calls, 1);
            assert_int_equal(memory.largest, bytes);
            seqnet_context_destroy(context);
            assert_int_equal(memory.live, 0);
            seqnet_layer_destroy(layer);
        }
}

/* The n-th allocation fails, n = 1, 2, 3 ..: an error, NULL, and everything is given back. */
static void constructors_survive_every_failed_allocation(void **state)
{
    (void)state;
    for (int i = 0; i < model_count; i++) {
        struct test_memory memory;
        seqnet_layer *layer = NULL;
        for (size_t n = 1; !layer; n++) {
            test_memory_init(&memory);
            memory.fail_at = n;
            layer = models[i].create(&memory.allocator);
            assert_true(n < 100);
            if (!layer) {
                assert_true(strstr(seqnet_error_message(), "out of memory") != NULL);
                assert_int_equal(memory.live, 0);
            } else {
                assert_int_equal(memory.calls, n - 1);
            }
        }
        seqnet_layer_destroy(layer);
        assert_int_equal(memory.live, 0);
    }
}

static void failed_constructors_tell_and_give_null(void **state)
{
    (void)state;
    struct test_memory memory;
    test_memory_init(&memory);
    seqnet_layer *const some = models[0].create(NULL);
    seqnet_recurrent_options recurrent = SEQNET_RECURRENT_OPTIONS_INIT;
    seqnet_embedding_options embedding = SEQNET_EMBEDDING_OPTIONS_INIT;
    seqnet_linear_options linear = SEQNET_LINEAR_OPTIONS_INIT;
    seqnet_context_options context = SEQNET_CONTEXT_OPTIONS_INIT;
    recurrent.allocator = embedding.allocator = &memory.allocator;
    linear.allocator = context.allocator = &memory.allocator;
    for (int which = 0; which < 8; which++) {
        seqnet_layer *layer = some;
        seqnet_context *made = (seqnet_context *)(void *)some;
        int32_t code = SEQNET_OK;
        memory.calls = 0, memory.fail_at = 1;
        switch (which) {
        case 0:
            code = seqnet_rnn_create(2, 3, &recurrent, &layer);
            break;
        case 1:
            code = seqnet_lstm_create(2, 3, &recurrent, &layer);
            break;
        case 2:
            code = seqnet_gru_create(2, 3, &recurrent, &layer);
            break;
        case 3:
            code = seqnet_embedding_create(2, 3, &embedding, &layer);
            break;
        case 4:
            code = seqnet_linear_create(2, 3, &linear, &layer);
            break;
        case 5:
            code = seqnet_dropout_create(2, 0.5f, &memory.allocator, &layer);
            break;
        case 6:
            code = seqnet_sequential_create(&some, 1, &memory.allocator, &layer);
            break;
        default:
            code = seqnet_context_create(some, &context, &made);
            layer = NULL;
            break;
        }
        assert_error(code, SEQNET_ENOMEM, "_create: out of memory");
        assert_null(layer);
        assert_true(which < 7 || made == NULL);
    }
    assert_int_equal(memory.live, 0);
    seqnet_layer_destroy(some);
}

/* Sizes that no memory has, up to those that do not fit size_t. */
static void absurd_sizes_are_out_of_memory(void **state)
{
    (void)state;
    seqnet_layer *layer = NULL;
    seqnet_context *context;
    seqnet_context_options options = SEQNET_CONTEXT_OPTIONS_INIT;
    size_t bytes = 7;
    seqnet_recurrent_options wide = SEQNET_RECURRENT_OPTIONS_INIT;
    wide.num_layers = 64, wide.bidirectional = 1;
    assert_error(seqnet_lstm_create(SEQNET_MAX_SIZE, SEQNET_MAX_SIZE, &wide, &layer), SEQNET_ENOMEM,
                 "seqnet_lstm_create");
    assert_error(seqnet_embedding_create(SEQNET_MAX_SIZE, SEQNET_MAX_SIZE, NULL, &layer),
                 SEQNET_ENOMEM, "seqnet_embedding_create");
    assert_null(layer);
    assert_ok(seqnet_lstm_create(3, 4, NULL, &layer));
    options.max_steps = INT32_MAX, options.max_batch = INT32_MAX;
    assert_error(seqnet_context_bytes(layer, &options, &bytes), SEQNET_ENOMEM, "rows");
    assert_int_equal(bytes, 7);
    assert_error(seqnet_context_create(layer, &options, &context), SEQNET_ENOMEM, "rows");
    assert_null(context);
    seqnet_layer_destroy(layer);
}

/* Handles of a tied model and its context, dropped in every order. */
static void handles_go_in_any_order(void **state)
{
    (void)state;
    enum { HANDLES = 4 };
    for (int order = 0; order < HANDLES * HANDLES * HANDLES * HANDLES; order++) {
        int place[HANDLES], seen = 0;
        for (int i = 0, rest = order; i < HANDLES; i++, rest /= HANDLES) {
            place[i] = rest % HANDLES;
            seen |= 1 << place[i];
        }
        if (seen != (1 << HANDLES) - 1)
            continue;
        struct test_memory memory;
        test_memory_init(&memory);
        seqnet_embedding_options embedding = SEQNET_EMBEDDING_OPTIONS_INIT;
        seqnet_linear_options linear = SEQNET_LINEAR_OPTIONS_INIT;
        seqnet_context_options options = SEQNET_CONTEXT_OPTIONS_INIT;
        seqnet_layer *layers[3];
        seqnet_context *context;
        embedding.allocator = linear.allocator = options.allocator = &memory.allocator;
        assert_ok(seqnet_embedding_create(5, 3, &embedding, &layers[0]));
        linear.tied_embedding = layers[0];
        assert_ok(seqnet_linear_create(3, 5, &linear, &layers[1]));
        assert_ok(seqnet_sequential_create(layers, 2, &memory.allocator, &layers[2]));
        assert_ok(seqnet_context_create(layers[2], &options, &context));
        const int32_t token = 4;
        float y[5];
        for (int i = 0; i < HANDLES; i++) {
            if (place[i] < 3) {
                seqnet_layer_destroy(layers[place[i]]);
                continue;
            }
            assert_ok(seqnet_context_step_tokens(context, &token, y));
            seqnet_context_destroy(context);
        }
        assert_int_equal(memory.live, 0);
    }
}

static void references_are_counted(void **state)
{
    (void)state;
    struct test_memory memory;
    test_memory_init(&memory);
    seqnet_layer *layer = models[1].create(&memory.allocator);
    seqnet_layer_retain(layer);
    seqnet_layer_destroy(layer);
    assert_true(memory.live > 0);
    seqnet_layer_destroy(layer);
    assert_int_equal(memory.live, 0);
    seqnet_layer_retain(NULL);
    seqnet_layer_destroy(NULL);
    seqnet_context_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(running_asks_for_no_memory, &(int32_t){ 1 }),
        cmocka_unit_test_prestate(running_asks_for_no_memory, &(int32_t){ 3 }),
        cmocka_unit_test(a_context_is_one_block_of_the_size_it_tells),
        cmocka_unit_test(constructors_survive_every_failed_allocation),
        cmocka_unit_test(failed_constructors_tell_and_give_null),
        cmocka_unit_test(absurd_sizes_are_out_of_memory),
        cmocka_unit_test(handles_go_in_any_order),
        cmocka_unit_test(references_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
