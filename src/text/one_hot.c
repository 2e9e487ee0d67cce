/* SPDX-License-Identifier: MIT */
#include "text/one_hot.h"

#include "core/error.h"
#include "core/size.h"

#include <string.h>

int32_t one_hot_write(const int32_t *tokens, int64_t count, int32_t size, float *out)
{
    const size_t rows = (size_t)count, columns = (size_t)size;
    const size_t bytes = size_multiply(size_multiply(rows, columns), sizeof *out);
    RETURN_UNLESS(bytes < SIZE_MAX, SEQNET_ENOMEM,
                  "seqnet_one_hot: count = %lld rows of %d elements do not fit memory",
                  (long long)count, size);
    for (size_t n = 0; n < rows; n++)
        RETURN_UNLESS(tokens[n] >= 0 && tokens[n] < size, SEQNET_ERANGE,
                      "seqnet_one_hot: tokens[%zu] = %d, need 0..%d", n, tokens[n], size - 1);
    if (rows)
        memset(out, 0, bytes);
    for (size_t n = 0; n < rows; n++)
        out[n * columns + (size_t)tokens[n]] = 1.0f;
    return SEQNET_OK;
}
