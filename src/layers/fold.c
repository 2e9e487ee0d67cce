/* SPDX-License-Identifier: MIT */
#include "layers/fold.h"

#include "layers/sequential.h"

static int is_recurrent(const seqnet_layer *layer)
{
    return layer->kind == SEQNET_RNN || layer->kind == SEQNET_LSTM || layer->kind == SEQNET_GRU;
}

int fold_find(const seqnet_layer *model, struct fold *fold)
{
    int32_t next = 1;
    if (model->kind != SEQNET_SEQUENTIAL || model->children[0]->kind != SEQNET_EMBEDDING)
        return 0;
    while (next < model->child_count && model->children[next]->kind == SEQNET_DROPOUT)
        next++;
    if (next == model->child_count || !is_recurrent(model->children[next]))
        return 0;
    *fold = (struct fold){ .embedding = model->children[0],
                           .recurrent = (const struct recurrent *)model->children[next],
                           .next = next + 1 };
    return 1;
}

size_t fold_bytes(const struct fold *fold)
{
    const size_t width =
        size_multiply((size_t)weight_rows(fold->recurrent), (size_t)fold->recurrent->directions);
    return size_multiply(size_multiply((size_t)fold->embedding->input_size, width), sizeof(real));
}

/* Weight blocks of a term, of one vector of weight rows to another. */
static void add_weights(const struct recurrent *layer, const struct cell_term *term, real *to,
                        const real *from)
{
    add_blocks(layer, (struct share){ 0, layer->panels }, term->count,
               weight_blocks(layer, term, to), weight_blocks(layer, term, from));
}

static void clear_blocks(const struct recurrent *layer, const struct cell_term *term, real *to)
{
    for (int32_t p = 0; p < layer->panels; p++)
        neutral_reals(to + (int64_t)(p * layer->cell->weights + term->weight) * layer->width,
                      (int64_t)term->count * panel_units(layer, p));
}

/* 1: the term's b_hh is added where x goes too, so it is part of the table. */
static int term_is_folded(const struct cell_term *term)
{
    return term->gate == term->weight;
}

/* What the chains of a row begin with, as a forward pass begins them. */
static void add_biases(const struct recurrent *layer, const struct direction *d, real *row)
{
    const struct cell_term all = { .count = layer->cell->weights };
    neutral_reals(row, weight_rows(layer));
    if (layer->options.no_bias)
        return;
    add_weights(layer, &all, row, layer->layer.values + d->bias_ih);
    for (int32_t i = 0; i < layer->cell->terms; i++)
        if (term_is_folded(&layer->cell->term[i]))
            add_weights(layer, &layer->cell->term[i], row, layer->layer.values + d->bias_hh);
}

/* One direction's part of all rows of the table. */
static void fill_table(const struct fold *fold, const struct recurrent *to, int32_t direction)
{
    const struct recurrent *from = fold->recurrent;
    const struct direction *d = &from->direction[direction];
    const int32_t tokens = fold->embedding->input_size, size = weight_rows(from);
    const struct rows table = {
        to->layer.values + to->layer.table_offset + (ptrdiff_t)direction * size,
        to->layer.table_width,
    };
    add_biases(from, d, table.data);
    rows_fill(rows_from(table, 1), table.data, tokens - 1, size);
    from->layer.products->nt(&(struct product){ .m = tokens,
                                                .n = size,
                                                .k = d->x_size,
                                                .a = fold->embedding->values,
                                                .lda = fold->embedding->table_width,
                                                .b = from->layer.values + d->weight + d->x_column,
                                                .ldb = d->ld,
                                                .c = table.data,
                                                .ldc = table.ld,
                                                .accumulate = 1 });
}

/* What the table now holds is no bias any more. */
static void clear_biases(const struct recurrent *to, int32_t direction)
{
    const struct direction *d = &to->direction[direction];
    if (to->options.no_bias)
        return;
    neutral_reals(to->layer.values + d->bias_ih, weight_rows(to));
    for (int32_t i = 0; i < to->cell->terms; i++)
        if (term_is_folded(&to->cell->term[i]))
            clear_blocks(to, &to->cell->term[i], to->layer.values + d->bias_hh);
}

/* Both layers have equal lists of parameters; W_ih of level 0 is the first of a slot. */
static void copy_parameters(const struct recurrent *from, const struct recurrent *to)
{
    const int32_t slots = from->options.num_layers * from->directions;
    const int32_t per_slot = from->layer.parameter_count / slots;
    for (int32_t i = 0; i < from->layer.parameter_count; i++)
        if (i >= from->directions * per_slot || i % per_slot != 0)
            parameter_copy(&from->layer.parameters[i], from->layer.values, &to->layer.parameters[i],
                           to->layer.values);
}

static int32_t fold_recurrent(const struct fold *fold, const seqnet_allocator *hook,
                              seqnet_layer **out)
{
    const struct recurrent *from = fold->recurrent;
    seqnet_recurrent_options options = from->options;
    seqnet_layer *layer = NULL;
    options.allocator = hook;
    options.token_input = 1;
    if (recurrent_new(from->layer.kind, fold->embedding->input_size, from->hidden_size, &options,
                      &layer) != SEQNET_OK)
        return SEQNET_ENOMEM;
    struct recurrent *to = (struct recurrent *)layer;
    copy_parameters(from, to);
    for (int32_t direction = 0; direction < from->directions; direction++) {
        fill_table(fold, to, direction);
        clear_biases(to, direction);
    }
    if (recurrent_pack(to) != SEQNET_OK) {
        layer_release(layer);
        return SEQNET_ENOMEM;
    }
    *out = layer;
    return SEQNET_OK;
}

int32_t fold_create(const seqnet_layer *model, const struct fold *fold,
                    const seqnet_allocator *hook, seqnet_layer **out)
{
    int32_t code = SEQNET_ENOMEM;
    const int32_t rest = model->child_count - fold->next;
    const seqnet_allocator memory = memory_hook(hook);
    seqnet_layer **layers = memory_new_array(&memory, (size_t)rest + 1, sizeof *layers);
    if (layers && fold_recurrent(fold, hook, &layers[0]) == SEQNET_OK) {
        for (int32_t i = 0; i < rest; i++)
            layers[i + 1] = model->children[fold->next + i];
        code = sequential_create(layers, rest + 1, hook, out);
        layer_release(layers[0]);
    }
    memory_free(&memory, layers);
    return code;
}
