/* SPDX-License-Identifier: MIT */
/*
 * Files with very many tensors. Four times as many may take four times as long, and a little more;
 * an algorithm that compares every pair of names takes sixteen times as long.
 */
#include "support/assert.h"

#include <seqnet/tensors.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define FEW 5000
#define MANY (4 * FEW)

/*
 * What takes less than this needs no comparison: short times are noise, and setting and removing
 * in any order moves 8 bytes for each tensor behind. The address sanitizer looks at each of them,
 * and at every byte of a name.
 */
#ifdef __SANITIZE_ADDRESS__
#define SECONDS 2.5
#else
#define SECONDS 1.0
#endif
#define MOST 10.0

enum { SET, WRITE, READ, FIND, REMOVE, STEPS };

static const char *const names[STEPS] = { "set", "write", "read", "find", "remove" };

static double seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

/* A one-to-one scramble, so that names come in no order. */
static void name_of(char *name, uint32_t index)
{
    snprintf(name, 32, "layer.%u.weight", index * 2654435761u);
}

static seqnet_tensors *make(uint32_t count)
{
    char name[32];
    seqnet_tensors *tensors;
    assert_ok(seqnet_tensors_create(NULL, &tensors));
    for (uint32_t i = 0; i < count; i++) {
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

static void assert_all_there(const seqnet_tensors *tensors, uint32_t count)
{
    char name[32];
    assert_int_equal(seqnet_tensors_count(tensors), count);
    for (uint32_t i = 0; i < count; i++) {
        float value;
        name_of(name, i);
        assert_ok(seqnet_tensors_get(tensors, name, &value, 1));
        assert_true(value == (float)i);
        assert_string_equal(seqnet_tensors_get_metadata(tensors, name), "value");
    }
}

static void remove_all(seqnet_tensors *tensors, uint32_t count)
{
    char name[32];
    for (uint32_t i = 0; i < count; i++) {
        name_of(name, i);
        assert_ok(seqnet_tensors_remove(tensors, name));
    }
    assert_int_equal(seqnet_tensors_count(tensors), 0);
}

/* The processor time of every step. */
static void measure(uint32_t count, double took[STEPS])
{
    size_t size;
    double times[STEPS + 1] = { seconds() };
    seqnet_tensors *made = make(count), *read;
    times[SET + 1] = seconds();
    void *const file = serialize(made, &size);
    times[WRITE + 1] = seconds();
    assert_ok(seqnet_tensors_parse(file, size, NULL, &read));
    times[READ + 1] = seconds();
    assert_all_there(read, count);
    times[FIND + 1] = seconds();
    remove_all(read, count);
    times[REMOVE + 1] = seconds();
    for (int i = 0; i < STEPS; i++)
        took[i] = times[i + 1] - times[i];
    seqnet_tensors_destroy(read);
    seqnet_tensors_destroy(made);
    free(file);
}

static void no_step_compares_every_pair(void **state)
{
    (void)state;
    double few[STEPS], many[STEPS];
    measure(FEW, few);
    measure(MANY, many);
    for (int i = 0; i < STEPS; i++) {
        print_message("%s: %d tensors %.4f s, %d tensors %.4f s\n", names[i], FEW, few[i], MANY,
                      many[i]);
        assert_true(many[i] < SECONDS || many[i] < MOST * few[i]);
    }
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
    assert_ok(seqnet_tensors_parse(file, size, NULL, &tensors));
    assert_int_equal(seqnet_tensors_count(tensors), MANY);
    seqnet_tensors_destroy(tensors);
    free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_step_compares_every_pair),
        cmocka_unit_test(many_empty_tensors_at_one_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
