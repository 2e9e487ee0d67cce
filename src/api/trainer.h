/* SPDX-License-Identifier: MIT */
/* Entering trainers on behalf of a public function. */
#ifndef SEQNET_API_TRAINER_H
#define SEQNET_API_TRAINER_H

#include "train/trainer.h"

/*
 * SEQNET_EINVAL for NULL, SEQNET_EBUSY if somebody is inside, or inside its context; else the
 * caller is inside both and must leave.
 */
int32_t trainer_enter(const char *function, seqnet_trainer *trainer);

/* Gives `code` back. */
int32_t trainer_leave(seqnet_trainer *trainer, int32_t code);

#endif
