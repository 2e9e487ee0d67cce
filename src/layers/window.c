/* SPDX-License-Identifier: MIT */
#include "layers/window.h"

void window_lay_out(struct window *window, int32_t max_steps, int32_t max_batch,
                    struct arena *arena)
{
    window->active = arena_take(arena, (size_t)max_steps, sizeof *window->active);
    window->offset = arena_take(arena, (size_t)max_steps, sizeof *window->offset);
    window->order = arena_take(arena, (size_t)max_batch, sizeof *window->order);
    window->cursor = arena_take(arena, (size_t)max_steps + 1, sizeof *window->cursor);
}

static int all_equal(const int32_t *lengths, int32_t batch, int32_t steps)
{
    for (int32_t b = 0; b < batch; b++)
        if (lengths[b] != steps)
            return 0;
    return 1;
}

/* cursor[n] = number of samples of length n; then active and offset by summing from the longest. */
static void count_active(struct window *window, const int32_t *lengths)
{
    memset(window->cursor, 0, ((size_t)window->steps + 1) * sizeof *window->cursor);
    for (int32_t b = 0; b < window->batch; b++)
        window->cursor[lengths[b]]++;
    int32_t longer = 0;
    for (int32_t t = window->steps - 1; t >= 0; t--) {
        longer += window->cursor[t + 1];
        window->active[t] = longer;
    }
    window->rows = 0;
    for (int32_t t = 0; t < window->steps; t++) {
        window->offset[t] = window->rows;
        window->rows += window->active[t];
    }
}

/* Counting sort by falling length: the samples of length n start at the number of longer ones. */
static void sort_by_length(struct window *window, const int32_t *lengths)
{
    for (int32_t n = 0; n < window->steps; n++)
        window->cursor[n] = window->active[n];
    window->cursor[window->steps] = 0;
    for (int32_t b = 0; b < window->batch; b++)
        window->order[window->cursor[lengths[b]]++] = b;
}

void window_pack(struct window *window, int32_t steps, int32_t batch, const int32_t *lengths)
{
    window->steps = steps;
    window->batch = batch;
    window->rows = (int64_t)steps * batch;
    window->dense = !lengths || all_equal(lengths, batch, steps);
    if (window->dense)
        return;
    count_active(window, lengths);
    sort_by_length(window, lengths);
}

struct layout layout_of(int32_t steps, int32_t batch, int32_t batch_major, int64_t size)
{
    if (batch_major)
        return (struct layout){ size, steps * size };
    return (struct layout){ batch * size, size };
}

struct share window_share(const struct window *window, const struct member *me)
{
    return share_of(me, window->rows, PATCH_ROWS);
}

int32_t window_step(const struct window *window, int64_t row)
{
    int32_t low = 0, high = window->steps;
    if (window->dense)
        return (int32_t)(row / window->batch);
    while (high - low > 1) {
        const int32_t middle = low + (high - low) / 2;
        if (window->offset[middle] <= row)
            low = middle;
        else
            high = middle;
    }
    return low;
}

void window_gather(const struct window *window, struct share rows, struct rows to, const real *from,
                   struct layout layout, int32_t size)
{
    const int64_t end = rows.first + rows.count;
    int32_t t = window_step(window, rows.first);
    for (int64_t r = rows.first; r < end; t++) {
        const struct places places = window_places(window, t, rows);
        for (int32_t p = places.first; p < places.end; p++, r++)
            copy_reals(row_at(to, r - rows.first),
                       from + t * layout.step + window_sample(window, p) * layout.sample, size);
    }
}

void window_scatter(const struct window *window, struct share rows, real *to, struct rows from,
                    struct layout layout, int32_t size)
{
    const int64_t end = rows.first + rows.count;
    int32_t t = window_step(window, rows.first);
    for (int64_t r = rows.first; r < end; t++) {
        const struct places places = window_places(window, t, rows);
        for (int32_t p = places.first; p < places.end; p++, r++)
            copy_reals(to + t * layout.step + window_sample(window, p) * layout.sample,
                       row_at(from, r - rows.first), size);
    }
}

void window_clear_padding(const struct window *window, real *to, struct layout layout, int32_t size,
                          const struct member *me)
{
    const struct share steps = share_of(me, window->dense ? 0 : window->steps, 1);
    for (int64_t t = steps.first; t < steps.first + steps.count; t++)
        for (int32_t p = window->active[t]; p < window->batch; p++)
            zero_reals(to + t * layout.step + window_sample(window, p) * layout.sample, size);
}

void window_gather_tokens(const struct window *window, int32_t *to, const int32_t *from,
                          struct layout layout)
{
    for (int32_t t = 0; t < window->steps; t++) {
        const int64_t first = window_offset(window, t);
        for (int32_t p = 0; p < window_active(window, t); p++)
            to[first + p] = from[t * layout.step + window_sample(window, p) * layout.sample];
    }
}
