/* SPDX-License-Identifier: MIT */
/* Tables of rows looked up by token: embeddings, and input weights of one-hot inputs. */
#ifndef SEQNET_LAYERS_TABLE_H
#define SEQNET_LAYERS_TABLE_H

#include "core/team.h"
#include "layers/gradient.h"
#include "layers/rows.h"

/* to[r] = table[tokens[r]]; the table is the end of the layer's block. */
void table_copy(const seqnet_layer *layer, struct rows to, const int32_t *tokens, int64_t count);

/*
 * d table[tokens[r]] += from[r] in rising r; rows of `skipped` (-1: none) get nothing. A member's
 * share: some columns of all rows.
 */
void table_accumulate(struct gradient *gradient, struct rows from, const int32_t *tokens,
                      int64_t count, int32_t skipped, const struct member *me);

#endif
