/* SPDX-License-Identifier: MIT */
#include "layers/fold.h"

#include "api/allocator.h"
#include "api/check.h"

static int32_t find(const char *function, const seqnet_layer *layer, struct fold *fold)
{
    RETURN_UNLESS(layer, SEQNET_EINVAL, "%s: layer = NULL", function);
    RETURN_UNLESS(fold_find(layer, fold), SEQNET_ENOTSUP,
                  "%s: layer does not begin with an embedding that feeds an RNN, LSTM or GRU",
                  function);
    return SEQNET_OK;
}

int32_t seqnet_sequential_fold_bytes(const seqnet_layer *layer, size_t *bytes)
{
    struct fold fold;
    RETURN_IF_NULL(bytes);
    RETURN_IF_ERROR(find(__func__, layer, &fold));
    const size_t found = fold_bytes(&fold);
    RETURN_UNLESS(found != SIZE_MAX, SEQNET_ENOMEM, "%s: the size does not fit size_t", __func__);
    *bytes = found;
    return SEQNET_OK;
}

int32_t seqnet_sequential_fold(const seqnet_layer *layer, const seqnet_allocator *allocator,
                               seqnet_layer **folded)
{
    struct fold fold;
    RETURN_IF_NULL(folded);
    *folded = NULL;
    RETURN_IF_ERROR(check_allocator(allocator, __func__));
    RETURN_IF_ERROR(find(__func__, layer, &fold));
    const int32_t code = fold_create(layer, &fold, allocator, folded);
    return code == SEQNET_OK ? code : error_set(code, "%s: out of memory", __func__);
}
