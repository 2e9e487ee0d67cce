/* SPDX-License-Identifier: MIT */
/*
 * The n-th allocation fails, for every n: through the allocator hook, and inside Jansson. Nothing
 * may leak, and a collection is as it was.
 */
#include "io/scratch.h"
#include "support/memory.h"

#include <seqnet/io.h>
#include <seqnet/tensors.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const float floats[12];
static const int64_t shape[2] = { 3, 4 };

/* A file with more tensors and metadata than the first room of a list has. */
static unsigned char file[8192];
static size_t file_bytes;

static void name_of(char *name, int i)
{
    snprintf(name, 16, "t%d", i * 7 % 20);
}

static int32_t fill(seqnet_tensors *tensors)
{
    char name[16];
    int32_t code = SEQNET_OK;
    for (int i = 0; i < 20 && code == SEQNET_OK; i++) {
        name_of(name, i);
        code = seqnet_tensors_set(tensors, name, shape, 2, floats);
        if (code == SEQNET_OK)
            code = seqnet_tensors_set_metadata(tensors, name, "value");
    }
    return code;
}

/* ---------------------------------------------------------------- what is done */

static int32_t create_and_fill(const seqnet_allocator *allocator)
{
    seqnet_tensors *tensors = (seqnet_tensors *)&tensors;
    int32_t code = seqnet_tensors_create(allocator, &tensors);
    if (code == SEQNET_OK)
        code = fill(tensors);
    else
        assert_null(tensors);
    seqnet_tensors_destroy(tensors);
    return code;
}

static int32_t parse(const seqnet_allocator *allocator)
{
    seqnet_tensors *tensors = (seqnet_tensors *)&tensors;
    const int32_t code = seqnet_tensors_parse(file, file_bytes, allocator, &tensors);
    assert_int_equal(tensors == NULL, code != SEQNET_OK);
    seqnet_tensors_destroy(tensors);
    return code;
}

static int32_t load(const seqnet_allocator *allocator)
{
    seqnet_tensors *tensors = (seqnet_tensors *)&tensors;
    const int32_t code = seqnet_tensors_load(scratch_path("good"), allocator, &tensors);
    assert_int_equal(tensors == NULL, code != SEQNET_OK);
    seqnet_tensors_destroy(tensors);
    return code;
}

/* ---------------------------------------------------------------- through the hook */

static void fail_each(int32_t (*action)(const seqnet_allocator *), size_t least)
{
    int32_t code = SEQNET_ENOMEM;
    size_t n = 0;
    while (code != SEQNET_OK) {
        struct test_memory memory;
        test_memory_init(&memory);
        memory.fail_at = ++n;
        code = action(&memory.allocator);
        assert_int_equal(memory.live, 0);
        assert_true(code == SEQNET_OK || code == SEQNET_ENOMEM);
    }
    assert_true(n > least);
}

static void every_allocation_of_a_new_collection_fails_once(void **state)
{
    (void)state;
    fail_each(create_and_fill, 40);
}

static void every_allocation_of_a_parse_fails_once(void **state)
{
    (void)state;
    fail_each(parse, 40);
}

static void every_allocation_of_a_load_fails_once(void **state)
{
    (void)state;
    scratch_write("good", file, file_bytes);
    fail_each(load, 40);
}

/* ---------------------------------------------------------------- a collection stays as it was */

struct subject {
    struct test_memory memory;
    seqnet_tensors *tensors;
};

static void subject_init(struct subject *s)
{
    test_memory_init(&s->memory);
    assert_ok(seqnet_tensors_parse(file, file_bytes, &s->memory.allocator, &s->tensors));
}

/* The collection gives the bytes it was read from. */
static void assert_unchanged(const struct subject *s)
{
    unsigned char bytes[sizeof file];
    size_t size;
    assert_ok(seqnet_tensors_serialize(s->tensors, bytes, sizeof bytes, &size));
    assert_int_equal(size, file_bytes);
    assert_memory_equal(bytes, file, size);
}

typedef int32_t change(seqnet_tensors *tensors);

static int32_t add(seqnet_tensors *tensors)
{
    return seqnet_tensors_set(tensors, "new", shape, 2, floats);
}

static int32_t replace(seqnet_tensors *tensors)
{
    return seqnet_tensors_set(tensors, "t3", NULL, 0, floats);
}

static int32_t add_entry(seqnet_tensors *tensors)
{
    const seqnet_tensors_entry entry = { sizeof entry, "new", floats,         1, 0,
                                         { 0 },        0,     SEQNET_DTYPE_U8 };
    return seqnet_tensors_set_entry(tensors, &entry);
}

static int32_t add_metadata(seqnet_tensors *tensors)
{
    return seqnet_tensors_set_metadata(tensors, "new", "value");
}

static int32_t replace_metadata(seqnet_tensors *tensors)
{
    return seqnet_tensors_set_metadata(tensors, "t3", "another value");
}

static int32_t save(seqnet_tensors *tensors)
{
    const int32_t code = seqnet_tensors_save(tensors, scratch_path("a"));
    assert_int_equal(scratch_entries(), 1);
    if (code != SEQNET_OK)
        assert_holds("a", "old");
    return code;
}

static int32_t serialize(seqnet_tensors *tensors)
{
    unsigned char bytes[sizeof file];
    size_t size;
    return seqnet_tensors_serialize(tensors, bytes, sizeof bytes, &size);
}

static void fail_each_of(change *function)
{
    int32_t code = SEQNET_ENOMEM;
    for (size_t n = 1; code != SEQNET_OK; n++) {
        struct subject s;
        subject_init(&s);
        const size_t live = s.memory.live;
        s.memory.fail_at = s.memory.calls + n;
        code = function(s.tensors);
        s.memory.fail_at = 0;
        if (code != SEQNET_OK) {
            assert_int_equal(code, SEQNET_ENOMEM);
            assert_int_equal(s.memory.live, live);
            assert_unchanged(&s);
        } else {
            assert_true(n > 1);
        }
        seqnet_tensors_destroy(s.tensors);
        assert_int_equal(s.memory.live, 0);
    }
}

static void a_change_without_memory_changes_nothing(void **state)
{
    (void)state;
    change *const changes[] = {
        add, replace, add_entry, add_metadata, replace_metadata, serialize
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        fail_each_of(changes[i]);
}

static void a_save_without_memory_leaves_the_old_file(void **state)
{
    (void)state;
    scratch_write("a", "old", 3);
    fail_each_of(save);
}

/* One block a tensor; that of the list doubles. */
static void a_thousand_tensors_take_few_blocks_more(void **state)
{
    (void)state;
    struct test_memory memory;
    seqnet_tensors *tensors;
    char name[16];
    test_memory_init(&memory);
    assert_ok(seqnet_tensors_create(&memory.allocator, &tensors));
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "%d", i);
        assert_ok(seqnet_tensors_set(tensors, name, shape, 2, floats));
    }
    assert_true(memory.calls < 1020);
    assert_int_equal(memory.live, 1002);
    seqnet_tensors_destroy(tensors);
    assert_int_equal(memory.live, 0);
}

/* ---------------------------------------------------------------- models in memory */

static unsigned char model_file[4096];
static size_t model_bytes;

static int32_t parse_model(const seqnet_allocator *allocator)
{
    seqnet_model *model = (seqnet_model *)&model;
    const int32_t code = seqnet_model_parse(model_file, model_bytes, allocator, &model);
    assert_int_equal(model == NULL, code != SEQNET_OK);
    seqnet_model_destroy(model);
    return code;
}

static int32_t serialize_model(const seqnet_allocator *allocator)
{
    seqnet_layer *layer;
    seqnet_model *model;
    assert_ok(seqnet_linear_create(3, 2, NULL, &layer));
    int32_t code = seqnet_model_create(layer, allocator, &model);
    seqnet_layer_destroy(layer);
    if (code == SEQNET_OK)
        code = seqnet_model_serialize(model, model_file, sizeof model_file, &model_bytes);
    seqnet_model_destroy(model);
    return code;
}

static void models_in_memory(void **state)
{
    (void)state;
    fail_each(serialize_model, 5);
    fail_each(parse_model, 10);
}

/* ---------------------------------------------------------------- inside Jansson */

static size_t json_live, json_calls, json_fail_at;

static void *json_malloc(size_t bytes)
{
    if (++json_calls == json_fail_at)
        return NULL;
    void *const block = malloc(bytes);
    json_live += block != NULL;
    return block;
}

static void json_free(void *block)
{
    json_live -= block != NULL;
    free(block);
}

/* Jansson reports some of its failures as bad JSON, so two codes are possible. */
static void fail_each_in_json(int32_t (*action)(const seqnet_allocator *), size_t least)
{
    json_set_alloc_funcs(json_malloc, json_free);
    for (json_fail_at = 1;; json_fail_at++) {
        json_calls = 0;
        const int32_t code = action(NULL);
        assert_int_equal(json_live, 0);
        assert_true(code == SEQNET_OK || code == SEQNET_ENOMEM || code == SEQNET_EFORMAT);
        if (json_calls < json_fail_at) {
            assert_ok(code);
            break;
        }
    }
    json_set_alloc_funcs(malloc, free);
    assert_true(json_fail_at > least);
    json_fail_at = 0;
}

static int32_t make_and_serialize(const seqnet_allocator *allocator)
{
    seqnet_tensors *tensors;
    unsigned char bytes[sizeof file];
    size_t size;
    assert_ok(seqnet_tensors_create(allocator, &tensors));
    assert_ok(fill(tensors));
    const int32_t code = seqnet_tensors_serialize(tensors, bytes, sizeof bytes, &size);
    seqnet_tensors_destroy(tensors);
    assert_true(code != SEQNET_EFORMAT);
    return code;
}

static void every_json_allocation_fails_once(void **state)
{
    (void)state;
    fail_each_in_json(parse, 200);
    fail_each_in_json(make_and_serialize, 200);
}

static int make_file(void **state)
{
    (void)state;
    seqnet_tensors *tensors;
    assert_ok(seqnet_tensors_create(NULL, &tensors));
    assert_ok(fill(tensors));
    assert_ok(seqnet_tensors_serialize(tensors, file, sizeof file, &file_bytes));
    seqnet_tensors_destroy(tensors);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_allocation_of_a_new_collection_fails_once),
        cmocka_unit_test(every_allocation_of_a_parse_fails_once),
        scratch_test(every_allocation_of_a_load_fails_once),
        cmocka_unit_test(a_change_without_memory_changes_nothing),
        scratch_test(a_save_without_memory_leaves_the_old_file),
        cmocka_unit_test(a_thousand_tensors_take_few_blocks_more),
        cmocka_unit_test(models_in_memory),
        cmocka_unit_test(every_json_allocation_fails_once),
    };
    return cmocka_run_group_tests(tests, make_file, NULL);
}
