/* SPDX-License-Identifier: MIT */
#include "support/assert.h"
#include "support/guard.h"

#include <seqnet/text.h>

static void test_rows(void **state)
{
    (void)state;
    const int32_t tokens[] = { 2, 0, 3, 2 };
    const float expected[] = { 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0 };
    struct guard guard;
    float *out = guard_new(&guard, sizeof expected, GUARD_END);
    assert_ok(seqnet_one_hot(tokens, 4, 4, out));
    assert_same_bytes(out, expected, sizeof expected);
    guard_free(&guard);
}

static void test_edges(void **state)
{
    (void)state;
    const int32_t zero = 0;
    float out[2] = { 7, 7 };
    assert_ok(seqnet_one_hot(&zero, 1, 1, out));
    assert_true(out[0] == 1.0f && out[1] == 7.0f);
    assert_ok(seqnet_one_hot(NULL, 0, 5, NULL));
}

static void test_errors(void **state)
{
    (void)state;
    const int32_t high[] = { 0, 2 }, low[] = { 1, -1 };
    float out[4] = { 7, 7, 7, 7 };
    assert_error(seqnet_one_hot(high, 2, 2, out), SEQNET_ERANGE,
                 "seqnet_one_hot: tokens[1] = 2, need 0..1");
    assert_error(seqnet_one_hot(low, 2, 2, out), SEQNET_ERANGE, "tokens[1] = -1");
    assert_error(seqnet_one_hot(low, -1, 2, out), SEQNET_EINVAL, "count = -1");
    assert_error(seqnet_one_hot(low, 1, 0, out), SEQNET_EINVAL, "size = 0");
    assert_error(seqnet_one_hot(NULL, 1, 2, out), SEQNET_EINVAL, "tokens = NULL");
    assert_error(seqnet_one_hot(low, 1, 2, NULL), SEQNET_EINVAL, "out = NULL");
    assert_error(seqnet_one_hot(low, INT64_MAX, INT32_MAX, out), SEQNET_ENOMEM, "do not fit");
    for (int i = 0; i < 4; i++)
        assert_true(out[i] == 7.0f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
