/* SPDX-License-Identifier: MIT */
/* The test support itself: what it accepts, counts and fences. */
#include "support/assert.h"
#include "support/guard.h"
#include "support/memory.h"

#include "core/error.h"

#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void test_close_accepts(void **state)
{
    (void)state;
    const real expected[] = { 1, -2, 0, INFINITY, -INFINITY };
    const real actual[] = { (real)1.0009, (real)-2.001, (real)1e-5, INFINITY, -INFINITY };
    assert_all_close(actual, expected, 5, 1e-3, 2e-5);
    assert_all_close(actual, expected, 0, 0.0, 0.0);
    assert_all_close(expected, expected, 5, 0.0, 0.0);
}

static void test_largest_difference(void **state)
{
    (void)state;
    const real a[] = { 1, 2, 3 }, b[] = { 1, (real)2.5, (real)2.75 }, c[] = { 1, NAN, 9 };
    assert_true(largest_difference(a, b, 3) == 0.5);
    assert_true(isnan(largest_difference(a, c, 3)));
}

static void test_codes_accept(void **state)
{
    (void)state;
    assert_ok(SEQNET_OK);
    assert_error(error_set(SEQNET_ESHAPE, "f: n = %d", 3), SEQNET_ESHAPE, "n = 3");
    assert_same_bytes("abc", "abd", 2);
}

static void test_memory_counts(void **state)
{
    (void)state;
    struct test_memory memory;
    test_memory_init(&memory);
    const seqnet_allocator hook = memory.allocator;
    unsigned char *a = hook.alloc(192, 64, hook.user);
    void *b = hook.alloc(64, 64, hook.user);
    assert_int_equal((uintptr_t)a % 64, 0);
    assert_int_equal(a[191], 0xFF);
    assert_int_equal(memory.live, 2);
    assert_int_equal(memory.calls, 2);
    assert_int_equal(memory.largest, 192);
    hook.free(a, hook.user);
    assert_int_equal(memory.live, 1);
    hook.free(b, hook.user);
    assert_int_equal(memory.live, 0);
}

static void test_memory_fails_once(void **state)
{
    (void)state;
    struct test_memory memory;
    test_memory_init(&memory);
    memory.fail_at = 2;
    const seqnet_allocator hook = memory.allocator;
    void *a = hook.alloc(64, 64, hook.user);
    assert_null(hook.alloc(64, 64, hook.user));
    void *b = hook.alloc(64, 64, hook.user);
    assert_non_null(a);
    assert_non_null(b);
    hook.free(a, hook.user);
    hook.free(b, hook.user);
    assert_int_equal(memory.live, 0);
}

/* Whether writing one byte there ends a process. */
static int write_kills(volatile char *place)
{
    const pid_t child = fork();
    if (child == 0) {
        signal(SIGSEGV, SIG_DFL); /* CMocka's handler would go on with the next test */
        *place = 1;
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

static void test_guard_pages(void **state)
{
    (void)state;
    struct guard guard;
    for (size_t bytes = 1; bytes < 10000; bytes += 4095) {
        char *data = guard_new(&guard, bytes, GUARD_END);
        assert_int_equal((unsigned char)data[bytes - 1], 0xFF);
        memset(data, 0, bytes);
        assert_true(write_kills(data + bytes));
        guard_read_only(&guard);
        assert_true(write_kills(data));
        guard_free(&guard);
        data = guard_new(&guard, bytes, GUARD_START);
        memset(data, 0, bytes);
        assert_false(write_kills(data));
        assert_true(write_kills(data - 1));
        guard_free(&guard);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_close_accepts),     cmocka_unit_test(test_largest_difference),
        cmocka_unit_test(test_codes_accept),      cmocka_unit_test(test_memory_counts),
        cmocka_unit_test(test_memory_fails_once), cmocka_unit_test(test_guard_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
