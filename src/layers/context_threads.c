/* SPDX-License-Identifier: MIT */
/* How many members of its team a context sets to work. */
#include "layers/context.h"

/* One thread, on the machines of today: a multiply-add, and a weight from the cache, in ns. */
#define PRODUCT_TIME 0.02
#define WEIGHT_TIME 0.1

/* From here on a context gets threads if nobody says how many. */
#define TIME_FOR_THREADS 2e6
#define USUAL_MOST 8

/* Elements of the matrices a row is multiplied with; tables are only looked up. */
static double weights_of(const seqnet_layer *layer)
{
    double count = 0;
    for (int32_t i = 0; i < layer_leaf_count(layer); i++) {
        const seqnet_layer *leaf = layer_leaf(layer, i);
        count += (double)(leaf->table_rows ? leaf->table_offset : leaf->value_count);
        if (leaf->tied)
            count += (double)leaf->input_size * leaf->output_size;
    }
    return count;
}

double context_product_time(const seqnet_layer *layer, int64_t rows, int64_t steps)
{
    const double arithmetic = PRODUCT_TIME * (double)rows, reading = WEIGHT_TIME * (double)steps;
    return weights_of(layer) * (arithmetic > reading ? arithmetic : reading);
}

int32_t context_usual_threads(const seqnet_layer *layer, const struct context_spec *spec)
{
    const int64_t rows = (int64_t)spec->max_steps * spec->max_batch;
    if (spec->max_steps == 1 ||
        context_product_time(layer, rows, spec->max_steps) < TIME_FOR_THREADS)
        return 1;
    const int32_t cores = team_cores();
    return cores < USUAL_MOST ? cores : USUAL_MOST;
}

void context_run(seqnet_context *context, double nanoseconds, team_work *work, void *user)
{
    team_run(context->team, nanoseconds < context->least_time ? 1 : context->threads, work, user);
}
