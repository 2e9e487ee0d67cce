/* SPDX-License-Identifier: MIT */
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
