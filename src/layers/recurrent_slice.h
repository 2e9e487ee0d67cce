/* SPDX-License-Identifier: MIT */
/* How the members of a team share the steps of a recurrent layer. */
#ifndef SEQNET_LAYERS_RECURRENT_SLICE_H
#define SEQNET_LAYERS_RECURRENT_SLICE_H

#include "layers/recurrent.h"

/* 1: a step of one stream is not worth a barrier, and stays with one member. */
int recurrent_has_short_steps(const seqnet_layer *layer);

struct slice slice_of(const struct recurrent *layer, const struct window *window,
                      const struct member *me);

#endif
