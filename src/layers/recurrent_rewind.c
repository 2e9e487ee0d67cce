/* SPDX-License-Identifier: MIT */
#include "layers/recurrent.h"

/*
 * The tape still holds h_{t-1} and c_{t-1} of every row, so the state after `step` steps is that of
 * the rows of step `step`; samples that ended before keep theirs. Forward direction only.
 */
void recurrent_rewind(struct part *part, const struct window *window, int32_t step)
{
    const struct recurrent *layer = recurrent_of(part);
    const struct member alone = MEMBER_ALONE;
    if (step >= window->steps)
        return;
    for (int32_t level = 0; level < layer->options.num_layers; level++) {
        struct walk walk;
        walk_start(&walk, part, window, level, 0, &alone);
        const int64_t first = window_offset(window, step);
        for (int32_t p = 0; p < window_active(window, step); p++) {
            const int64_t sample = window_sample(window, p);
            for (int32_t s = 0; s < part->state_count; s++) {
                const struct state *state = &part->states[s];
                const struct rows from = s == 0 ? walk_h(&walk) : walk.tape->c_prev;
                const int64_t row = (int64_t)walk.slot * part->max_batch + sample;
                copy_reals(state->values + row * state->size, row_at(from, first + p), state->size);
            }
        }
    }
}
