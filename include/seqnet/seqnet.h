/* SPDX-License-Identifier: MIT */
/**
 * @file seqnet.h
 * @brief libseqnet: recurrent sequence models on CPUs. Includes every public header.
 *
 * Symbols used in all shapes and equations:
 *
 *     T steps              B batch                I input size            H hidden size
 *     G gate blocks (RNN 1, GRU 3, LSTM 4)        V vocabulary            L layers (levels)
 *     D directions         P projection size      N features of an output
 *     s(.) logistic sigmoid      * element-wise product      W x matrix product
 *
 * Words: "step" is one time step, "window" the steps of one call, "stream" one batch row followed
 * over time, "tape" what a forward pass keeps for the backward pass. Arrays are row-major and
 * dense. Sizes are in elements unless the name ends in _bytes; loss is in nats.
 *
 * A whole program: train a character model on a string, then let it write.
 * @include quickstart.c
 */
#ifndef SEQNET_SEQNET_H
#define SEQNET_SEQNET_H

#include <seqnet/context.h>
#include <seqnet/error.h>
#include <seqnet/export.h>
#include <seqnet/interchange.h>
#include <seqnet/io.h>
#include <seqnet/layer.h>
#include <seqnet/runtime.h>
#include <seqnet/tensors.h>
#include <seqnet/text.h>
#include <seqnet/trainer.h>
#include <seqnet/version.h>

#endif
