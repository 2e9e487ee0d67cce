/* SPDX-License-Identifier: MIT */
#include "io/tensor.h"

#include "core/size.h"

#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "safetensors data is little-endian: a big-endian machine needs a conversion here"
#endif

struct dtype {
    const char *name;
    size_t bytes;
};

static const struct dtype dtypes[] = {
    [SEQNET_DTYPE_F64] = { "F64", 8 },
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
    [SEQNET_DTYPE_C64] = { "C64", 8 },
};

#define DTYPES ((int32_t)(sizeof dtypes / sizeof *dtypes))

static const char *const unsupported[] = { "F4", "F6_E2M3", "F6_E3M2" };

const char *tensor_dtype_name(int32_t dtype)
{
    return dtype > 0 && dtype < DTYPES ? dtypes[dtype].name : NULL;
}

size_t tensor_dtype_bytes(int32_t dtype)
{
    return dtype > 0 && dtype < DTYPES ? dtypes[dtype].bytes : 0;
}

int32_t tensor_dtype_find(const char *name)
{
    for (int32_t dtype = 1; dtype < DTYPES; dtype++)
        if (!strcmp(dtypes[dtype].name, name))
            return dtype;
    for (size_t i = 0; i < sizeof unsupported / sizeof *unsupported; i++)
        if (!strcmp(unsupported[i], name))
            return DTYPE_UNSUPPORTED;
    return 0;
}

size_t tensor_count(const struct tensor_entry *entry)
{
    size_t count = 1;
    for (int32_t i = 0; i < entry->rank && count != SIZE_MAX; i++) {
        const size_t size = (size_t)entry->shape[i];
        count = (uint64_t)entry->shape[i] == size ? size_multiply(count, size) : SIZE_MAX;
    }
    return count;
}

size_t tensor_bytes(const struct tensor_entry *entry)
{
    return size_multiply(tensor_count(entry), tensor_dtype_bytes(entry->dtype));
}

/* ---------------------------------------------------------------- conversion */

static float from_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/*
 * IEEE binary16, sign:1 exponent:5 mantissa:10, to binary32, sign:1 exponent:8 mantissa:23; every
 * value has an exact counterpart. A subnormal half is mantissa * 2^-24.
 */
static float from_half(uint16_t half)
{
    const uint32_t sign = (uint32_t)(half & 0x8000u) << 16;
    const uint32_t exponent = (half >> 10) & 0x1Fu;
    const uint32_t mantissa = half & 0x3FFu;
    if (exponent == 0) {
        const float magnitude = (float)mantissa * 0x1p-24f;
        return sign ? -magnitude : magnitude;
    }
    const uint32_t wide = exponent == 31 ? 255 : exponent + (127 - 15);
    return from_bits(sign | wide << 23 | mantissa << 13);
}

static void halves_to_floats(const unsigned char *data, size_t count, float *out)
{
    for (size_t i = 0; i < count; i++) {
        uint16_t half;
        memcpy(&half, data + i * sizeof half, sizeof half);
        out[i] = from_half(half);
    }
}

/* bfloat16 is the upper half of a binary32. */
static void brains_to_floats(const unsigned char *data, size_t count, float *out)
{
    for (size_t i = 0; i < count; i++) {
        uint16_t upper;
        memcpy(&upper, data + i * sizeof upper, sizeof upper);
        out[i] = from_bits((uint32_t)upper << 16);
    }
}

static void doubles_to_floats(const unsigned char *data, size_t count, float *out)
{
    for (size_t i = 0; i < count; i++) {
        double value;
        memcpy(&value, data + i * sizeof value, sizeof value);
        out[i] = (float)value;
    }
}

int tensor_to_floats(const struct tensor_entry *entry, float *out)
{
    const size_t count = tensor_count(entry);
    switch (entry->dtype) {
    case SEQNET_DTYPE_F32:
        if (count)
            memcpy(out, entry->data, count * sizeof *out);
        return 1;
    case SEQNET_DTYPE_F64:
        doubles_to_floats(entry->data, count, out);
        return 1;
    case SEQNET_DTYPE_F16:
        halves_to_floats(entry->data, count, out);
        return 1;
    case SEQNET_DTYPE_BF16:
        brains_to_floats(entry->data, count, out);
        return 1;
    default:
        return 0;
    }
}
