/* SPDX-License-Identifier: MIT */
/*
 * Many streams, one model: a server that advances all its callers by one step at a time.
 *
 * The layer holds the weights and is shared. A context holds the state of SLOTS streams and steps
 * them together. A caller that ends leaves its slot to the next one; a caller that has to wait has
 * its state copied out, and later goes on in another slot as if nothing had happened. Every stream
 * is compared with one that ran alone.
 */
#include <seqnet/seqnet.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { INPUTS = 4, HIDDEN = 32, SLOTS = 8, CALLERS = 40, LONGEST = 30 };

struct caller {
    int32_t length; /* steps it will send */
    int32_t sent;
    float output[HIDDEN]; /* of its last step */
};

static void check(int32_t code)
{
    if (code == SEQNET_OK)
        return;
    fprintf(stderr, "%s: %s\n", seqnet_error_name(code), seqnet_error_message());
    exit(1);
}

/* What caller `id` sends at a step: some smooth signal of its own. */
static void signal_of(int32_t id, int32_t step, float *x)
{
    for (int i = 0; i < INPUTS; i++)
        x[i] = sinf(0.3f * (float)step * (float)(i + 1) + (float)id);
}

/* One step of all slots; caller[slot] < 0 is a free slot, whose input and output mean nothing. */
static void step_all(seqnet_context *context, struct caller *callers, const int32_t *in_slot)
{
    static float x[SLOTS * INPUTS], y[SLOTS * HIDDEN];
    for (int slot = 0; slot < SLOTS; slot++)
        if (in_slot[slot] >= 0)
            signal_of(in_slot[slot], callers[in_slot[slot]].sent++, x + slot * INPUTS);
    check(seqnet_context_step(context, x, y));
    for (int slot = 0; slot < SLOTS; slot++)
        if (in_slot[slot] >= 0)
            for (int i = 0; i < HIDDEN; i++)
                callers[in_slot[slot]].output[i] = y[slot * HIDDEN + i];
}

/* Give free slots to callers who wait: a new stream starts from zero. */
static void fill_slots(seqnet_context *context, const struct caller *callers, int32_t *in_slot,
                       int32_t *next)
{
    for (int slot = 0; slot < SLOTS; slot++) {
        if (in_slot[slot] >= 0 && callers[in_slot[slot]].sent == callers[in_slot[slot]].length)
            in_slot[slot] = -1;
        if (in_slot[slot] < 0 && *next < CALLERS) {
            in_slot[slot] = (*next)++;
            check(seqnet_context_reset_stream(context, slot));
        }
    }
}

/* Swap the streams of two slots: one is saved to memory, the other cloned, the first restored. */
static void swap_slots(seqnet_context *context, int32_t *in_slot, int32_t a, int32_t b)
{
    const int64_t size = seqnet_context_stream_size(context);
    float *saved = malloc((size_t)size * sizeof *saved);
    if (!saved)
        exit(1);
    check(seqnet_context_get_stream(context, a, saved, size));
    check(seqnet_context_copy_stream(context, a, context, b));
    check(seqnet_context_set_stream(context, b, saved, size));
    free(saved);
    const int32_t caller = in_slot[a];
    in_slot[a] = in_slot[b];
    in_slot[b] = caller;
}

static int any_busy(const int32_t *in_slot)
{
    for (int slot = 0; slot < SLOTS; slot++)
        if (in_slot[slot] >= 0)
            return 1;
    return 0;
}

static void serve(seqnet_layer *layer, struct caller *callers)
{
    seqnet_context_options sizes = SEQNET_CONTEXT_OPTIONS_INIT;
    seqnet_context *context;
    int32_t in_slot[SLOTS], next = 0, rounds = 0;
    sizes.max_batch = SLOTS;
    check(seqnet_context_create(layer, &sizes, &context));
    for (int slot = 0; slot < SLOTS; slot++)
        in_slot[slot] = -1;
    for (;; rounds++) {
        fill_slots(context, callers, in_slot, &next);
        if (!any_busy(in_slot))
            break;
        step_all(context, callers, in_slot);
        swap_slots(context, in_slot, rounds % SLOTS, (rounds + 3) % SLOTS);
    }
    printf("%d callers in %d slots, %d rounds\n", (int)CALLERS, (int)SLOTS, (int)rounds);
    seqnet_context_destroy(context);
}

/* Largest difference between a caller's last output and that of the same signal run alone. */
static float difference_alone(seqnet_layer *layer, const struct caller *caller, int32_t id)
{
    seqnet_context *alone;
    float x[INPUTS], y[HIDDEN], worst = 0.0f;
    check(seqnet_context_create(layer, NULL, &alone));
    for (int32_t step = 0; step < caller->length; step++) {
        signal_of(id, step, x);
        check(seqnet_context_step(alone, x, y));
    }
    for (int i = 0; i < HIDDEN; i++)
        worst = fmaxf(worst, fabsf(y[i] - caller->output[i]));
    seqnet_context_destroy(alone);
    return worst;
}

int main(void)
{
    seqnet_recurrent_options options = SEQNET_RECURRENT_OPTIONS_INIT;
    struct caller callers[CALLERS] = { { 0, 0, { 0.0f } } };
    seqnet_layer *layer;
    float worst = 0.0f;

    options.num_layers = 2;
    options.seed = 3;
    check(seqnet_gru_create(INPUTS, HIDDEN, &options, &layer));
    for (int32_t id = 0; id < CALLERS; id++)
        callers[id].length = 5 + id * 7 % (LONGEST - 4);

    serve(layer, callers);
    for (int32_t id = 0; id < CALLERS; id++)
        worst = fmaxf(worst, difference_alone(layer, &callers[id], id));
    printf("largest difference from streams that ran alone: %.1e\n", (double)worst);
    seqnet_layer_destroy(layer);
    return worst < 1e-5f ? 0 : 1;
}
