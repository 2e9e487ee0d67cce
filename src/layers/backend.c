/* SPDX-License-Identifier: MIT */
#include "layers/backend.h"

#include "blas/products.h"
#include "kernels/native.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

const struct products *backend_selected(void)
{
    /* Two threads that race here write the same value. */
    static _Atomic(const struct products *) selected;
    const struct products *products = atomic_load_explicit(&selected, memory_order_relaxed);
    if (!products) {
        const char *wanted = getenv("SEQNET_BACKEND");
        products = wanted && strcmp(wanted, "blas") == 0 ? &blas_products : &native_products;
        atomic_store_explicit(&selected, products, memory_order_relaxed);
    }
    return products;
}
