/* SPDX-License-Identifier: MIT */
/* The string table: numbers, counts, growth, and that a failed addition changes nothing. */
#include "support/assert.h"
#include "support/memory.h"

#include "text/symbol_table.h"

#include <seqnet/error.h>

#include <stdio.h>
#include <string.h>

static struct test_memory memory;

static int32_t add(struct symbol_table *table, const char *string)
{
    return symbol_table_add(table, string, strlen(string));
}

static int32_t find(const struct symbol_table *table, const char *string)
{
    return symbol_table_find(table, string, strlen(string));
}

static void test_numbers_and_counts(void **state)
{
    (void)state;
    test_memory_init(&memory);
    struct symbol_table table = { .memory = &memory.allocator };
    assert_int_equal(find(&table, "a"), -1);
    assert_int_equal(add(&table, "a"), 0);
    assert_int_equal(add(&table, "ab"), 1);
    assert_int_equal(add(&table, "a"), 0);
    assert_int_equal(add(&table, ""), 2);
    assert_int_equal(symbol_table_add(&table, "a\0b", 3), 3);
    assert_int_equal(symbol_table_add(&table, "a\0c", 3), 4);
    assert_int_equal(find(&table, "ab"), 1);
    assert_int_equal(find(&table, ""), 2);
    assert_int_equal(find(&table, "b"), -1);
    assert_int_equal(symbol_table_find(&table, "a\0c", 3), 4);
    assert_int_equal(table.count, 5);
    assert_int_equal(table.entries[0].count, 2);
    assert_int_equal(table.entries[1].count, 1);
    assert_memory_equal(symbol_table_bytes(&table, 3), "a\0b\0", 4);
    symbol_table_free(&table);
    assert_int_equal(table.count, 0);
    assert_int_equal(memory.live, 0);
}

/* So many strings that some share all 32 bits of their hash. */
static void test_growth(void **state)
{
    (void)state;
    test_memory_init(&memory);
    struct symbol_table table = { .memory = &memory.allocator };
    enum { COUNT = 200000 };
    char name[16];
    for (int i = 0; i < COUNT; i++) {
        snprintf(name, sizeof name, "w%d", i);
        assert_int_equal(add(&table, name), i);
    }
    for (int i = 0; i < COUNT; i++) {
        snprintf(name, sizeof name, "w%d", i);
        assert_int_equal(find(&table, name), i);
        assert_string_equal(symbol_table_bytes(&table, i), name);
        assert_int_equal(table.entries[i].count, 1);
    }
    assert_int_equal(find(&table, "w200000"), -1);
    assert_true((size_t)table.count <= table.slot_count / 2);
    symbol_table_free(&table);
    assert_int_equal(memory.live, 0);
}

/* Whatever allocation fails, the addition can be repeated as if nothing had been. */
static void test_failed_addition(void **state)
{
    (void)state;
    test_memory_init(&memory);
    struct symbol_table table = { .memory = &memory.allocator };
    char name[16];
    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof name, "w%d", i);
        for (size_t n = 1;; n++) {
            memory.calls = 0;
            memory.fail_at = n;
            const int32_t id = add(&table, name);
            if (id != SEQNET_ENOMEM) {
                assert_int_equal(id, i);
                break;
            }
            assert_int_equal(table.count, i);
            assert_int_equal(find(&table, name), -1);
        }
    }
    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof name, "w%d", i);
        assert_int_equal(find(&table, name), i);
    }
    symbol_table_free(&table);
    assert_int_equal(memory.live, 0);
}

static void test_most_symbols(void **state)
{
    (void)state;
    test_memory_init(&memory);
    struct symbol_table table = { .memory = &memory.allocator, .count = INT32_MAX };
    assert_int_equal(add(&table, "a"), SEQNET_ENOTSUP);
    assert_int_equal(memory.calls, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_and_counts),
        cmocka_unit_test(test_growth),
        cmocka_unit_test(test_failed_addition),
        cmocka_unit_test(test_most_symbols),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
