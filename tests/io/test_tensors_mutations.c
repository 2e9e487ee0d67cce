/* SPDX-License-Identifier: MIT */
/*
 * Damaged files: every beginning of a file, every other value of every byte of a header, and many
 * random changes of several kinds. Each is refused, or is a collection of which every byte can be
 * read and that gives a file with the same contents; the same in every run.
 */
#include "core/random.h"
#include "io/collection.h"
#include "io/scratch.h"
#include "support/memory.h"

#include <stdlib.h>
#include <string.h>

#define CAPACITY 1024
#define ROUNDS 60000

static const float floats[4] = { 1.0f, -2.0f, 3.0f, 4.0f };
static const struct tensor_entry tensors[] = {
    { "a", SEQNET_DTYPE_F32, 2, { 2, 2 }, floats },
    { "b\xC3\xA4", SEQNET_DTYPE_U8, 0, { 0 }, "x" },
    { "empty", SEQNET_DTYPE_I64, 2, { 0, 7 }, NULL },
    { "h", SEQNET_DTYPE_F16, 1, { 3 }, "abcdef" },
};
static const struct metadata_entry metadata[] = { { "k", "v" }, { "l\n", "" } };
static const struct table plain = { tensors, 4, metadata, 2 };

/* A good file, with room for what is inserted. */
struct sample {
    unsigned char bytes[CAPACITY];
    size_t size;
};

static void sample_init(struct sample *sample)
{
    seqnet_tensors *const made = collection_new(&plain);
    assert_ok(seqnet_tensors_serialize(made, sample->bytes, CAPACITY / 2, &sample->size));
    seqnet_tensors_destroy(made);
}

static size_t header_of(const struct sample *sample)
{
    return 8 + sample->bytes[0] + 256 * (size_t)sample->bytes[1];
}

/* ---------------------------------------------------------------- what is true of every file */

/* The sum of the bytes of all tensors; reads each of them. */
static size_t read_all(const seqnet_tensors *read, unsigned *sum)
{
    size_t bytes = 0;
    for (int32_t i = 0; i < seqnet_tensors_count(read); i++) {
        seqnet_tensors_entry entry = SEQNET_TENSORS_ENTRY_INIT;
        assert_ok(seqnet_tensors_info(read, i, &entry));
        bytes += entry.data_bytes;
        for (size_t j = 0; j < entry.data_bytes; j++)
            *sum += ((const unsigned char *)entry.data)[j];
    }
    return bytes;
}

static void assert_rewritable(const seqnet_tensors *read)
{
    unsigned char first[2 * CAPACITY], second[2 * CAPACITY];
    size_t size, again;
    seqnet_tensors *other;
    assert_ok(seqnet_tensors_serialize(read, first, sizeof first, &size));
    assert_ok(seqnet_tensors_parse(first, size, NULL, &other));
    assert_ok(seqnet_tensors_serialize(other, second, sizeof second, &again));
    assert_int_equal(again, size);
    assert_memory_equal(first, second, size);
    seqnet_tensors_destroy(other);
}

/* 1: it was read. No block may be much larger than the file, whatever sizes the file claims. */
static int check(const struct sample *sample)
{
    struct test_memory memory;
    seqnet_tensors *read = (seqnet_tensors *)&memory;
    unsigned sum = 0;
    test_memory_init(&memory);
    const int32_t code =
        seqnet_tensors_parse(sample->bytes, sample->size, &memory.allocator, &read);
    assert_true(memory.largest < sample->size + 1024);
    if (code == SEQNET_OK) {
        assert_int_equal(read_all(read, &sum), sample->size - header_of(sample));
        assert_rewritable(read);
    } else {
        assert_true(code == SEQNET_EFORMAT || code == SEQNET_ENOTSUP);
        assert_null(read);
    }
    seqnet_tensors_destroy(read);
    assert_int_equal(memory.live, 0);
    return code == SEQNET_OK;
}

/* ---------------------------------------------------------------- every small change */

static void every_beginning_is_refused(void **state)
{
    (void)state;
    struct sample sample;
    sample_init(&sample);
    assert_true(check(&sample));
    for (sample.size--; sample.size; sample.size--)
        assert_false(check(&sample));
    assert_false(check(&sample));
}

static void every_byte_more_is_refused(void **state)
{
    (void)state;
    struct sample sample;
    sample_init(&sample);
    for (int value = 0; value < 256; value++) {
        struct sample longer = sample;
        longer.bytes[longer.size++] = (unsigned char)value;
        assert_false(check(&longer));
    }
}

/* Some changes are good: other letters of a name, a space for a space. */
static void every_value_of_every_byte_of_the_header(void **state)
{
    (void)state;
    struct sample sample;
    size_t read = 0;
    sample_init(&sample);
    const size_t header = header_of(&sample);
    for (size_t i = 0; i < header; i++) {
        const unsigned char good = sample.bytes[i];
        for (int other = 1; other < 256; other++) {
            sample.bytes[i] = (unsigned char)(good ^ other);
            read += (size_t)check(&sample);
        }
        sample.bytes[i] = good;
    }
    print_message("%zu of %zu changes are files too\n", read, 255 * header);
    assert_in_range(read, 100, 4000);
}

/* ---------------------------------------------------------------- random changes */

/* Parts of headers, so that some changes get beyond the JSON parser. */
static const char *const parts[] = { "0",
                                     "-1",
                                     "1e3",
                                     "9223372036854775807",
                                     "18446744073709551616",
                                     "[",
                                     "]",
                                     "{",
                                     "}",
                                     ",",
                                     ":",
                                     "\"",
                                     "null",
                                     "\"F64\"",
                                     "\"U8\"",
                                     "\"F4\"",
                                     "\"a\"",
                                     " ",
                                     "\\u0000",
                                     "[0,0]" };

static uint32_t draw(uint64_t round, uint32_t index, size_t bound)
{
    return random_below(11, round, index, (uint32_t)bound);
}

static void insert(struct sample *sample, size_t at, const char *part)
{
    const size_t length = strlen(part);
    memmove(sample->bytes + at + length, sample->bytes + at, sample->size - at);
    memcpy(sample->bytes + at, part, length);
    sample->size += length;
}

static void cut(struct sample *sample, size_t at, size_t length)
{
    const size_t end = at + length < sample->size ? at + length : sample->size;
    memmove(sample->bytes + at, sample->bytes + end, sample->size - end);
    sample->size -= end - at;
}

static void copy_within(struct sample *sample, size_t to, size_t from, size_t length)
{
    const size_t most = sample->size - (to > from ? to : from);
    memmove(sample->bytes + to, sample->bytes + from, length < most ? length : most);
}

/* Half of the time the length at the front follows, so that the header is looked at. */
static void mend_length(struct sample *sample, size_t old_size)
{
    const size_t length = header_of(sample) - 8 + sample->size - old_size;
    sample->bytes[0] = (unsigned char)length;
    sample->bytes[1] = (unsigned char)(length >> 8);
}

static void mutate(struct sample *sample, uint64_t round, uint32_t step)
{
    const uint32_t base = 8 * step;
    const size_t old_size = sample->size, at = 8 + draw(round, base, sample->size - 8);
    switch (draw(round, base + 1, 4)) {
    case 0:
        sample->bytes[at] = (unsigned char)draw(round, base + 2, 256);
        break;
    case 1:
        insert(sample, at, parts[draw(round, base + 2, sizeof parts / sizeof *parts)]);
        break;
    case 2:
        cut(sample, at, 1 + draw(round, base + 2, 6));
        break;
    default:
        copy_within(sample, at, 8 + draw(round, base + 2, sample->size - 8),
                    1 + draw(round, base + 3, 12));
    }
    if (draw(round, base + 4, 2))
        mend_length(sample, old_size);
}

static void random_changes(void **state)
{
    (void)state;
    struct sample good;
    size_t read = 0;
    sample_init(&good);
    for (uint64_t round = 0; round < ROUNDS; round++) {
        struct sample sample = good;
        const uint32_t steps = 1 + draw(round, 7, 3);
        for (uint32_t step = 0; step < steps && sample.size > 8; step++)
            mutate(&sample, round, step + 1);
        read += (size_t)check(&sample);
    }
    print_message("%zu of %d changed files are read\n", read, ROUNDS);
    assert_in_range(read, ROUNDS / 100, ROUNDS / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_beginning_is_refused),
        cmocka_unit_test(every_byte_more_is_refused),
        cmocka_unit_test(every_value_of_every_byte_of_the_header),
        cmocka_unit_test(random_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
