/* SPDX-License-Identifier: MIT */
/* How the members of a team share the steps of a recurrent layer. */
#ifndef SEQNET_LAYERS_RECURRENT_SLICE_H
#define SEQNET_LAYERS_RECURRENT_SLICE_H

#include "layers/recurrent.h"

struct slice slice_of(const struct recurrent *layer, const struct window *window,
                      const struct member *me);

#endif
