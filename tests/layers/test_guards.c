/* SPDX-License-Identifier: MIT */
/*
 * Every array of the caller between forbidden pages, inputs read-only, contexts without a byte to
 * spare: one element too far kills the test. Buffers touch the page at their end, then at their
 * start.
 */
#include "layers/models.h"
#include "support/assert.h"
#include "support/guard.h"

#include <math.h>
#include <string.h>

static void *guard_alloc(size_t bytes, size_t alignment, void *user)
{
    (void)alignment;
    return guard_new(user, bytes, GUARD_END);
}

static void guard_release(void *block, void *user)
{
    (void)block;
    guard_free(user);
}

struct buffers {
    struct guard x, tokens, lengths, dy, y, dx;
};

static void fill_inputs(const struct buffers *buffers, const seqnet_layer_info *info, int32_t steps,
                        int32_t batch)
{
    float *x = buffers->x.data, *dy = buffers->dy.data;
    int32_t *tokens = buffers->tokens.data, *lengths = buffers->lengths.data;
    for (int32_t row = 0; row < steps * batch; row++) {
        sample_x(&x[row * info->input_size], row % batch, row / batch, info->input_size);
        sample_x(&dy[row * info->output_size], row % batch, row / batch, info->output_size);
        tokens[row] = sample_token(row % batch, row / batch);
    }
    for (int32_t b = 0; b < batch; b++)
        lengths[b] = (b * 5 + 2) % (steps + 1);
    guard_read_only(&buffers->x);
    guard_read_only(&buffers->dy);
    guard_read_only(&buffers->tokens);
    guard_read_only(&buffers->lengths);
}

static void check(seqnet_layer *layer, int32_t steps, int32_t batch, int side)
{
    const seqnet_layer_info info = info_of(layer);
    const size_t rows = (size_t)(steps * batch), row_bytes = rows * sizeof(float);
    struct guard block;
    const seqnet_allocator allocator = { &block, guard_alloc, guard_release };
    struct buffers b;
    float *const y = guard_new(&b.y, row_bytes * (size_t)info.output_size, side);
    float *const dx = guard_new(&b.dx, row_bytes * (size_t)info.input_size, side);
    guard_new(&b.x, row_bytes * (size_t)info.input_size, side);
    guard_new(&b.dy, row_bytes * (size_t)info.output_size, side);
    guard_new(&b.tokens, rows * sizeof(int32_t), side);
    guard_new(&b.lengths, (size_t)batch * sizeof(int32_t), side);
    fill_inputs(&b, &info, steps, batch);
    const seqnet_context_options options = { .struct_size = sizeof options,
                                             .allocator = &allocator,
                                             .max_steps = steps,
                                             .max_batch = batch,
                                             .training = 1 };
    seqnet_context *context;
    assert_ok(seqnet_context_create(layer, &options, &context));
    for (int variant = 0; variant < 4; variant++) {
        const seqnet_window window = { .struct_size = sizeof window,
                                       .x = info.token_input ? NULL : b.x.data,
                                       .tokens = info.token_input ? b.tokens.data : NULL,
                                       .lengths = variant & 1 ? b.lengths.data : NULL,
                                       .steps = steps,
                                       .batch = batch,
                                       .batch_major = variant >> 1 };
        assert_ok(seqnet_context_forward(context, &window, y));
        assert_ok(seqnet_context_backward(context, b.dy.data, info.token_input ? NULL : dx));
    }
    assert_true(isfinite(y[0]) && isfinite(y[rows * (size_t)info.output_size - 1]));
    seqnet_context_destroy(context);
    guard_free(&b.x), guard_free(&b.tokens), guard_free(&b.lengths);
    guard_free(&b.dy), guard_free(&b.y), guard_free(&b.dx);
}

static void nobody_leaves_the_buffers(void **state)
{
    const int32_t side = *(const int32_t *)*state;
    const int32_t shapes[][2] = { { 1, 1 }, { 1, 3 }, { 2, 1 }, { 3, 2 }, { 7, 5 }, { 2, 17 } };
    for (int i = 0; i < model_count; i++) {
        seqnet_layer *layer = models[i].create(NULL);
        for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
            check(layer, shapes[s][0], shapes[s][1], side);
        seqnet_layer_destroy(layer);
    }
}

int main(void)
{
    static int32_t sides[] = { GUARD_END, GUARD_START };
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(nobody_leaves_the_buffers, &sides[0]),
        cmocka_unit_test_prestate(nobody_leaves_the_buffers, &sides[1]),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
