/* SPDX-License-Identifier: MIT */
/* Reading and checking losses, batches and results on behalf of a public function. */
#ifndef SEQNET_API_BATCH_H
#define SEQNET_API_BATCH_H

#include "train/trainer.h"

/* The caller's loss (NULL: the default) as this library knows it, with its values checked. */
int32_t loss_read(const char *function, const seqnet_loss_options *from, seqnet_loss_options *loss);

/* Whether a sample has one target: at its last step, or of its mean. */
int loss_is_many_to_one(const seqnet_loss_options *loss);

/* The caller's batch as this library knows it; its arrays are checked by batch_describe. */
int32_t batch_read(const char *function, const seqnet_batch *batch, seqnet_batch *b);

/*
 * Where the batch's inputs and targets are, as the loss's mode says. Every input and target that
 * will be read is there, fits the context's sizes and is in range, or an error names it.
 */
int32_t batch_describe(const char *function, const seqnet_batch *b, seqnet_context *context,
                       const seqnet_loss_options *loss, struct sequence *sequence);

/* Whether result_write could write to the caller's struct (NULL: it would not). */
int32_t result_check(const char *function, const seqnet_result *result);
int32_t result_write(const char *function, const struct progress *progress, seqnet_result *result);

#endif
