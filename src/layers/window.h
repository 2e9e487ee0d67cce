/* SPDX-License-Identifier: MIT */
/*
 * The rows of one call, packed: samples are put in order of falling length (stable), so that the
 * samples alive at step t are the first active(t) ones, and only their rows exist:
 *
 *     row of (step t, place p) = offset(t) + p,   p < active(t);   place p holds sample order(p)
 *
 * Nothing is computed for padding. With equal lengths this is plain sequence-major order.
 */
#ifndef SEQNET_LAYERS_WINDOW_H
#define SEQNET_LAYERS_WINDOW_H

#include "core/arena.h"
#include "core/team.h"
#include "layers/patch.h"
#include "layers/rows.h"

#include <stdint.h>

struct window {
    int32_t steps;   /* T, of the longest sample */
    int32_t batch;   /* B */
    int64_t rows;    /* sum of the lengths */
    int32_t dense;   /* 1: all lengths are T; the arrays below are not filled */
    int32_t *active; /* (T) */
    int64_t *offset; /* (T) */
    int32_t *order;  /* (B) */
    int32_t *cursor; /* (T + 1) scratch of the sort */
    int32_t dropout; /* 1: apply dropout in this call */
    uint64_t call;   /* number of this forward call: part of the dropout masks' counter */
};

static inline int32_t window_active(const struct window *window, int32_t step)
{
    return window->dense ? window->batch : window->active[step];
}

static inline int64_t window_offset(const struct window *window, int32_t step)
{
    return window->dense ? (int64_t)step * window->batch : window->offset[step];
}

static inline int32_t window_sample(const struct window *window, int32_t place)
{
    return window->dense ? place : window->order[place];
}

/* Room for max_steps and max_batch. */
void window_lay_out(struct window *window, int32_t max_steps, int32_t max_batch,
                    struct arena *arena);

/* Describe T steps of B samples; lengths (B) in 0..T, or NULL. */
void window_pack(struct window *window, int32_t steps, int32_t batch, const int32_t *lengths);

/* A caller's array (T, B, size) or (B, T, size): element (t, b) starts at t * step + b * sample. */
struct layout {
    int64_t step;
    int64_t sample;
};

struct layout layout_of(int32_t steps, int32_t batch, int32_t batch_major, int64_t size);

/* Places first, .. of a step: of those that live there, the ones whose rows are in a share. */
struct places {
    int32_t first;
    int32_t end;
};

static inline struct places window_places(const struct window *window, int32_t step,
                                          struct share rows)
{
    const int64_t offset = window_offset(window, step), active = window_active(window, step);
    const int64_t first = rows.first - offset, end = rows.first + rows.count - offset;
    return (struct places){ first < 0 ? 0 : (int32_t)(first < active ? first : active),
                            end < 0 ? 0 : (int32_t)(end < active ? end : active) };
}

/* A member's share of the rows of a window. */
struct share window_share(const struct window *window, const struct member *me);

/* A member's share of some rows. */
static inline struct share window_share_of(const struct member *me, struct share rows)
{
    const struct share share = share_of(me, rows.count, PATCH_ROWS);
    return (struct share){ rows.first + share.first, share.count };
}

/* The step of a row. */
int32_t window_step(const struct window *window, int64_t row);

/* Some packed rows, the first of which is at `to` or `from`, from a caller's array and back. */
void window_gather(const struct window *window, struct share rows, struct rows to, const real *from,
                   struct layout layout, int32_t size);
void window_scatter(const struct window *window, struct share rows, real *to, struct rows from,
                    struct layout layout, int32_t size);

/* A member's share of setting a caller's array to zero at padding. */
void window_clear_padding(const struct window *window, real *to, struct layout layout, int32_t size,
                          const struct member *me);
void window_gather_tokens(const struct window *window, int32_t *to, const int32_t *from,
                          struct layout layout);

#endif
