/* SPDX-License-Identifier: MIT */
/* One hand-made file for every rule of the format. */
#include "io/collection.h"
#include "io/scratch.h"
#include "support/memory.h"

#include <seqnet/error.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char data[64];

static void assert_refused_as(int32_t code, const char *name, const char *part)
{
    struct test_memory memory;
    seqnet_tensors *tensors = (seqnet_tensors *)&memory;
    test_memory_init(&memory);
    assert_error(seqnet_tensors_load(scratch_path(name), &memory.allocator, &tensors), code, part);
    assert_null(tensors);
    assert_int_equal(memory.live, 0);
    assert_non_null(strstr(seqnet_error_message(), name));
}

static void assert_refused(const char *name, const char *part)
{
    assert_refused_as(SEQNET_EFORMAT, name, part);
}

static void refuse(const char *header, size_t count, const char *part)
{
    scratch_safetensors("bad", header, data, count);
    assert_refused("bad", part);
}

/* A good file, but of a kind this library has not. */
static void refuse_as_unsupported(const char *header, size_t count, const char *part)
{
    scratch_safetensors("bad", header, data, count);
    assert_refused_as(SEQNET_ENOTSUP, "bad", part);
}

static void no_header(void **state)
{
    (void)state;
    scratch_write("bad", "", 0);
    assert_refused("bad", "0 bytes");
    scratch_write("bad", "\2\0\0\0\0\0\0", 7);
    assert_refused("bad", "7 bytes");
    scratch_write("bad", "\0\0\0\0\0\0\0\0", 8);
    assert_refused("bad", "begin with {");
}

static void length_beyond_the_file(void **state)
{
    (void)state;
    scratch_write("bad", "\3\0\0\0\0\0\0\0{}", 10);
    assert_refused("bad", "header of 3 bytes");
    scratch_write("bad", "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF{}", 10);
    assert_refused("bad", "header of 18446744073709551615 bytes");
}

/* The file is as long as its header says, but the header is longer than any may be. */
static void length_beyond_the_limit(void **state)
{
    (void)state;
    scratch_write("bad", "\x01\xE1\xF5\x05\0\0\0\0{}", 10);
    assert_int_equal(truncate(scratch_path("bad"), 8 + 100000001), 0);
    assert_refused("bad", "header of 100000001 bytes");
}

static void not_one_object(void **state)
{
    (void)state;
    refuse("[]", 0, "begin with {");
    refuse(" {}", 0, "begin with {");
    refuse("\xEF\xBB\xBF{}", 0, "begin with {");
    refuse("{", 0, "header: ");
    refuse("{}{}", 0, "end of file");
    refuse("{} x", 0, "end of file");
    refuse("{'a':1}", 0, "header: ");
    refuse("{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},}", 0, "header: ");
    scratch_write("bad", "\3\0\0\0\0\0\0\0{}\0", 11);
    assert_refused("bad", "header: ");
}

static void bad_text(void **state)
{
    (void)state;
    refuse("{\"__metadata__\":{\"k\":\"\xFF\"}}", 0, "unable to decode");
    refuse("{\"__metadata__\":{\"\xC0\x80\":\"\"}}", 0, "unable to decode");
    refuse("{\"__metadata__\":{\"k\":\"\xED\xA0\x80\"}}", 0, "unable to decode");
    refuse("{\"__metadata__\":{\"k\":\"\\u0000\"}}", 0, "header: a text with a NUL");
    refuse("{\"__metadata__\":{\"k\\u0000\":\"\"}}", 0, "header: a text with a NUL");
    refuse("{\"a\\u0000b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1,
           "header: a text with a NUL");
    refuse("{\"__metadata__\":{\"k\":\"\\ud800\"}}", 0, "header: ");
}

static void nested_too_deep(void **state)
{
    (void)state;
    enum { DEPTH = 100000 };
    char *const header = malloc(DEPTH + 6);
    assert_non_null(header);
    strcpy(header, "{\"a\":");
    memset(header + 5, '[', DEPTH);
    header[5 + DEPTH] = '\0';
    refuse(header, 0, "depth");
    free(header);
}

static void keys_there_twice(void **state)
{
    (void)state;
    refuse("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
           "\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}",
           2, "duplicate");
    refuse("{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1,
           "duplicate");
    refuse("{\"__metadata__\":{\"k\":\"1\",\"\\u006b\":\"2\"}}", 0, "duplicate");
    refuse("{\"__metadata__\":{},\"__metadata__\":{}}", 0, "duplicate");
}

static void metadata_not_flat_strings(void **state)
{
    (void)state;
    refuse("{\"__metadata__\":[]}", 0, "not an object");
    refuse("{\"__metadata__\":null}", 0, "not an object");
    refuse("{\"__metadata__\":{\"k\":1}}", 0, "\"k\" is not a string");
    refuse("{\"__metadata__\":{\"k\":{\"l\":\"\"}}}", 0, "\"k\" is not a string");
    refuse("{\"__metadata__\":{\"k\":null}}", 0, "\"k\" is not a string");
}

static void tensor_with_other_members(void **state)
{
    (void)state;
    refuse("{\"a\":1}", 0, "\"a\" has not just");
    refuse("{\"a\":[]}", 0, "\"a\" has not just");
    refuse("{\"a\":{}}", 0, "\"a\" has not just");
    refuse("{\"a\":{\"dtype\":\"U8\",\"shape\":[1]}}", 0, "\"a\" has not just");
    refuse("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"scale\":2}}", 1,
           "\"a\" has not just");
}

static void unknown_dtype(void **state)
{
    (void)state;
    refuse("{\"a\":{\"dtype\":\"f32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "dtype \"f32\"");
    refuse("{\"a\":{\"dtype\":\"F32 \",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "unknown");
    refuse("{\"a\":{\"dtype\":\"F3\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "unknown");
    refuse("{\"a\":{\"dtype\":\"\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "unknown");
    refuse("{\"a\":{\"dtype\":4,\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "not a string");
}

static void elements_of_less_than_a_byte(void **state)
{
    (void)state;
    refuse_as_unsupported("{\"a\":{\"dtype\":\"F4\",\"shape\":[2],\"data_offsets\":[0,1]}}", 1,
                          "tensor \"a\": dtype F4 is not supported");
    refuse_as_unsupported("{\"a\":{\"dtype\":\"F6_E2M3\",\"shape\":[4],\"data_offsets\":[0,3]}}", 3,
                          "dtype F6_E2M3");
    refuse_as_unsupported("{\"a\":{\"dtype\":\"F6_E3M2\",\"shape\":[4],\"data_offsets\":[0,3]}}", 3,
                          "dtype F6_E3M2");
}

static void too_many_dimensions(void **state)
{
    (void)state;
    refuse_as_unsupported("{\"a\":{\"dtype\":\"U8\",\"shape\":[1,1,1,1,1,1,1,1,1],"
                          "\"data_offsets\":[0,1]}}",
                          1, "tensor \"a\": rank 9, need 0..8");
}

static void refuse_shape(const char *shape, const char *part)
{
    char header[256];
    snprintf(header, sizeof header, "{\"a\":{\"dtype\":\"F32\",\"shape\":%s,%s}}", shape,
             "\"data_offsets\":[0,4]");
    refuse(header, 4, part);
}

static void bad_shape(void **state)
{
    (void)state;
    refuse_shape("1", "not an array");
    refuse_shape("{}", "not an array");
    refuse_shape("[-1]", "shape[0] is not");
    refuse_shape("[1,1.0]", "shape[1] is not");
    refuse_shape("[\"1\"]", "shape[0] is not");
    refuse_shape("[true]", "shape[0] is not");
    refuse_shape("[9223372036854775808]", "header: ");
    refuse_shape("[1e400]", "header: ");
    refuse_shape("[2]", "4 bytes, its shape needs 8");
    refuse_shape("[0]", "4 bytes, its shape needs 0");
}

/* Products that come out small or zero if they are allowed to wrap. */
static void shape_that_overflows(void **state)
{
    (void)state;
    refuse_shape("[4611686018427387905]", "too large");
    refuse_shape("[4294967296,4294967296,1]", "too large");
    refuse_shape("[4294967296,4294967296,4294967296,4294967296]", "too large");
    refuse_shape("[4294967297,4294967297]", "too large");
    refuse_shape("[9223372036854775807,9223372036854775807,0]", "too large");
}

static void refuse_offsets(const char *offsets, const char *part)
{
    char header[256];
    snprintf(header, sizeof header, "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],%s%s}}",
             "\"data_offsets\":", offsets);
    refuse(header, 8, part);
}

static void bad_offsets(void **state)
{
    (void)state;
    refuse_offsets("4", "[begin, end]");
    refuse_offsets("[0]", "[begin, end]");
    refuse_offsets("[0,4,8]", "[begin, end]");
    refuse_offsets("[-4,0]", "[begin, end]");
    refuse_offsets("[0,\"4\"]", "[begin, end]");
    refuse_offsets("[0.0,4]", "[begin, end]");
    refuse_offsets("[4,0]", "[4, 0] of 8 bytes");
    refuse_offsets("[8,12]", "[8, 12] of 8 bytes");
    refuse_offsets("[9223372036854775803,9223372036854775807]", "of 8 bytes");
    refuse_offsets("[0,8]", "8 bytes, its shape needs 4");
    refuse_offsets("[4,8]", "begins at byte 4");
    refuse_offsets("[0,4]", "8 bytes of data, its tensors have 4");
}

#define TENSOR(name, begin, end, count) \
    "\"" name "\":{\"dtype\":\"U8\",\"shape\":[" count "],\"data_offsets\":[" begin "," end "]}"

static void holes_overlaps_and_rests(void **state)
{
    (void)state;
    refuse("{" TENSOR("a", "0", "2", "2") "," TENSOR("b", "3", "4", "1") "}", 4, "need 2");
    refuse("{" TENSOR("a", "0", "2", "2") "," TENSOR("b", "1", "4", "3") "}", 4, "need 2");
    refuse("{" TENSOR("a", "0", "4", "4") "," TENSOR("b", "0", "4", "4") "}", 4, "need 4");
    refuse("{" TENSOR("a", "0", "4", "4") "," TENSOR("b", "2", "2", "0") "}", 4, "need 4");
    refuse("{" TENSOR("a", "0", "4", "4") "}", 3, "of 3 bytes");
    refuse("{" TENSOR("a", "0", "4", "4") "}", 5, "5 bytes of data");
    refuse("{}", 1, "1 bytes of data, its tensors have 0");
}

static void wrong_checksum(void **state)
{
    (void)state;
    refuse("{\"__metadata__\":{\"seqnet.checksum\":\"\"}}", 0, "damaged");
    refuse("{\"__metadata__\":{\"seqnet.checksum\":\"2d06800538d394c2\"}}", 0, "version");
    refuse("{\"__metadata__\":{\"seqnet.checksum\":\"xxh3:\"}}", 0, "damaged");
    refuse("{\"__metadata__\":{\"seqnet.checksum\":\"xxh3:2D06800538D394C2\"}}", 0, "damaged");
    refuse("{\"__metadata__\":{\"seqnet.checksum\":\"xxh3:2d06800538d394c20\"}}", 0, "damaged");
}

/* Every beginning of a good file is a bad file, whatever is cut. */
static void every_cut(void **state)
{
    (void)state;
    const struct tensor_entry tensors[] = { { "a", SEQNET_DTYPE_F32, 1, { 3 }, data },
                                            { "b", SEQNET_DTYPE_U8, 1, { 2 }, data } };
    char held[1024];
    collection_write("good", &(struct table){ tensors, 2, NULL, 0 });
    const size_t size = scratch_read("good", held, sizeof held);
    for (size_t cut = 0; cut < size; cut++) {
        scratch_write("cut", held, cut);
        assert_refused("cut", "");
    }
}

/* What a file says about itself reaches the message without its control characters. */
static void hostile_names_are_shown_harmless(void **state)
{
    (void)state;
    refuse("{\"\\u001b[2J\\u009b\":{}}", 0, "\"?[2J??\"");
}

static void not_a_file(void **state)
{
    (void)state;
    seqnet_tensors *tensors;
    assert_error(seqnet_tensors_load(scratch_path("none"), NULL, &tensors), SEQNET_EIO, "No such");
    assert_error(seqnet_tensors_load(scratch_path(""), NULL, &tensors), SEQNET_EIO, "directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(no_header),
        scratch_test(length_beyond_the_file),
        scratch_test(length_beyond_the_limit),
        scratch_test(not_one_object),
        scratch_test(bad_text),
        scratch_test(nested_too_deep),
        scratch_test(keys_there_twice),
        scratch_test(metadata_not_flat_strings),
        scratch_test(tensor_with_other_members),
        scratch_test(unknown_dtype),
        scratch_test(elements_of_less_than_a_byte),
        scratch_test(too_many_dimensions),
        scratch_test(bad_shape),
        scratch_test(shape_that_overflows),
        scratch_test(bad_offsets),
        scratch_test(holes_overlaps_and_rests),
        scratch_test(wrong_checksum),
        scratch_test(every_cut),
        scratch_test(hostile_names_are_shown_harmless),
        scratch_test(not_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
