/* SPDX-License-Identifier: MIT */
#include "layers/table.h"

static const real *table_row(const seqnet_layer *layer, int32_t token)
{
    return layer->values + layer->table_offset + (size_t)token * (size_t)layer->table_width;
}

void table_copy(const seqnet_layer *layer, struct rows to, const int32_t *tokens, int64_t count)
{
    for (int64_t r = 0; r < count; r++)
        copy_reals(row_at(to, r), table_row(layer, tokens[r]), layer->table_width);
}

void table_accumulate(struct gradient *gradient, struct rows from, const int32_t *tokens,
                      int64_t count, int32_t skipped, const struct member *me)
{
    const struct share columns = share_of(me, gradient->layer->table_width, 16);
    for (int64_t r = 0; r < count; r++)
        if (tokens[r] != skipped)
            add_reals(gradient_row(gradient, tokens[r]) + columns.first,
                      row_at(from, r) + columns.first, columns.count);
}
