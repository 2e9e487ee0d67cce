/* SPDX-License-Identifier: MIT */
/* How many members of its team a context sets to work. */
#include "layers/context.h"
#include "layers/recurrent_slice.h"

/*
 * One thread, on the machines of today, in nanoseconds: a multiply-add, and a weight that is read
 * for a row or a few only, from a core's own cache or from behind it.
 */
#define PRODUCT_TIME 0.02
#define NEAR_TIME 0.03
#define FAR_TIME 0.1
#define NEAR_WEIGHTS 400000

/* Sharing pays for a third of the work if nobody must be woken. */
#define AWAKE_GAIN 3

/* With less than so many times the least work, members on one core lose more than they gain. */
#define CROWDED_LOSS 10
#define CROWDED_TRY 16

/* From here on a context gets threads if nobody says how many. */
#define TIME_FOR_THREADS 2e6
#define USUAL_MOST 8

/* Forward and backward make three times the products of forward. */
#define WITH_BACKWARD 3

/* Elements of the matrices a row is multiplied with; tables are only looked up. */
static double weights_of(const seqnet_layer *leaf)
{
    const double own = (double)(leaf->table_rows ? leaf->table_offset : leaf->value_count);
    return leaf->tied ? own + (double)leaf->input_size * leaf->output_size : own;
}

/* Each of `rows` rows is multiplied with all weights, which are read so many times. */
static double product_time(double weights, double rows, double times)
{
    const double arithmetic = PRODUCT_TIME * rows;
    const double reading = (weights > NEAR_WEIGHTS ? FAR_TIME : NEAR_TIME) * times;
    return weights * (arithmetic > reading ? arithmetic : reading);
}

static int is_recurrent(const seqnet_layer *leaf)
{
    return leaf->kind == SEQNET_RNN || leaf->kind == SEQNET_LSTM || leaf->kind == SEQNET_GRU;
}

/* Of one stream and few weights only the input product, about half of the weights, is shared. */
static double shared_time(const seqnet_layer *leaf, double rows, double steps)
{
    const double weights = weights_of(leaf);
    if (!is_recurrent(leaf))
        return product_time(weights, rows, 1);
    if (rows < 2 * steps && recurrent_has_short_steps(leaf))
        return product_time(weights / 2, rows, 1);
    return product_time(weights, rows, steps);
}

double context_shared_time(const seqnet_layer *layer, int64_t rows, int64_t steps)
{
    double time = 0;
    for (int32_t i = 0; i < layer_leaf_count(layer); i++)
        time += shared_time(layer_leaf(layer, i), (double)rows, (double)steps);
    return time;
}

int32_t context_usual_threads(const seqnet_layer *layer, const struct context_spec *spec)
{
    const int64_t rows = (int64_t)spec->max_steps * spec->max_batch;
    const double forward = context_shared_time(layer, rows, spec->max_steps);
    const double time = spec->training ? WITH_BACKWARD * forward : forward;
    if (spec->max_steps == 1 || time < TIME_FOR_THREADS)
        return 1;
    const int32_t cores = team_cores();
    return cores < USUAL_MOST ? cores : USUAL_MOST;
}

/*
 * On a busy machine two members may have to take turns on one core, and short calls would lose
 * time: then one stays alone, but tries again now and then.
 */
static int is_worth_sharing(seqnet_context *context, double nanoseconds)
{
    const double least = context->least_time;
    if (nanoseconds < (team_is_awake(context->team) ? least / AWAKE_GAIN : least))
        return 0;
    return nanoseconds >= CROWDED_LOSS * least || !team_is_crowded(context->team) ||
           ++context->crowded % CROWDED_TRY == 0;
}

void context_run(seqnet_context *context, double nanoseconds, team_work *work, void *user)
{
    const int shares = is_worth_sharing(context, nanoseconds);
    team_run(context->team, shares ? context->threads : 1, work, user);
}
