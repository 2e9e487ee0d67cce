/* SPDX-License-Identifier: MIT */
/* Collections as objects: looking up, changing, and what is refused. */
#include "io/scratch.h"
#include "support/memory.h"

#include <seqnet/tensors.h>

#include <string.h>

static const float floats[6] = { 1.5f, -2.25f, 3e-8f, 0.0f, -0.0f, 7.0f };
static const int64_t six[1] = { 6 }, two_three[2] = { 2, 3 };

static seqnet_tensors *make(void)
{
    seqnet_tensors *tensors;
    assert_ok(seqnet_tensors_create(NULL, &tensors));
    assert_ok(seqnet_tensors_set(tensors, "m", two_three, 2, floats));
    return tensors;
}

static void assert_names(const seqnet_tensors *tensors, const char *expected)
{
    char held[256] = "";
    for (int32_t i = 0; i < seqnet_tensors_count(tensors); i++) {
        seqnet_tensors_entry entry = SEQNET_TENSORS_ENTRY_INIT;
        assert_ok(seqnet_tensors_info(tensors, i, &entry));
        strcat(held, entry.name);
        strcat(held, " ");
    }
    assert_string_equal(held, expected);
}

static void tensors_are_sorted_replaced_removed(void **state)
{
    (void)state;
    float out[6];
    seqnet_tensors *const tensors = make();
    assert_ok(seqnet_tensors_set(tensors, "z", six, 1, floats));
    assert_ok(seqnet_tensors_set(tensors, "a", NULL, 0, floats + 1));
    assert_ok(seqnet_tensors_set(tensors, "\xC3\xA4", (const int64_t[]){ 0 }, 1, NULL));
    assert_names(tensors, "a m z \xC3\xA4 ");
    assert_ok(seqnet_tensors_set(tensors, "m", six, 1, floats));
    assert_ok(seqnet_tensors_remove(tensors, "a"));
    assert_names(tensors, "m z \xC3\xA4 ");
    assert_error(seqnet_tensors_remove(tensors, "a"), SEQNET_ENOTFOUND, "\"a\"");
    assert_error(seqnet_tensors_get(tensors, "a", out, 1), SEQNET_ENOTFOUND, "\"a\"");
    assert_ok(seqnet_tensors_get(tensors, "m", out, 6));
    assert_same_bytes(out, floats, sizeof out);
    assert_ok(seqnet_tensors_get(tensors, "\xC3\xA4", NULL, 0));
    seqnet_tensors_destroy(tensors);
}

static void entries_tell_all(void **state)
{
    (void)state;
    seqnet_tensors_entry entry = SEQNET_TENSORS_ENTRY_INIT;
    seqnet_tensors *const tensors = make();
    assert_ok(seqnet_tensors_find(tensors, "m", &entry));
    assert_string_equal(entry.name, "m");
    assert_int_equal(entry.dtype, SEQNET_DTYPE_F32);
    assert_string_equal(seqnet_dtype_name(entry.dtype), "F32");
    assert_int_equal(entry.rank, 2);
    const int64_t shape[SEQNET_MAX_RANK] = { 2, 3, 1, 1, 1, 1, 1, 1 };
    assert_memory_equal(entry.shape, shape, sizeof shape);
    assert_int_equal(entry.count, 6);
    assert_int_equal(entry.data_bytes, sizeof floats);
    assert_memory_equal(entry.data, floats, sizeof floats);
    seqnet_tensors_destroy(tensors);
}

/* An older program's struct ends earlier; a newer one's tail is zeroed, and must be zero. */
static void entries_of_other_versions(void **state)
{
    (void)state;
    struct {
        seqnet_tensors_entry known;
        int64_t more;
    } newer = { { .struct_size = sizeof newer }, 5 };
    seqnet_tensors_entry older = { .struct_size = offsetof(seqnet_tensors_entry, data_bytes) };
    seqnet_tensors *const tensors = make();
    older.count = 77;
    assert_ok(seqnet_tensors_find(tensors, "m", &older));
    assert_string_equal(older.name, "m");
    assert_int_equal(older.count, 77);
    assert_ok(seqnet_tensors_find(tensors, "m", &newer.known));
    assert_int_equal(newer.more, 0);
    newer.known.name = "n";
    assert_ok(seqnet_tensors_set_entry(tensors, &newer.known));
    newer.more = 1;
    assert_error(seqnet_tensors_set_entry(tensors, &newer.known), SEQNET_ENOTSUP, "struct_size");
    older.struct_size = 0;
    assert_error(seqnet_tensors_find(tensors, "m", &older), SEQNET_EINVAL, "struct_size = 0");
    assert_error(seqnet_tensors_set_entry(tensors, &older), SEQNET_EINVAL, "struct_size = 0");
    seqnet_tensors_entry_init(&older, sizeof older);
    assert_int_equal(older.struct_size, sizeof older);
    assert_null(older.name);
    seqnet_tensors_destroy(tensors);
}

/* What was borrowed from a collection may be put back into it. */
static void entries_are_copied_within_and_between(void **state)
{
    (void)state;
    float out[6];
    seqnet_tensors_entry entry = SEQNET_TENSORS_ENTRY_INIT;
    seqnet_tensors *const tensors = make(), *other;
    assert_ok(seqnet_tensors_find(tensors, "m", &entry));
    entry.rank = 1;
    entry.shape[0] = 6;
    assert_ok(seqnet_tensors_set_entry(tensors, &entry));
    assert_ok(seqnet_tensors_find(tensors, "m", &entry));
    assert_int_equal(entry.rank, 1);
    assert_ok(seqnet_tensors_create(NULL, &other));
    assert_ok(seqnet_tensors_set_entry(other, &entry));
    seqnet_tensors_destroy(tensors);
    assert_ok(seqnet_tensors_get(other, "m", out, 6));
    assert_same_bytes(out, floats, sizeof out);
    seqnet_tensors_destroy(other);
}

static void refuse_set(const char *name, const int64_t *shape, int32_t rank, const float *values,
                       const char *part)
{
    seqnet_tensors *const tensors = make();
    assert_error(seqnet_tensors_set(tensors, name, shape, rank, values), SEQNET_EINVAL, part);
    assert_names(tensors, "m ");
    seqnet_tensors_destroy(tensors);
}

static void set_refuses(void **state)
{
    (void)state;
    const int64_t negative[2] = { 0, -1 }, huge[2] = { INT64_MAX, 4 };
    const int64_t much[1] = { PTRDIFF_MAX / 4 + 1 }, wraps[3] = { INT64_MAX, INT64_MAX, 0 };
    refuse_set(NULL, six, 1, floats, "seqnet_tensors_set: name = NULL");
    refuse_set("\xFF", six, 1, floats, "name is not valid UTF-8");
    refuse_set("__metadata__", six, 1, floats, "reserved");
    refuse_set("x", NULL, 1, floats, "shape = NULL");
    refuse_set("x", six, -1, floats, "rank = -1, need 0..8");
    refuse_set("x", six, 9, floats, "rank = 9, need 0..8");
    refuse_set("x", negative, 2, floats, "shape[1] = -1, need 0 or more");
    refuse_set("x", huge, 2, floats, "too large");
    refuse_set("x", much, 1, floats, "too large");
    refuse_set("x", wraps, 3, floats, "too large");
    refuse_set("x", six, 1, NULL, "values = NULL");
    assert_error(seqnet_tensors_set(NULL, "x", six, 1, floats), SEQNET_EINVAL, "tensors = NULL");
}

static void refuse_entry(const seqnet_tensors_entry *entry, const char *part)
{
    seqnet_tensors *const tensors = make();
    assert_error(seqnet_tensors_set_entry(tensors, entry), SEQNET_EINVAL, part);
    assert_names(tensors, "m ");
    seqnet_tensors_destroy(tensors);
}

static void set_entry_refuses(void **state)
{
    (void)state;
    const seqnet_tensors_entry good = {
        sizeof good, "x", floats, 6, 0, { 6 }, 1, SEQNET_DTYPE_BOOL
    };
    seqnet_tensors_entry bad = good;
    refuse_entry(NULL, "entry = NULL");
    refuse_entry((bad.name = NULL, &bad), "seqnet_tensors_set_entry: name = NULL");
    bad = good;
    refuse_entry((bad.dtype = 0, &bad), "dtype = 0 is unknown");
    refuse_entry((bad.dtype = SEQNET_DTYPE_C64 + 1, &bad), "is unknown");
    refuse_entry((bad.dtype = -1, &bad), "dtype = -1 is unknown");
    bad = good;
    refuse_entry((bad.data_bytes = 5, &bad), "data_bytes = 5, its shape needs 6");
    refuse_entry((bad.dtype = SEQNET_DTYPE_I16, &bad), "data_bytes = 5, its shape needs 12");
    bad = good;
    refuse_entry((bad.data = NULL, &bad), "data = NULL");
    bad = good;
    refuse_entry((bad.rank = 9, &bad), "rank = 9");
    assert_error(seqnet_tensors_set_entry(NULL, &good), SEQNET_EINVAL, "tensors = NULL");
}

static void look_ups_refuse(void **state)
{
    (void)state;
    float out[6] = { 42.0f };
    seqnet_tensors_entry entry = { .struct_size = sizeof entry, .count = 42 };
    seqnet_tensors *const tensors = make();
    const seqnet_tensors_entry whole = {
        sizeof whole, "i", floats, 8, 0, { 0 }, 0, SEQNET_DTYPE_I64
    };
    assert_ok(seqnet_tensors_set_entry(tensors, &whole));
    assert_error(seqnet_tensors_info(tensors, -1, &entry), SEQNET_ERANGE, "index = -1");
    assert_error(seqnet_tensors_info(tensors, 2, &entry), SEQNET_ERANGE, "index = 2, need 0..1");
    assert_error(seqnet_tensors_info(NULL, 0, &entry), SEQNET_EINVAL, "tensors = NULL");
    assert_error(seqnet_tensors_info(tensors, 0, NULL), SEQNET_EINVAL, "entry = NULL");
    assert_error(seqnet_tensors_find(tensors, "none", &entry), SEQNET_ENOTFOUND, "\"none\"");
    assert_error(seqnet_tensors_find(tensors, NULL, &entry), SEQNET_EINVAL, "name = NULL");
    assert_error(seqnet_tensors_find(NULL, "m", &entry), SEQNET_EINVAL, "tensors = NULL");
    assert_error(seqnet_tensors_find(tensors, "m", NULL), SEQNET_EINVAL, "entry = NULL");
    assert_error(seqnet_tensors_get(tensors, "m", out, 5), SEQNET_ESHAPE, "count = 5, need 6");
    assert_error(seqnet_tensors_get(tensors, "m", out, -6), SEQNET_ESHAPE, "count = -6");
    assert_error(seqnet_tensors_get(tensors, "m", NULL, 6), SEQNET_EINVAL, "values = NULL");
    assert_error(seqnet_tensors_get(tensors, "i", out, 1), SEQNET_ENOTSUP, "\"i\": dtype I64");
    assert_true(out[0] == 42.0f && entry.count == 42);
    seqnet_tensors_destroy(tensors);
}

static void metadata_is_sorted_replaced_removed(void **state)
{
    (void)state;
    seqnet_tensors *const tensors = make();
    assert_null(seqnet_tensors_metadata_key(tensors, 0));
    assert_ok(seqnet_tensors_set_metadata(tensors, "m", "1"));
    assert_ok(seqnet_tensors_set_metadata(tensors, "", "2"));
    assert_ok(seqnet_tensors_set_metadata(tensors, "m", ""));
    assert_string_equal(seqnet_tensors_metadata_key(tensors, 0), "");
    assert_string_equal(seqnet_tensors_metadata_key(tensors, 1), "m");
    assert_null(seqnet_tensors_metadata_key(tensors, 2));
    assert_null(seqnet_tensors_metadata_key(tensors, -1));
    assert_string_equal(seqnet_tensors_get_metadata(tensors, "m"), "");
    assert_ok(seqnet_tensors_set_metadata(tensors, "m", NULL));
    assert_ok(seqnet_tensors_set_metadata(tensors, "m", NULL));
    assert_null(seqnet_tensors_get_metadata(tensors, "m"));
    assert_string_equal(seqnet_tensors_get_metadata(tensors, ""), "2");
    seqnet_tensors_destroy(tensors);
}

static void metadata_refuses(void **state)
{
    (void)state;
    seqnet_tensors *const tensors = make();
    assert_error(seqnet_tensors_set_metadata(tensors, NULL, "v"), SEQNET_EINVAL, "key = NULL");
    assert_error(seqnet_tensors_set_metadata(tensors, "\xC3", "v"), SEQNET_EINVAL, "key is not");
    assert_error(seqnet_tensors_set_metadata(tensors, "seqnet.checksum", "v"), SEQNET_EINVAL,
                 "reserved");
    assert_error(seqnet_tensors_set_metadata(tensors, "k", "\xED\xA0\x80"), SEQNET_EINVAL,
                 "value is not");
    assert_error(seqnet_tensors_set_metadata(NULL, "k", "v"), SEQNET_EINVAL, "tensors = NULL");
    assert_null(seqnet_tensors_metadata_key(tensors, 0));
    assert_null(seqnet_tensors_metadata_key(NULL, 0));
    assert_null(seqnet_tensors_get_metadata(NULL, "k"));
    assert_null(seqnet_tensors_get_metadata(tensors, NULL));
    seqnet_tensors_destroy(tensors);
}

static void serialize_needs_room(void **state)
{
    (void)state;
    char bytes[512];
    size_t size = 77, again = 0;
    seqnet_tensors *const tensors = make();
    assert_ok(seqnet_tensors_serialize(tensors, NULL, 0, &size));
    memset(bytes, 'x', sizeof bytes);
    assert_error(seqnet_tensors_serialize(tensors, bytes, size - 1, &again), SEQNET_ESHAPE,
                 "seqnet_tensors_serialize: capacity = ");
    assert_int_equal(again, size);
    assert_int_equal(bytes[0], 'x');
    assert_ok(seqnet_tensors_serialize(tensors, bytes, size, &again));
    assert_int_equal(bytes[size], 'x');
    assert_error(seqnet_tensors_serialize(tensors, NULL, 1, &again), SEQNET_EINVAL, "data = NULL");
    assert_error(seqnet_tensors_serialize(tensors, bytes, 9, NULL), SEQNET_EINVAL, "bytes = NULL");
    assert_error(seqnet_tensors_serialize(NULL, bytes, 9, &size), SEQNET_EINVAL, "tensors = NULL");
    seqnet_tensors_destroy(tensors);
}

static void null_arguments(void **state)
{
    (void)state;
    const seqnet_allocator half = { NULL, NULL, NULL };
    seqnet_tensors *const tensors = make(), *other = tensors;
    assert_error(seqnet_tensors_create(NULL, NULL), SEQNET_EINVAL, "tensors = NULL");
    assert_error(seqnet_tensors_create(&half, &other), SEQNET_EINVAL, "allocator->alloc");
    assert_null(other);
    other = tensors;
    assert_error(seqnet_tensors_load(NULL, NULL, &other), SEQNET_EINVAL, "path = NULL");
    assert_null(other);
    assert_error(seqnet_tensors_load("x", NULL, NULL), SEQNET_EINVAL, "tensors = NULL");
    assert_error(seqnet_tensors_load("x", &half, &other), SEQNET_EINVAL, "allocator->alloc");
    other = tensors;
    assert_error(seqnet_tensors_parse(NULL, 0, NULL, &other), SEQNET_EINVAL, "data = NULL");
    assert_null(other);
    assert_error(seqnet_tensors_parse("x", 1, NULL, NULL), SEQNET_EINVAL, "tensors = NULL");
    assert_error(seqnet_tensors_parse("x", 1, &half, &other), SEQNET_EINVAL, "allocator->alloc");
    assert_error(seqnet_tensors_parse("x", 1, NULL, &other), SEQNET_EFORMAT,
                 "seqnet_tensors_parse: not a safetensors file");
    assert_error(seqnet_tensors_save(NULL, "x"), SEQNET_EINVAL, "tensors = NULL");
    assert_error(seqnet_tensors_save(tensors, NULL), SEQNET_EINVAL, "path = NULL");
    assert_error(seqnet_tensors_save(tensors, scratch_path("no/a")), SEQNET_EIO, "No such");
    assert_error(seqnet_tensors_remove(NULL, "x"), SEQNET_EINVAL, "tensors = NULL");
    assert_error(seqnet_tensors_remove(tensors, NULL), SEQNET_EINVAL, "name = NULL");
    assert_int_equal(seqnet_tensors_count(NULL), 0);
    seqnet_tensors_destroy(NULL);
    seqnet_tensors_destroy(tensors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tensors_are_sorted_replaced_removed),
        cmocka_unit_test(entries_tell_all),
        cmocka_unit_test(entries_of_other_versions),
        cmocka_unit_test(entries_are_copied_within_and_between),
        cmocka_unit_test(set_refuses),
        cmocka_unit_test(set_entry_refuses),
        cmocka_unit_test(look_ups_refuse),
        cmocka_unit_test(metadata_is_sorted_replaced_removed),
        cmocka_unit_test(metadata_refuses),
        cmocka_unit_test(serialize_needs_room),
        scratch_test(null_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
