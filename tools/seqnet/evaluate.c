/* SPDX-License-Identifier: MIT */
#include "evaluate.h"
#include "report.h"
#include "stop.h"

static int32_t advance(seqnet_context *context, const seqnet_batch *batch)
{
    seqnet_window window = SEQNET_WINDOW_INIT;
    window.x = batch->x;
    window.tokens = batch->tokens;
    window.lengths = batch->lengths;
    window.steps = batch->steps;
    window.batch = batch->batch;
    return seqnet_context_forward(context, &window, NULL);
}

static int32_t test_batch(seqnet_context *context, const seqnet_loss_options *loss,
                          const seqnet_batch *batch, struct score *score)
{
    seqnet_result result = SEQNET_RESULT_INIT;
    if (!batch->targets && !batch->target_values)
        return advance(context, batch);
    const int32_t code = seqnet_evaluate(context, loss, batch, &result);
    if (code == SEQNET_OK)
        score_add(score, &result);
    return code;
}

static int32_t test_feed(seqnet_context *context, const seqnet_loss_options *loss,
                         struct feed *feed, struct score *score)
{
    seqnet_batch batch = SEQNET_BATCH_INIT;
    int32_t code = feed->kind->start(feed, 0);
    while (code == SEQNET_OK && !stop_requested()) {
        code = feed->kind->next(feed, &batch);
        if (code != SEQNET_OK || batch.steps == 0)
            break;
        if (!feed->carry)
            code = seqnet_context_reset(context);
        if (code == SEQNET_OK)
            code = test_batch(context, loss, &batch, score);
    }
    return code;
}

int evaluate(const struct problem *problem, seqnet_layer *network, struct feed *feed,
             int64_t threads, struct score *score)
{
    seqnet_loss_options loss;
    seqnet_context_options options = SEQNET_CONTEXT_OPTIONS_INIT;
    seqnet_context *context = NULL;
    problem_loss(problem, &loss);
    options.max_steps = feed->max_steps;
    options.max_batch = feed->max_batch;
    options.threads = (int32_t)threads;
    *score = (struct score){ .baseline = feed->baseline };
    int32_t code = seqnet_context_create(network, &options, &context);
    if (code == SEQNET_OK)
        code = test_feed(context, &loss, feed, score);
    seqnet_context_destroy(context);
    if (code != SEQNET_OK)
        return report_library(code, "cannot test the model");
    return stop_requested() ? STATUS_INTERRUPTED : STATUS_OK;
}
