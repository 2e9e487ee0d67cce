/* SPDX-License-Identifier: MIT */
/*
 * Files with very many tensors. The limits are of processor time, and far above what is needed: an
 * algorithm that looks at every pair takes many times as long.
 */
#include "core/random.h"
#include "support/assert.h"

#include <seqnet/tensors.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MANY 50000
#define SECONDS 5.0

static double seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static void assert_quick(const char *what, double begin)
{
    const double took = seconds() - begin;
    print_message("%s %d tensors: %.3f s\n", what, MANY, took);
    assert_true(took < SECONDS);
}

/* A one-to-one scramble, so that names come in no order. */
static void name_of(char *name, uint32_t index)
{
    snprintf(name, 32, "layer.%u.weight", index * 2654435761u);
}

static seqnet_tensors *make(void)
{
    char name[32];
    seqnet_tensors *tensors;
    assert_ok(seqnet_tensors_create(NULL, &tensors));
    for (uint32_t i = 0; i < MANY; i++) {
        const float value = (float)i;
        name_of(name, i);
        assert_ok(seqnet_tensors_set(tensors, name, NULL, 0, &value));
        assert_ok(seqnet_tensors_set_metadata(tensors, name, "value"));
    }
    return tensors;
}

static void *serialize(const seqnet_tensors *tensors, size_t *size)
{
    assert_ok(seqnet_tensors_serialize(tensors, NULL, 0, size));
    void *const file = malloc(*size);
    assert_non_null(file);
    assert_ok(seqnet_tensors_serialize(tensors, file, *size, size));
    return file;
}

static void assert_all_there(const seqnet_tensors *tensors)
{
    char name[32];
    assert_int_equal(seqnet_tensors_count(tensors), MANY);
    for (uint32_t i = 0; i < MANY; i++) {
        float value;
        name_of(name, i);
        assert_ok(seqnet_tensors_get(tensors, name, &value, 1));
        assert_true(value == (float)i);
        assert_string_equal(seqnet_tensors_get_metadata(tensors, name), "value");
    }
}

static void remove_all(seqnet_tensors *tensors)
{
    char name[32];
    for (uint32_t i = 0; i < MANY; i++) {
        name_of(name, i);
        assert_ok(seqnet_tensors_remove(tensors, name));
    }
    assert_int_equal(seqnet_tensors_count(tensors), 0);
}

static void many_tensors_take_no_time(void **state)
{
    (void)state;
    size_t size;
    double begin = seconds();
    seqnet_tensors *tensors = make();
    assert_quick("set", begin);
    begin = seconds();
    void *const file = serialize(tensors, &size);
    assert_quick("write", begin);
    seqnet_tensors_destroy(tensors);
    begin = seconds();
    assert_ok(seqnet_tensors_parse(file, size, NULL, &tensors));
    assert_quick("read", begin);
    free(file);
    begin = seconds();
    assert_all_there(tensors);
    assert_quick("find", begin);
    begin = seconds();
    remove_all(tensors);
    assert_quick("remove", begin);
    seqnet_tensors_destroy(tensors);
}

/* All of them empty and at one place: the order that decides about holes has only ties. */
static void many_empty_tensors_at_one_place(void **state)
{
    (void)state;
    char name[32];
    const int64_t none[1] = { 0 };
    size_t size;
    seqnet_tensors *tensors;
    assert_ok(seqnet_tensors_create(NULL, &tensors));
    for (uint32_t i = 0; i < MANY; i++) {
        name_of(name, i);
        assert_ok(seqnet_tensors_set(tensors, name, none, 1, NULL));
    }
    void *const file = serialize(tensors, &size);
    seqnet_tensors_destroy(tensors);
    const double begin = seconds();
    assert_ok(seqnet_tensors_parse(file, size, NULL, &tensors));
    assert_quick("read empty", begin);
    assert_int_equal(seqnet_tensors_count(tensors), MANY);
    seqnet_tensors_destroy(tensors);
    free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_tensors_take_no_time),
        cmocka_unit_test(many_empty_tensors_at_one_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
