/* SPDX-License-Identifier: MIT */
/* Storage, names and initial values of the parameters of a recurrent layer. */
#include "layers/recurrent.h"

#include <math.h>
#include <stdio.h>

static const struct layer_ops recurrent_ops = {
    .lay_out = recurrent_lay_out,
    .forward = recurrent_forward,
    .backward = recurrent_backward,
    .delivers_y = 1,
    .pack_size = recurrent_pack_size,
    .pack = recurrent_pack_some,
    .refresh = recurrent_refresh,
    .rewind = recurrent_rewind,
};

static enum cell_id choose_cell(int32_t kind, const seqnet_recurrent_options *options)
{
    if (kind == SEQNET_LSTM)
        return CELL_lstm;
    if (kind == SEQNET_GRU)
        return options->reset_before ? CELL_gru_reset_before : CELL_gru;
    if (options->nonlinearity == SEQNET_RELU)
        return CELL_rnn_relu;
    return options->nonlinearity == SEQNET_SIGMOID ? CELL_rnn_sigmoid : CELL_rnn_tanh;
}

/* "weight_ih_l0" or "weight_ih_l0_reverse" */
static void set_name(struct parameter *parameter, const char *stem, int32_t level, int32_t reverse)
{
    snprintf(parameter->name, sizeof parameter->name, "%s_l%d%s", stem, (int)level,
             reverse ? "_reverse" : "");
}

/*
 * The next piece of the block as a (rows, columns) view that starts at `offset` with stride
 * `ld`.
 */
static void add_view(seqnet_layer *layer, const char *stem, int32_t level, int32_t reverse,
                     struct parameter view)
{
    struct parameter *parameter = &layer->parameters[layer->parameter_count++];
    *parameter = view;
    set_name(parameter, stem, level, reverse);
}

static struct panels panels_of(const struct recurrent *recurrent)
{
    return (struct panels){ recurrent->width, recurrent->cell->weights, recurrent->hidden_size };
}

static void add_vector(struct recurrent *recurrent, const char *stem, int32_t level,
                       int32_t reverse, size_t *offset)
{
    *offset = layer_take(&recurrent->layer, 1, (size_t)weight_rows(recurrent));
    add_view(&recurrent->layer, stem, level, reverse,
             (struct parameter){ .rank = 1,
                                 .rows = 1,
                                 .columns = recurrent->cell->weights * recurrent->hidden_size,
                                 .offset = *offset,
                                 .column_stride = 1,
                                 .panels = panels_of(recurrent) });
}

/* Columns of the matrix. */
static void set_columns(struct direction *direction, int32_t state_size)
{
    const int32_t width = direction->x_size + state_size;
    direction->h_column = direction->reverse ? direction->x_size : 0;
    direction->x_column = direction->reverse ? 0 : state_size;
    direction->z_column = direction->reverse ? state_size : 0;
    direction->ld = (int32_t)product_stride(width);
}

/* Parameters of one direction in PyTorch's order: weight_ih, weight_hh, biases, weight_hr. */
static void add_direction(struct recurrent *recurrent, int32_t level, int32_t reverse)
{
    seqnet_layer *layer = &recurrent->layer;
    const seqnet_recurrent_options *options = &recurrent->options;
    struct direction *d = &recurrent->direction[slot_of(recurrent, level, reverse)];
    const int32_t rows = recurrent->cell->weights * recurrent->hidden_size;
    const int is_table = level == 0 && options->token_input;
    const int32_t input = level ? recurrent->directions * recurrent->state_size : layer->input_size;
    d->reverse = reverse;
    d->x_size = is_table ? 0 : input;
    set_columns(d, recurrent->state_size);
    d->weight = layer_take(layer, (size_t)weight_rows(recurrent), (size_t)d->ld);
    struct parameter view = { .rank = 2,
                              .rows = rows,
                              .columns = input,
                              .offset = d->weight + (size_t)d->x_column,
                              .row_stride = d->ld,
                              .column_stride = 1,
                              .panels = panels_of(recurrent) };
    if (is_table) {
        view.offset =
            (size_t)(reverse ? weight_rows(recurrent) : 0); /* the table's place is added later */
        view.row_stride = 1;
        view.column_stride = (ptrdiff_t)weight_rows(recurrent) * recurrent->directions;
    }
    add_view(layer, "weight_ih", level, reverse, view);
    view = (struct parameter){ .rank = 2,
                               .rows = rows,
                               .columns = recurrent->state_size,
                               .offset = d->weight + (size_t)d->h_column,
                               .row_stride = d->ld,
                               .column_stride = 1,
                               .panels = panels_of(recurrent) };
    add_view(layer, "weight_hh", level, reverse, view);
    if (!options->no_bias) {
        add_vector(recurrent, "bias_ih", level, reverse, &d->bias_ih);
        add_vector(recurrent, "bias_hh", level, reverse, &d->bias_hh);
    }
    if (options->proj_size) {
        struct parameter *projection =
            layer_add(layer, 2, options->proj_size, recurrent->hidden_size);
        set_name(projection, "weight_hr", level, reverse);
        d->projection = projection->offset;
    }
}

/* One table row per token holds the W_ih columns of both directions; it ends the block. */
static void add_table(struct recurrent *recurrent)
{
    seqnet_layer *layer = &recurrent->layer;
    layer->table_rows = layer->input_size;
    layer->table_width = weight_rows(recurrent) * recurrent->directions;
    layer->table_offset = layer_take(layer, (size_t)layer->table_rows, (size_t)layer->table_width);
    const int32_t per_direction =
        layer->parameter_count / (recurrent->options.num_layers * recurrent->directions);
    for (int32_t d = 0; d < recurrent->directions; d++)
        layer->parameters[d * per_direction].offset += layer->table_offset;
}

static void initialise(struct recurrent *recurrent)
{
    seqnet_layer *layer = &recurrent->layer;
    const seqnet_recurrent_options *options = &recurrent->options;
    const int32_t h = recurrent->hidden_size;
    const real range =
        options->init_range > 0 ? (real)options->init_range : 1 / (real)sqrt((double)h);
    for (int32_t i = 0; i < layer->parameter_count; i++)
        layer_fill_uniform(layer, i, options->seed, range);
    const float forget = options->forget_bias;
    if (layer->kind != SEQNET_LSTM || forget == 0 || options->no_bias)
        return;
    const int32_t per_direction = options->proj_size ? 5 : 4;
    for (int32_t i = 0; i < layer->parameter_count; i += per_direction) {
        layer_fill_constant(layer, i + 2, h, 2 * h, (real)forget);
        layer_fill_constant(layer, i + 3, h, 2 * h, 0);
    }
}

/*
 * Units of a panel: with the native backend as many as make a register tile of up to four vectors
 * with all their gates, a single gate several vectors; with BLAS all of them, so that gates are
 * whole blocks.
 */
static void set_panels(struct recurrent *recurrent)
{
    const int32_t h = recurrent->hidden_size;
    recurrent->width = h;
    if (recurrent->layer.products == &native_products) {
        const int32_t lanes = native_lanes();
        const int32_t vectors = (h + lanes - 1) / lanes;
        const int32_t most = recurrent->cell->weights == 1 ? 4 : 1;
        recurrent->width = (vectors < most ? vectors : most) * lanes;
    }
    recurrent->panels = (h + recurrent->width - 1) / recurrent->width;
    recurrent->units = recurrent->panels * recurrent->width;
    if (recurrent->cell->weights == 1 && recurrent->width < h)
        recurrent->units = (h + native_lanes() - 1) / native_lanes() * native_lanes();
}

static int32_t build(struct recurrent *recurrent)
{
    seqnet_layer *layer = &recurrent->layer;
    const int32_t slots = recurrent->options.num_layers * recurrent->directions;
    recurrent->direction =
        memory_new_array(&layer->memory, (size_t)slots, sizeof *recurrent->direction);
    layer->extra = recurrent->direction;
    if (!recurrent->direction || layer_reserve(layer, slots * 5) != SEQNET_OK)
        return SEQNET_ENOMEM;
    for (int32_t level = 0; level < recurrent->options.num_layers; level++)
        for (int32_t d = 0; d < recurrent->directions; d++)
            add_direction(recurrent, level, d);
    if (layer->token_input)
        add_table(recurrent);
    return layer_allocate(layer);
}

int32_t recurrent_new(int32_t kind, int32_t input_size, int32_t hidden_size,
                      const seqnet_recurrent_options *options, seqnet_layer **out)
{
    struct recurrent *recurrent =
        layer_new(&recurrent_ops, options->allocator, sizeof *recurrent, kind);
    if (!recurrent)
        return SEQNET_ENOMEM;
    seqnet_layer *layer = &recurrent->layer;
    recurrent->options = *options;
    recurrent->cell_id = choose_cell(kind, options);
    recurrent->cell = cell_get(recurrent->cell_id);
    recurrent->hidden_size = hidden_size;
    recurrent->state_size = options->proj_size ? options->proj_size : hidden_size;
    recurrent->directions = options->bidirectional ? 2 : 1;
    set_panels(recurrent);
    layer->token_input = options->token_input;
    layer->input_size = input_size;
    layer->output_size = recurrent->state_size * recurrent->directions;
    /* Two directions need all of x at different times: the context gathers it. */
    layer->fetches_x = !options->token_input && recurrent->directions == 1;
    if (build(recurrent) != SEQNET_OK) {
        layer_release(layer);
        return SEQNET_ENOMEM;
    }
    *out = layer;
    return SEQNET_OK;
}

int32_t recurrent_create(int32_t kind, int32_t input_size, int32_t hidden_size,
                         const seqnet_recurrent_options *options, seqnet_layer **out)
{
    seqnet_layer *layer = NULL;
    if (recurrent_new(kind, input_size, hidden_size, options, &layer) != SEQNET_OK)
        return SEQNET_ENOMEM;
    initialise((struct recurrent *)layer);
    if (recurrent_pack((struct recurrent *)layer) != SEQNET_OK) {
        layer_release(layer);
        return SEQNET_ENOMEM;
    }
    *out = layer;
    return SEQNET_OK;
}
