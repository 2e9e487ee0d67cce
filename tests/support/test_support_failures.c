/* SPDX-License-Identifier: MIT */
/* Every test here must FAIL: the proof that the assertions of support/ can. ctest counts them. */
#include "support/assert.h"
#include "support/memory.h"

#include "core/error.h"

#include <math.h>

static void close_with(real actual, real expected)
{
    const real a[] = { 1, actual }, e[] = { 1, expected };
    assert_all_close(a, e, 2, 1e-3, 1e-3);
}

static void fail_far(void **state)
{
    (void)state;
    close_with((real)2.01, 2);
}

static void fail_nan_actual(void **state)
{
    (void)state;
    close_with(NAN, 2);
}

static void fail_nan_expected(void **state)
{
    (void)state;
    close_with(2, NAN);
}

static void fail_nan_both(void **state)
{
    (void)state;
    close_with(NAN, NAN);
}

static void fail_infinity(void **state)
{
    (void)state;
    close_with(INFINITY, -INFINITY);
}

static void fail_infinity_expected(void **state)
{
    (void)state;
    close_with(2, INFINITY);
}

static void fail_ok(void **state)
{
    (void)state;
    assert_ok(error_set(SEQNET_EIO, "no"));
}

static void fail_error_code(void **state)
{
    (void)state;
    assert_error(error_set(SEQNET_EIO, "no"), SEQNET_EINVAL, "no");
}

static void fail_error_message(void **state)
{
    (void)state;
    assert_error(error_set(SEQNET_EIO, "no"), SEQNET_EIO, "yes");
}

static void fail_bytes(void **state)
{
    (void)state;
    assert_same_bytes("abc", "abd", 3);
}

/* Kept here, for the assertion leaves the function that made the block. */
static struct test_memory one, two;
static void *block;

static void fail_foreign_free(void **state)
{
    (void)state;
    block = one.allocator.alloc(64, 64, one.allocator.user);
    two.allocator.free(block, two.allocator.user);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fail_far),
        cmocka_unit_test(fail_nan_actual),
        cmocka_unit_test(fail_nan_expected),
        cmocka_unit_test(fail_nan_both),
        cmocka_unit_test(fail_infinity),
        cmocka_unit_test(fail_infinity_expected),
        cmocka_unit_test(fail_ok),
        cmocka_unit_test(fail_error_code),
        cmocka_unit_test(fail_error_message),
        cmocka_unit_test(fail_bytes),
        cmocka_unit_test(fail_foreign_free),
    };
    test_memory_init(&one);
    test_memory_init(&two);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    one.allocator.free(block, one.allocator.user);
    return failed;
}
