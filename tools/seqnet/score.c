/* SPDX-License-Identifier: MIT */
#include "score.h"

#include <math.h>
#include <stdio.h>

void score_add(struct score *score, const seqnet_result *result)
{
    score->loss += result->loss * (double)result->count;
    score->count += result->count;
    score->correct += result->correct;
}

static double mean(double sum, int64_t count)
{
    return count ? sum / (double)count : 0;
}

double score_loss(const struct score *score)
{
    return mean(score->loss, score->count);
}

static double accuracy(const struct score *score)
{
    return mean((double)score->correct, score->count);
}

int score_better(const struct problem *problem, const struct score *a, const struct score *b)
{
    if (problem->task->measure == MEASURE_ACCURACY && accuracy(a) != accuracy(b))
        return accuracy(a) > accuracy(b);
    return score_loss(a) < score_loss(b) || isnan(score_loss(b));
}

/* Root mean squared error in the units of the data. */
static double rmse(const struct problem *problem, double squared)
{
    return sqrt(squared) * problem->deviation;
}

void score_print_loss(const struct problem *problem, double loss, char *text, size_t size)
{
    if (problem->task->measure == MEASURE_FORECAST)
        snprintf(text, size, "RMSE %.5g", rmse(problem, loss));
    else if (problem->task->measure == MEASURE_ACCURACY)
        snprintf(text, size, "loss %.4f nats", loss);
    else if (problem->options.level == LEVEL_WORD)
        snprintf(text, size, "loss %.4f nats, perplexity %.1f", loss, exp(loss));
    else
        snprintf(text, size, "loss %.4f nats, %.3f bits/%s", loss, loss / log(2),
                 problem_symbol(problem));
}

void score_print(const struct problem *problem, const struct score *score, char *text, size_t size)
{
    char loss[96];
    score_print_loss(problem, score_loss(score), loss, sizeof(loss));
    if (problem->task->measure == MEASURE_ACCURACY)
        snprintf(text, size, "%s, accuracy %.2f %% (%lld of %lld)", loss, 100 * accuracy(score),
                 (long long)score->correct, (long long)score->count);
    else if (score->baseline > 0)
        snprintf(text, size, "%s, persistence %.5g (%.1f %% below it)", loss,
                 rmse(problem, score->baseline),
                 100 * (1 - sqrt(score_loss(score) / score->baseline)));
    else
        snprintf(text, size, "%s", loss);
}

static void set(json_t *object, const char *name, double value)
{
    json_object_set_new(object, name, json_real(value)); /* NULL, and so no entry, if not finite */
}

static void set_forecast(const struct problem *problem, const struct score *score, json_t *object)
{
    set(object, "rmse", rmse(problem, score_loss(score)));
    if (score->baseline <= 0)
        return;
    set(object, "persistence_rmse", rmse(problem, score->baseline));
    set(object, "percent_below_persistence", 100 * (1 - sqrt(score_loss(score) / score->baseline)));
}

json_t *score_to_json(const struct problem *problem, const struct score *score)
{
    const double loss = score_loss(score);
    json_t *object = json_object();
    set(object, "loss", loss);
    if (problem->task->measure == MEASURE_FORECAST)
        set_forecast(problem, score, object);
    else if (problem->task->measure == MEASURE_ACCURACY)
        set(object, "accuracy", accuracy(score));
    else if (problem->options.level == LEVEL_WORD)
        set(object, "perplexity", exp(loss));
    else
        set(object, problem->options.level == LEVEL_BYTE ? "bits_per_byte" : "bits_per_char",
            loss / log(2));
    json_object_set_new(object, "count", json_integer(score->count));
    return object;
}

json_t *score_save(const struct score *score)
{
    json_t *object = json_object();
    set(object, "loss", score->loss);
    json_object_set_new(object, "count", json_integer(score->count));
    json_object_set_new(object, "correct", json_integer(score->correct));
    set(object, "baseline", score->baseline);
    return object;
}

/* JSON has no NaN and no Inf: such a loss has no entry. */
void score_restore(struct score *score, const json_t *object)
{
    const json_t *loss = json_object_get(object, "loss");
    score->loss = loss ? json_number_value(loss) : NAN;
    score->count = json_integer_value(json_object_get(object, "count"));
    score->correct = json_integer_value(json_object_get(object, "correct"));
    score->baseline = json_number_value(json_object_get(object, "baseline"));
}
