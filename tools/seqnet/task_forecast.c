/* SPDX-License-Identifier: MIT */
/*
 * Forecasts: a column of numbers, standardised by mean and deviation of its training part,
 *
 *     z_t = (value_t - mean) / deviation,     network: z_0 .. z_t  ->  z_{t+1} - z_t
 *
 * The network says how the next value differs from the last one, so that persistence (no change) is
 * where it begins and what is left to learn is the better forecast. The end of the series is held
 * out.
 */
#include "csv.h"
#include "memory.h"
#include "report.h"
#include "task.h"

#include <math.h>
#include <stdlib.h>

static const struct task_default defaults[] = {
    { "validation", "0.2" }, { "cell", "gru" },   { "layers", "1" },
    { "hidden", "32" },      { "lr", "0.01" },    { "batch", "16" },
    { "bptt", "64" },        { "epochs", "100" }, { NULL, NULL },
};

enum { LEAST_VALUES = 8 };

/* The first value that is held out. */
static int64_t cut(const struct problem *problem, int64_t count)
{
    return (int64_t)((1 - problem->options.validation) * (double)count);
}

static void measure(struct problem *problem, const double *values, int64_t count)
{
    double sum = 0;
    double squares = 0;
    for (int64_t i = 0; i < count; i++)
        sum += values[i];
    problem->mean = sum / (double)count;
    for (int64_t i = 0; i < count; i++)
        squares += (values[i] - problem->mean) * (values[i] - problem->mean);
    problem->deviation = sqrt(squares / (double)count);
}

static int learn(struct problem *problem, const struct text *data)
{
    double *values = NULL;
    int64_t count = 0;
    int status = csv_read_column(data, problem->options.column, &values, &count);
    const int64_t least = problem->options.burn_in + LEAST_VALUES;
    if (status == STATUS_OK && cut(problem, count) < least)
        status = report(STATUS_USAGE, "%s: %lld values to train on, need %lld or more", data->name,
                        (long long)cut(problem, count), (long long)least);
    if (status == STATUS_OK)
        measure(problem, values, cut(problem, count));
    if (status == STATUS_OK && !(problem->deviation > 0))
        status = report(STATUS_USAGE, "%s: all values to train on are the same", data->name);
    free(values);
    return status;
}

static float *standardise(const struct problem *problem, const double *values, int64_t count)
{
    float *z = memory_array((size_t)count, sizeof(float));
    for (int64_t i = 0; i < count; i++)
        z[i] = (float)((values[i] - problem->mean) / problem->deviation);
    return z;
}

static struct feed *open_values(const struct problem *problem, enum part part, const float *z,
                                int64_t count)
{
    const struct train_options *options = &problem->options;
    const int64_t longest =
        options->update_steps > options->bptt ? options->update_steps : options->bptt;
    if (part == PART_TRAINING)
        return feed_open_windows(z, cut(problem, count), (int32_t)(options->burn_in + longest),
                                 (int32_t)options->batch);
    return feed_open_series(z, count, part == PART_HELD_OUT ? cut(problem, count) - 1 : 0);
}

static int open_part(const struct problem *problem, const struct text *data, enum part part,
                     struct feed **feed)
{
    double *values = NULL;
    int64_t count = 0;
    int status = csv_read_column(data, problem->options.column, &values, &count);
    const int64_t least = part == PART_HELD_OUT ? cut(problem, count) + 1 : 2;
    if (status == STATUS_OK && (count < least || (part == PART_HELD_OUT && least < 2)))
        status = report(STATUS_USAGE, "%s: no values are left to test on", data->name);
    if (status == STATUS_OK) {
        float *z = standardise(problem, values, count);
        *feed = open_values(problem, part, z, count);
        free(z);
    }
    free(values);
    return status;
}

const struct task task_forecast = {
    .name = "forecast",
    .items = "values",
    .targets = "values",
    .defaults = defaults,
    .measure = MEASURE_FORECAST,
    .learn = learn,
    .open = open_part,
};
