/* SPDX-License-Identifier: MIT */
#include "naive.h"

#include "cells/cell.h"
#include "harness.h"

#include <cblas.h>

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct naive_level {
    int32_t input;
    float *weight_ih; /* (G, H, I) */
    float *weight_hh; /* (G, H, H) */
    float *bias;      /* (blocks, H) */
    float *h;         /* (B, H) */
    float *h_next;    /* (B, H): written by a step, then swapped with h */
    float *c;         /* (B, H) */
};

struct naive {
    const struct cell *cell;
    int32_t batch;
    int32_t hidden;
    int32_t layers;
    float *gates; /* (blocks, B, H) */
    struct naive_level *level;
};

static const struct cell *cell_of(int32_t kind)
{
    switch (kind) {
    case SEQNET_RNN:
        return cell_get(CELL_rnn_tanh);
    case SEQNET_LSTM:
        return cell_get(CELL_lstm);
    default:
        return cell_get(CELL_gru);
    }
}

static float *copy_parameter(const seqnet_layer *layer, const char *name, int32_t index,
                             int64_t count)
{
    char full_name[64];
    float *values = bench_zeros((size_t)count);
    snprintf(full_name, sizeof full_name, "%s_l%d", name, (int)index);
    bench_check(seqnet_layer_get_parameter(layer, full_name, values, count));
    return values;
}

/* Both biases of each gate block; only the m block of a GRU has just b_hh, and its n just b_ih. */
static float *sum_biases(const struct naive *naive, const seqnet_layer *layer, int32_t index)
{
    const struct cell *cell = naive->cell;
    const size_t h = (size_t)naive->hidden, width = (size_t)cell->weights * h;
    float *sum = bench_zeros((size_t)cell->blocks * h);
    float *bias_ih = copy_parameter(layer, "bias_ih", index, (int64_t)width);
    float *bias_hh = copy_parameter(layer, "bias_hh", index, (int64_t)width);
    memcpy(sum, bias_ih, width * sizeof *sum);
    for (int32_t i = 0; i < cell->terms; i++) {
        const struct cell_term *term = &cell->term[i];
        const float *from = bias_hh + (size_t)term->weight * h;
        float *to = sum + (size_t)term->gate * h;
        for (size_t j = 0; j < (size_t)term->count * h; j++)
            to[j] += from[j];
    }
    free(bias_ih);
    free(bias_hh);
    return sum;
}

static void create_level(struct naive *naive, const seqnet_layer *layer, int32_t index,
                         int32_t input)
{
    struct naive_level *level = &naive->level[index];
    const int64_t rows = (int64_t)naive->cell->weights * naive->hidden;
    const size_t state = (size_t)naive->batch * (size_t)naive->hidden;
    level->input = input;
    level->weight_ih = copy_parameter(layer, "weight_ih", index, rows * input);
    level->weight_hh = copy_parameter(layer, "weight_hh", index, rows * naive->hidden);
    level->bias = sum_biases(naive, layer, index);
    level->h = bench_zeros(state);
    level->h_next = bench_zeros(state);
    level->c = bench_zeros(state);
}

struct naive *naive_create(const struct bench_case *c, const seqnet_layer *layer)
{
    struct naive *naive = calloc(1, sizeof *naive);
    struct naive_level *levels = calloc((size_t)c->layers, sizeof *levels);
    if (!naive || !levels)
        bench_fail("no memory for the baseline");
    *naive = (struct naive){ cell_of(c->kind), c->batch, c->hidden, c->layers, NULL, levels };
    assert(naive->cell->stages == 1);
    naive->gates = bench_zeros((size_t)naive->cell->blocks * (size_t)c->batch * (size_t)c->hidden);
    for (int32_t i = 0; i < c->layers; i++)
        create_level(naive, layer, i, i == 0 ? c->input : c->hidden);
    return naive;
}

void naive_destroy(struct naive *naive)
{
    for (int32_t i = 0; i < naive->layers; i++) {
        struct naive_level *level = &naive->level[i];
        free(level->weight_ih);
        free(level->weight_hh);
        free(level->bias);
        free(level->h);
        free(level->h_next);
        free(level->c);
    }
    free(naive->level);
    free(naive->gates);
    free(naive);
}

static float *gate_block(const struct naive *naive, int32_t block)
{
    return naive->gates + (ptrdiff_t)block * naive->batch * naive->hidden;
}

/* gates[block] (B, H) += x (B, K) W^T for one gate's weights W (H, K) */
static void add_product(const struct naive *naive, int32_t block, const float *weight, int32_t k,
                        const float *x)
{
    float *gates = gate_block(naive, block);
    const int32_t h = naive->hidden;
    if (naive->batch == 1)
        cblas_sgemv(CblasRowMajor, CblasNoTrans, h, k, 1, weight, k, x, 1, 1, gates, 1);
    else
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, naive->batch, h, k, 1, x, k, weight, k,
                    1, gates, h);
}

static void fill_biases(const struct naive *naive, const struct naive_level *level)
{
    const ptrdiff_t h = naive->hidden;
    for (int32_t block = 0; block < naive->cell->blocks; block++)
        for (int32_t row = 0; row < naive->batch; row++)
            memcpy(gate_block(naive, block) + row * h, level->bias + block * h,
                   (size_t)h * sizeof(float));
}

static void add_products(const struct naive *naive, const struct naive_level *level, const float *x)
{
    const ptrdiff_t h = naive->hidden, input = level->input;
    for (int32_t g = 0; g < naive->cell->weights; g++)
        add_product(naive, g, level->weight_ih + g * h * input, level->input, x);
    for (int32_t i = 0; i < naive->cell->terms; i++) {
        const struct cell_term *term = &naive->cell->term[i];
        for (int32_t g = 0; g < term->count; g++)
            add_product(naive, term->gate + g, level->weight_hh + (term->weight + g) * h * h,
                        naive->hidden, level->h);
    }
}

static void run_cell(const struct naive *naive, struct naive_level *level)
{
    const ptrdiff_t h = naive->hidden;
    const struct cell_block block = { .rows = naive->batch,
                                      .units = naive->hidden,
                                      .gate_stride = naive->batch * h,
                                      .row_stride = h,
                                      .gates = naive->gates,
                                      .h_prev = level->h,
                                      .h_prev_stride = h,
                                      .c_prev = level->c,
                                      .c = level->c,
                                      .h = level->h_next,
                                      .stride = h };
    naive->cell->forward[0](&block);
    float *previous = level->h;
    level->h = level->h_next;
    level->h_next = previous;
}

void naive_step(struct naive *naive, const float *x, float *y)
{
    for (int32_t i = 0; i < naive->layers; i++) {
        struct naive_level *level = &naive->level[i];
        fill_biases(naive, level);
        add_products(naive, level, x);
        run_cell(naive, level);
        x = level->h;
    }
    memcpy(y, x, (size_t)naive->batch * (size_t)naive->hidden * sizeof *y);
}
