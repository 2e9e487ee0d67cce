/* SPDX-License-Identifier: MIT */
/* What a file looks like, and that everything comes back from it. */
#include "io/safetensors.h"

#include "io/collection.h"
#include "io/scratch.h"

#include <stdlib.h>
#include <string.h>

static const double doubles[2] = { 0.1, -1e300 };
static const float floats[6] = { 1.5f, -2.25f, 3e-8f, 0.0f, -0.0f, 7.0f };
static const int64_t longs[1] = { INT64_MIN };
static const int32_t ints[3] = { 1, -2, INT32_MAX };
static const unsigned char small[3] = { 0, 127, 255 };

/* One of every kind of tensor, in no order. */
static const struct tensor_entry every_kind[] = {
    { "u8", SEQNET_DTYPE_U8, 1, { 3 }, small },
    { "f32", SEQNET_DTYPE_F32, 2, { 2, 3 }, floats },
    { "sc\xC3\xA4lar \xE2\x88\x91\"\\\n", SEQNET_DTYPE_F64, 0, { 0 }, doubles + 1 },
    { "i64", SEQNET_DTYPE_I64, 4, { 1, 1, 1, 1 }, longs },
    { "a empty", SEQNET_DTYPE_F32, 3, { 2, 0, 5 }, NULL },
    { "", SEQNET_DTYPE_I32, 1, { 3 }, ints },
    { "f64", SEQNET_DTYPE_F64, 1, { 2 }, doubles },
    { "huge empty", SEQNET_DTYPE_I64, 3, { INT64_MAX, 0, 3 }, NULL },
};

#define KINDS (sizeof every_kind / sizeof *every_kind)

static const struct metadata_entry some_metadata[] = {
    { "z", "" },
    { "\xF0\x9F\x98\x80", "t\xC3\xA4xt\twith\n\"quotes\" and \x01" },
    { "", "the empty key" },
    { "seqnet.zz", "after the checksum" },
};

#define METADATA (sizeof some_metadata / sizeof *some_metadata)

static const struct table everything = { every_kind, KINDS, some_metadata, METADATA };

static void assert_same_tensor(const seqnet_tensors *tensors, const struct tensor_entry *expected)
{
    seqnet_tensors_entry actual = SEQNET_TENSORS_ENTRY_INIT;
    assert_ok(seqnet_tensors_find(tensors, expected->name, &actual));
    assert_string_equal(actual.name, expected->name);
    assert_int_equal(actual.dtype, expected->dtype);
    assert_int_equal(actual.rank, expected->rank);
    for (int32_t i = 0; i < SEQNET_MAX_RANK; i++)
        assert_int_equal(actual.shape[i], i < expected->rank ? expected->shape[i] : 1);
    assert_int_equal(actual.count, tensor_count(expected));
    assert_int_equal(actual.data_bytes, tensor_bytes(expected));
    assert_int_equal(actual.data == NULL, actual.data_bytes == 0);
    if (actual.data_bytes)
        assert_memory_equal(actual.data, expected->data, actual.data_bytes);
}

static void assert_everything(const seqnet_tensors *tensors)
{
    assert_int_equal(seqnet_tensors_count(tensors), KINDS);
    for (size_t i = 0; i < KINDS; i++)
        assert_same_tensor(tensors, &every_kind[i]);
    for (size_t i = 0; i < METADATA; i++)
        assert_string_equal(seqnet_tensors_get_metadata(tensors, some_metadata[i].key),
                            some_metadata[i].value);
    assert_non_null(seqnet_tensors_metadata_key(tensors, METADATA - 1));
    assert_null(seqnet_tensors_metadata_key(tensors, METADATA));
}

static void everything_comes_back(void **state)
{
    (void)state;
    seqnet_tensors *tensors = collection_new(&everything);
    assert_everything(tensors);
    assert_ok(seqnet_tensors_save(tensors, scratch_path("a")));
    seqnet_tensors_destroy(tensors);
    tensors = collection_read("a");
    assert_everything(tensors);
    seqnet_tensors_destroy(tensors);
}

/* Names and sizes as the format has them. */
static const struct {
    const char *name;
    size_t bytes;
} types[] = { [SEQNET_DTYPE_F64] = { "F64", 8 },
              [SEQNET_DTYPE_F32] = { "F32", 4 },
              [SEQNET_DTYPE_F16] = { "F16", 2 },
              [SEQNET_DTYPE_BF16] = { "BF16", 2 },
              [SEQNET_DTYPE_I64] = { "I64", 8 },
              [SEQNET_DTYPE_I32] = { "I32", 4 },
              [SEQNET_DTYPE_U8] = { "U8", 1 },
              [SEQNET_DTYPE_I8] = { "I8", 1 },
              [SEQNET_DTYPE_I16] = { "I16", 2 },
              [SEQNET_DTYPE_U16] = { "U16", 2 },
              [SEQNET_DTYPE_U32] = { "U32", 4 },
              [SEQNET_DTYPE_U64] = { "U64", 8 },
              [SEQNET_DTYPE_BOOL] = { "BOOL", 1 },
              [SEQNET_DTYPE_F8_E5M2] = { "F8_E5M2", 1 },
              [SEQNET_DTYPE_F8_E4M3] = { "F8_E4M3", 1 },
              [SEQNET_DTYPE_F8_E8M0] = { "F8_E8M0", 1 },
              [SEQNET_DTYPE_F8_E4M3FNUZ] = { "F8_E4M3FNUZ", 1 },
              [SEQNET_DTYPE_F8_E5M2FNUZ] = { "F8_E5M2FNUZ", 1 },
              [SEQNET_DTYPE_C64] = { "C64", 8 } };

#define TYPES ((int32_t)(sizeof types / sizeof *types))

static void every_type_comes_back(void **state)
{
    (void)state;
    static const char values[8] = "\x01\x02\x80\xFF\x7F\x80\xC0\x7F";
    struct tensor_entry tensors[sizeof types / sizeof *types];
    for (int32_t dtype = 1; dtype < TYPES; dtype++) {
        assert_string_equal(seqnet_dtype_name(dtype), types[dtype].name);
        tensors[dtype] = (struct tensor_entry){
            types[dtype].name, dtype, 8, { 1, 1, 1, 1, 1, 1, 1, 1 }, values
        };
        assert_int_equal(tensor_bytes(&tensors[dtype]), types[dtype].bytes);
    }
    collection_write("a", &(struct table){ tensors + 1, (size_t)TYPES - 1, NULL, 0 });
    seqnet_tensors *const read = collection_read("a");
    for (int32_t dtype = 1; dtype < TYPES; dtype++)
        assert_same_tensor(read, &tensors[dtype]);
    seqnet_tensors_destroy(read);
    assert_null(seqnet_dtype_name(0));
    assert_null(seqnet_dtype_name(TYPES));
}

/* Set in the reverse order, and with other contents first. */
static seqnet_tensors *make_in_another_order(void)
{
    struct tensor_entry tensors[KINDS];
    struct metadata_entry metadata[METADATA];
    const struct table reversed = { tensors, KINDS, metadata, METADATA };
    for (size_t i = 0; i < KINDS; i++)
        tensors[i] = every_kind[KINDS - 1 - i];
    for (size_t i = 0; i < METADATA; i++)
        metadata[i] = some_metadata[METADATA - 1 - i];
    tensors[3].rank = 0;
    tensors[3].dtype = SEQNET_DTYPE_F64;
    tensors[3].data = doubles;
    seqnet_tensors *const made = collection_new(&reversed);
    seqnet_tensors *const right = collection_new(&everything);
    seqnet_tensors_entry entry = SEQNET_TENSORS_ENTRY_INIT;
    assert_ok(seqnet_tensors_find(right, tensors[3].name, &entry));
    assert_ok(seqnet_tensors_set_entry(made, &entry));
    seqnet_tensors_destroy(right);
    return made;
}

static size_t serialize(const seqnet_tensors *tensors, char *bytes, size_t capacity)
{
    size_t size;
    assert_ok(seqnet_tensors_serialize(tensors, bytes, capacity, &size));
    return size;
}

static void equal_contents_give_equal_bytes(void **state)
{
    (void)state;
    char first[4096], second[4096];
    seqnet_tensors *const a = collection_new(&everything), *const b = make_in_another_order();
    const size_t size = serialize(a, first, sizeof first);
    assert_int_equal(serialize(b, second, sizeof second), size);
    assert_memory_equal(first, second, size);
    seqnet_tensors_destroy(a);
    seqnet_tensors_destroy(b);
}

/* A file that is read and written again keeps its bytes, with and without a checksum. */
static void a_rewritten_file_is_the_same(void **state)
{
    (void)state;
    for (int has_checksum = 0; has_checksum <= 1; has_checksum++) {
        char first[4096], second[4096];
        seqnet_tensors *tensors = collection_new(&everything);
        tensors->has_checksum = has_checksum;
        const size_t size = serialize(tensors, first, sizeof first);
        seqnet_tensors_destroy(tensors);
        assert_ok(seqnet_tensors_parse(first, size, NULL, &tensors));
        assert_int_equal(tensors->has_checksum, has_checksum);
        assert_int_equal(serialize(tensors, second, sizeof second), size);
        assert_memory_equal(first, second, size);
        seqnet_tensors_destroy(tensors);
    }
}

static void memory_and_file_have_the_same_bytes(void **state)
{
    (void)state;
    char file[4096], bytes[4096];
    seqnet_tensors *const tensors = collection_new(&everything);
    assert_ok(seqnet_tensors_save(tensors, scratch_path("a")));
    const size_t size = scratch_read("a", file, sizeof file);
    assert_int_equal(serialize(tensors, NULL, 0), size);
    assert_int_equal(serialize(tensors, bytes, size), size);
    assert_memory_equal(file, bytes, size);
    seqnet_tensors_destroy(tensors);
}

static void parse_keeps_nothing_of_the_buffer(void **state)
{
    (void)state;
    char bytes[4096 + 1];
    seqnet_tensors *tensors = collection_new(&everything);
    const size_t size = serialize(tensors, bytes + 1, sizeof bytes - 1);
    seqnet_tensors_destroy(tensors);
    assert_ok(seqnet_tensors_parse(bytes + 1, size, NULL, &tensors));
    memset(bytes, 0xAA, sizeof bytes);
    assert_everything(tensors);
    seqnet_tensors_destroy(tensors);
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
        { "a", SEQNET_DTYPE_F32, 2, { 1, 1 }, floats },
        { "b", SEQNET_DTYPE_I64, 1, { 1 }, longs },
        { "c", SEQNET_DTYPE_I32, 0, { 0 }, ints },
    };
    unsigned char held[1024];
    collection_write("a", &(struct table){ tensors, 3, &(struct metadata_entry){ "k", "v" }, 1 });
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

/* Nothing is added to what was set: these are the bytes that the format's own library writes. */
static void a_plain_file_has_no_metadata(void **state)
{
    (void)state;
    static const char expected[] = "@\0\0\0\0\0\0\0"
                                   "{\"a\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":"
                                   "[0,24]}}       ";
    const struct tensor_entry tensor = { "a", SEQNET_DTYPE_F32, 2, { 2, 3 }, floats };
    char held[256];
    seqnet_tensors *const tensors = collection_new(&(struct table){ &tensor, 1, NULL, 0 });
    assert_int_equal(serialize(tensors, held, sizeof held), sizeof expected - 1 + sizeof floats);
    assert_memory_equal(held, expected, sizeof expected - 1);
    assert_memory_equal(held + sizeof expected - 1, floats, sizeof floats);
    seqnet_tensors_destroy(tensors);
}

static void a_file_may_hold_nothing(void **state)
{
    (void)state;
    static const char empty[] = "\x08\0\0\0\0\0\0\0{}      ";
    char held[64];
    seqnet_tensors *tensors = collection_new(&(struct table){ NULL, 0, NULL, 0 });
    assert_int_equal(serialize(tensors, held, sizeof held), sizeof empty - 1);
    assert_memory_equal(held, empty, sizeof empty - 1);
    seqnet_tensors_destroy(tensors);
    collection_write("a", &(struct table){ NULL, 0, NULL, 0 });
    scratch_safetensors("b", "{}", NULL, 0);
    scratch_safetensors("c", "{\"__metadata__\":{}}", NULL, 0);
    for (const char *name = "a\0b\0c\0"; *name; name += 2) {
        tensors = collection_read(name);
        assert_int_equal(seqnet_tensors_count(tensors), 0);
        assert_null(seqnet_tensors_metadata_key(tensors, 0));
        seqnet_tensors_destroy(tensors);
    }
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
        seqnet_tensors *const tensors = collection_read("a");
        seqnet_tensors_entry x = SEQNET_TENSORS_ENTRY_INIT;
        assert_ok(seqnet_tensors_get(tensors, "y", out, 2));
        assert_memory_equal(out, floats, 8);
        assert_ok(seqnet_tensors_find(tensors, "x", &x));
        assert_int_equal(*(const unsigned char *)x.data, 9);
        seqnet_tensors_destroy(tensors);
    }
}

/* ---------------------------------------------------------------- checksum */

/* A flip in the checksum's own key makes it a file without one; all others are found. */
static void a_flipped_bit_is_found(void **state)
{
    (void)state;
    unsigned char held[4096];
    collection_write("a", &everything);
    const size_t size = scratch_read("a", held, sizeof held);
    const size_t data = 8 + (size_t)held[0] + 256 * (size_t)held[1];
    for (size_t i = 0; i < size; i++) {
        seqnet_tensors *tensors = NULL;
        const unsigned char good = held[i];
        held[i] = (unsigned char)(held[i] ^ 1u << i % 8);
        if (seqnet_tensors_parse(held, size, NULL, &tensors) == SEQNET_OK) {
            assert_true(i < data);
            assert_false(tensors->has_checksum);
            seqnet_tensors_destroy(tensors);
        } else {
            assert_null(tensors);
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
    const struct tensor_entry tensor = { "a", SEQNET_DTYPE_U8, 1, { 3 }, "abc" };
    seqnet_tensors *tensors = collection_new(&(struct table){ NULL, 0, NULL, 0 });
    checksum_write(tensors, text);
    assert_string_equal(text, "xxh3:2d06800538d394c2");
    seqnet_tensors_destroy(tensors);
    tensors = collection_new(&(struct table){ &tensor, 1, &metadata, 1 });
    checksum_write(tensors, text);
    assert_string_equal(text, "xxh3:c6a48455920ffc43");
    seqnet_tensors_destroy(tensors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(everything_comes_back),
        scratch_test(every_type_comes_back),
        cmocka_unit_test(equal_contents_give_equal_bytes),
        cmocka_unit_test(a_rewritten_file_is_the_same),
        scratch_test(memory_and_file_have_the_same_bytes),
        cmocka_unit_test(parse_keeps_nothing_of_the_buffer),
        scratch_test(the_layout_is_the_documented_one),
        cmocka_unit_test(a_plain_file_has_no_metadata),
        scratch_test(a_file_may_hold_nothing),
        scratch_test(files_of_other_writers_are_read),
        scratch_test(a_flipped_bit_is_found),
        cmocka_unit_test(the_checksum_is_xxh3),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
