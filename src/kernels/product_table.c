/* SPDX-License-Identifier: MIT */
/* The kernels of products for one instruction set. Compiled once per set. */
#include "kernels/product_kernels.h"

extern const struct tile_kernels ISA_SYMBOL(tile_kernels);
extern const struct stream_kernels ISA_SYMBOL(stream_kernels);
extern transpose_function ISA_SYMBOL(transpose);
extern strips_function ISA_SYMBOL(pack_strips);

extern const struct product_kernels ISA_SYMBOL(product_kernels);
const struct product_kernels ISA_SYMBOL(product_kernels) = {
    .tile = &ISA_SYMBOL(tile_kernels),
    .stream = &ISA_SYMBOL(stream_kernels),
    .transpose = ISA_SYMBOL(transpose),
    .pack_strips = ISA_SYMBOL(pack_strips),
};
