/* SPDX-License-Identifier: MIT */
#include "io/safetensors.h"
#include "io/scratch.h"

#include <seqnet/error.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double doubles[2] = { 0.1, -1e300 };
static const float floats[6] = { 1.5f, -2.25f, 3e-8f, 0.0f, -0.0f, 7.0f };
static const int64_t longs[1] = { INT64_MIN };
static const int32_t ints[3] = { 1, -2, INT32_MAX };
static const unsigned char bytes[3] = { 0, 127, 255 };

/* One of every kind of tensor, in no order. */
static const struct tensor_entry every_kind[] = {
    { "u8", TENSOR_U8, 1, { 3 }, bytes },
    { "f32", TENSOR_F32, 2, { 2, 3 }, floats },
    { "sc\xC3\xA4lar \xE2\x88\x91\"\\\n", TENSOR_F64, 0, { 0 }, doubles + 1 },
    { "i64", TENSOR_I64, 4, { 1, 1, 1, 1 }, longs },
    { "a empty", TENSOR_F32, 3, { 2, 0, 5 }, NULL },
    { "", TENSOR_I32, 1, { 3 }, ints },
    { "f64", TENSOR_F64, 1, { 2 }, doubles },
    { "huge empty", TENSOR_I64, 3, { INT64_MAX, 0, 3 }, NULL },
};

#define KINDS (sizeof every_kind / sizeof *every_kind)

static const struct metadata_entry some_metadata[] = {
    { "z", "" },
    { "\xF0\x9F\x98\x80", "t\xC3\xA4xt\twith\n\"quotes\" and \x01" },
    { "", "the empty key" },
    { "seqnet.zz", "after the checksum" },
};

#define METADATA (sizeof some_metadata / sizeof *some_metadata)

static struct safetensors_file *read_file(const char *name)
{
    struct safetensors_file *file;
    assert_ok(safetensors_read(scratch_path(name), NULL, &file));
    return file;
}

static void assert_same_tensor(const struct tensor_entry *actual,
                               const struct tensor_entry *expected)
{
    assert_non_null(actual);
    assert_string_equal(actual->name, expected->name);
    assert_int_equal(actual->dtype, expected->dtype);
    assert_int_equal(actual->rank, expected->rank);
    for (int32_t i = 0; i < expected->rank; i++)
        assert_int_equal(actual->shape[i], expected->shape[i]);
    assert_int_equal(tensor_bytes(actual), tensor_bytes(expected));
    if (tensor_bytes(expected))
        assert_memory_equal(actual->data, expected->data, tensor_bytes(expected));
}

static void everything_comes_back(void **state)
{
    (void)state;
    assert_ok(
        safetensors_write(scratch_path("a"), every_kind, KINDS, some_metadata, METADATA, NULL));
    struct safetensors_file *const file = read_file("a");
    assert_int_equal(safetensors_count(file), KINDS);
    for (size_t i = 0; i < KINDS; i++)
        assert_same_tensor(safetensors_find(file, every_kind[i].name), &every_kind[i]);
    assert_int_equal(safetensors_metadata_count(file), METADATA);
    for (size_t i = 0; i < METADATA; i++)
        assert_string_equal(safetensors_get_metadata(file, some_metadata[i].key),
                            some_metadata[i].value);
    safetensors_free(file);
}

static void lists_are_in_order_and_end(void **state)
{
    (void)state;
    assert_ok(
        safetensors_write(scratch_path("a"), every_kind, KINDS, some_metadata, METADATA, NULL));
    struct safetensors_file *const file = read_file("a");
    for (size_t i = 1; i < KINDS; i++)
        assert_true(
            strcmp(safetensors_tensor(file, i - 1)->name, safetensors_tensor(file, i)->name) < 0);
    for (size_t i = 1; i < METADATA; i++)
        assert_true(
            strcmp(safetensors_metadata(file, i - 1)->key, safetensors_metadata(file, i)->key) < 0);
    assert_null(safetensors_tensor(file, KINDS));
    assert_null(safetensors_metadata(file, METADATA));
    assert_null(safetensors_find(file, "none"));
    assert_null(safetensors_get_metadata(file, "none"));
    safetensors_free(file);
    safetensors_free(NULL);
}

static void equal_contents_give_equal_bytes(void **state)
{
    (void)state;
    struct tensor_entry tensors[KINDS];
    struct metadata_entry metadata[METADATA];
    char first[4096], second[4096];
    for (size_t i = 0; i < KINDS; i++)
        tensors[i] = every_kind[KINDS - 1 - i];
    for (size_t i = 0; i < METADATA; i++)
        metadata[i] = some_metadata[METADATA - 1 - i];
    assert_ok(
        safetensors_write(scratch_path("a"), every_kind, KINDS, some_metadata, METADATA, NULL));
    assert_ok(safetensors_write(scratch_path("b"), tensors, KINDS, metadata, METADATA, NULL));
    const size_t size = scratch_read("a", first, sizeof first);
    assert_int_equal(scratch_read("b", second, sizeof second), size);
    assert_memory_equal(first, second, size);
}

/* The one place that spells out all bytes: 8-byte alignment, largest elements first, then names. */
static void the_layout_is_the_documented_one(void **state)
{
    (void)state;
    static const char header[] =
        "{\"__metadata__\":{\"k\":\"v\",\"seqnet.checksum\":\"xxh3:%\"},"
        "\"b\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]},"
        "\"a\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[8,12]},"
        "\"c\":{\"dtype\":\"I32\",\"shape\":[],\"data_offsets\":[12,16]}}";
    const struct tensor_entry tensors[] = {
        { "a", TENSOR_F32, 2, { 1, 1 }, floats },
        { "b", TENSOR_I64, 1, { 1 }, longs },
        { "c", TENSOR_I32, 0, { 0 }, ints },
    };
    unsigned char held[1024];
    assert_ok(safetensors_write(scratch_path("a"), tensors, 3, &(struct metadata_entry){ "k", "v" },
                                1, NULL));
    const size_t size = scratch_read("a", held, sizeof held);
    const size_t text = sizeof header - 1 + 15; /* the checksum has 16 digits */
    const size_t padded = (text + 7) / 8 * 8;
    assert_int_equal(size, 8 + padded + 16);
    assert_int_equal(held[0] | held[1] << 8, padded);
    assert_memory_equal(held + 2, "\0\0\0\0\0\0", 6);
    const size_t before = (size_t)(strchr(header, '%') - header);
    assert_memory_equal(held + 8, header, before);
    assert_memory_equal(held + 8 + before + 16, header + before + 1, sizeof header - 2 - before);
    for (size_t i = text; i < padded; i++)
        assert_int_equal(held[8 + i], ' ');
    assert_memory_equal(held + 8 + padded, longs, 8);
    assert_memory_equal(held + 8 + padded + 8, floats, 4);
    assert_memory_equal(held + 8 + padded + 12, ints, 4);
}

static void a_file_may_hold_nothing(void **state)
{
    (void)state;
    assert_ok(safetensors_write(scratch_path("a"), NULL, 0, NULL, 0, NULL));
    struct safetensors_file *file = read_file("a");
    assert_int_equal(safetensors_count(file), 0);
    assert_int_equal(safetensors_metadata_count(file), 0);
    assert_null(safetensors_find(file, "a"));
    safetensors_free(file);
    scratch_safetensors("b", "{}", NULL, 0);
    file = read_file("b");
    assert_int_equal(safetensors_count(file), 0);
    assert_null(safetensors_get_metadata(file, "a"));
    safetensors_free(file);
}

/*
 * Other writers: no padding, so no alignment; white space; members in another order; no checksum.
 */
static void files_of_other_writers_are_read(void **state)
{
    (void)state;
    static const char header[] =
        "{\n \"y\": {\"shape\": [1, 2], \"data_offsets\": [1, 9], "
        "\"dtype\": \"F32\"},\t\"x\": {\"dtype\": \"U8\", \"shape\": [1], "
        "\"data_offsets\": [0, 1]}, \"z\": {\"dtype\": \"F32\", \"shape\": "
        "[0], \"data_offsets\": [1, 1]} } \r\n  ";
    char data[9];
    float out[2];
    for (size_t shift = 0; shift < 4; shift++) {
        char shifted[sizeof header + 4];
        strcpy(shifted, header);
        strcat(shifted, &"    "[4 - shift]);
        data[0] = 9;
        memcpy(data + 1, floats, 8);
        scratch_safetensors("a", shifted, data, sizeof data);
        struct safetensors_file *const file = read_file("a");
        assert_ok(safetensors_get_floats(file, "y", out, 2));
        assert_memory_equal(out, floats, 8);
        assert_int_equal(*(const unsigned char *)safetensors_find(file, "x")->data, 9);
        safetensors_free(file);
    }
}

/* ---------------------------------------------------------------- floats of other widths */

static void read_floats(const char *dtype, const void *data, size_t size, size_t count, float *out)
{
    char header[128];
    snprintf(header, sizeof header,
             "{\"x\":{\"dtype\":\"%s\",\"shape\":[%zu],\"data_offsets\":[0,%zu]}}", dtype, count,
             count * size);
    scratch_safetensors("a", header, data, count * size);
    struct safetensors_file *const file = read_file("a");
    assert_ok(safetensors_get_floats(file, "x", out, (int64_t)count));
    safetensors_free(file);
}

static void halves_become_floats(void **state)
{
    (void)state;
    const uint16_t data[] = { 0x0000, 0x8000, 0x3C00, 0xC000, 0x7BFF, 0x0001,
                              0x83FF, 0x0400, 0x3555, 0x7C00, 0xFC00, 0x7E00 };
    const float expected[] = { 0.0f,        -0.0f,    1.0f,        -2.0f,    65504.0f, 0x1p-24f,
                               -0x3FFp-24f, 0x1p-14f, 0x1.554p-2f, INFINITY, -INFINITY };
    float out[12];
    read_floats("F16", data, 2, 12, out);
    assert_memory_equal(out, expected, sizeof expected);
    assert_true(isnan(out[11]));
}

static void brain_floats_become_floats(void **state)
{
    (void)state;
    const uint16_t data[] = { 0x0000, 0x8000, 0x3F80, 0xC000, 0x0001, 0x7F80, 0x3EAB, 0x7FC0 };
    const float expected[] = { 0.0f, -0.0f, 1.0f, -2.0f, 0x1p-133f, INFINITY, 0x1.56p-2f };
    float out[8];
    read_floats("BF16", data, 2, 8, out);
    assert_memory_equal(out, expected, sizeof expected);
    assert_true(isnan(out[7]));
}

static void doubles_are_rounded(void **state)
{
    (void)state;
    const double data[] = { 0.1, 1.0 + 0x1p-25, 1.0 + 0x1.8p-24, -1e300 };
    const float expected[] = { 0.1f, 1.0f, 1.0f + 0x1p-23f, -INFINITY };
    float out[4];
    read_floats("F64", data, 8, 4, out);
    assert_memory_equal(out, expected, sizeof expected);
}

static void get_floats_refuses(void **state)
{
    (void)state;
    float out[6] = { 42.0f };
    assert_ok(safetensors_write(scratch_path("a"), every_kind, KINDS, NULL, 0, NULL));
    struct safetensors_file *const file = read_file("a");
    assert_error(safetensors_get_floats(file, "none", out, 6), SEQNET_ENOTFOUND, "none");
    assert_error(safetensors_get_floats(file, "f32", out, 5), SEQNET_ESHAPE, "count = 5, need 6");
    assert_error(safetensors_get_floats(file, "f32", out, -6), SEQNET_ESHAPE, "count = -6");
    assert_error(safetensors_get_floats(file, "i64", out, 1), SEQNET_EFORMAT, "I64");
    assert_true(out[0] == 42.0f);
    assert_ok(safetensors_get_floats(file, "a empty", out, 0));
    assert_ok(safetensors_get_floats(file, "f32", out, 6));
    assert_memory_equal(out, floats, sizeof floats);
    safetensors_free(file);
}

/* ---------------------------------------------------------------- checksum */

/* A flip in the checksum's own key makes it a file without one; all others are found. */
static void a_flipped_bit_is_found(void **state)
{
    (void)state;
    unsigned char held[4096];
    assert_ok(
        safetensors_write(scratch_path("a"), every_kind, KINDS, some_metadata, METADATA, NULL));
    const size_t size = scratch_read("a", held, sizeof held);
    const size_t data = 8 + (size_t)held[0] + 256 * (size_t)held[1];
    for (size_t i = 0; i < size; i++) {
        struct safetensors_file *file = NULL;
        const unsigned char good = held[i];
        held[i] = (unsigned char)(held[i] ^ 1u << i % 8);
        scratch_write("a", held, size);
        if (safetensors_read(scratch_path("a"), NULL, &file) == SEQNET_OK) {
            assert_true(i < data);
            assert_false(safetensors_is_verified(file));
            safetensors_free(file);
        } else {
            assert_null(file);
        }
        held[i] = good;
    }
}

/*
 * XXH3-64 of no bytes is a published constant; the other one is that of the bytes
 * "k\0v\0a\0U8\0", 1 and 3 as 8 bytes each, and "abc". So neither can change unnoticed.
 */
static void the_checksum_is_xxh3(void **state)
{
    (void)state;
    char text[CHECKSUM_BYTES];
    const struct metadata_entry metadata = { "k", "v" };
    const struct tensor_entry tensor = { "a", TENSOR_U8, 1, { 3 }, "abc" };
    checksum_write(&(struct contents){ NULL, 0, NULL, 0 }, text);
    assert_string_equal(text, "xxh3:2d06800538d394c2");
    checksum_write(&(struct contents){ &metadata, 1, &tensor, 1 }, text);
    assert_string_equal(text, "xxh3:c6a48455920ffc43");
}

/* ---------------------------------------------------------------- what is not written */

static void refuse_tensor(struct tensor_entry tensor, const char *part)
{
    assert_error(safetensors_write(scratch_path("a"), &tensor, 1, NULL, 0, NULL), SEQNET_EINVAL,
                 part);
}

static void refuse_metadata(const char *key, const char *value, const char *part)
{
    const struct metadata_entry entry = { key, value };
    assert_error(safetensors_write(scratch_path("a"), NULL, 0, &entry, 1, NULL), SEQNET_EINVAL,
                 part);
}

static void the_writer_refuses(void **state)
{
    (void)state;
    const struct tensor_entry good = { "x", TENSOR_F32, 1, { 6 }, floats };
    struct tensor_entry bad = good;
    refuse_tensor((bad.name = NULL, bad), "UTF-8");
    refuse_tensor((bad.name = "\xFF", bad), "UTF-8");
    refuse_tensor((bad.name = "__metadata__", bad), "__metadata__");
    refuse_tensor((bad = good, bad.dtype = 0, bad), "dtype = 0");
    refuse_tensor((bad.dtype = 8, bad), "dtype = 8");
    refuse_tensor((bad = good, bad.rank = 5, bad), "rank = 5");
    refuse_tensor((bad.rank = -1, bad), "rank = -1");
    refuse_tensor((bad = good, bad.shape[0] = -1, bad), "shape[0] = -1");
    refuse_tensor((bad.shape[0] = INT64_MAX, bad), "too large");
    refuse_tensor((bad = good, bad.data = NULL, bad), "data = NULL");
    refuse_metadata(NULL, "v", "key");
    refuse_metadata("\xC3", "v", "key");
    refuse_metadata("seqnet.checksum", "v", "reserved");
    refuse_metadata("k", NULL, "metadata k");
    refuse_metadata("k", "\xED\xA0\x80", "metadata k");
    const struct tensor_entry twice[] = { good, { "x", TENSOR_F64, 1, { 2 }, doubles } };
    assert_error(safetensors_write(scratch_path("a"), twice, 2, NULL, 0, NULL), SEQNET_EINVAL,
                 "x is there twice");
    const struct metadata_entry same[] = { { "k", "1" }, { "k", "2" } };
    assert_error(safetensors_write(scratch_path("a"), NULL, 0, same, 2, NULL), SEQNET_EINVAL,
                 "k is there twice");
    assert_int_equal(scratch_entries(), 0);
    assert_error(safetensors_write(scratch_path("no/a"), &good, 1, NULL, 0, NULL), SEQNET_EIO,
                 "No such");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(everything_comes_back),
        scratch_test(lists_are_in_order_and_end),
        scratch_test(equal_contents_give_equal_bytes),
        scratch_test(the_layout_is_the_documented_one),
        scratch_test(a_file_may_hold_nothing),
        scratch_test(files_of_other_writers_are_read),
        scratch_test(halves_become_floats),
        scratch_test(brain_floats_become_floats),
        scratch_test(doubles_are_rounded),
        scratch_test(get_floats_refuses),
        scratch_test(a_flipped_bit_is_found),
        cmocka_unit_test(the_checksum_is_xxh3),
        scratch_test(the_writer_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
