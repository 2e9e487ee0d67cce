/* SPDX-License-Identifier: MIT */
/**
 * @file seqnet.hpp
 * @brief libseqnet for C++17 and newer: handles that free themselves, spans that are checked,
 *        exceptions or results. Header only; link the C library.
 *
 * Everything is in namespace seqnet and named as in C, without the prefix: seqnet_trainer_train is
 * seqnet::trainer::train. What a function does, its shapes and its threads are documented at the C
 * function; the C++ headers say only what differs.
 *
 *     auto model = seqnet::sequential({ seqnet::lstm(40, 64), seqnet::linear(64, 10) });
 *     auto context = seqnet::context::create(model, options);
 *     context.step(x, y);
 *
 * Handles:  layer is a counted reference and can be copied; all others can only be moved. A handle
 *           that was moved from is empty: its functions fail with SEQNET_EINVAL. get() gives the C
 *           handle, which stays with its owner.
 * Options:  aggregates whose members have the defaults: C++20 can write { .num_layers = 2 }, C++17
 *           sets members. A member that is zero where C says so is a default as well.
 * Arrays:   seqnet::span, made from a vector, an array, std::span or pointer and size. Where a C
 *           function trusts its caller, the lengths are checked first (SEQNET_ESHAPE). An empty
 *           span stands for NULL.
 * Failures: seqnet::error is thrown. With SEQNET_NO_EXCEPTIONS defined, or -fno-exceptions, the
 *           same functions return seqnet::result<T> instead (cpp/returns.hpp). Both kinds of source
 *           files may be linked into one program, and so may different versions of these headers:
 *           an inline namespace keeps them apart.
 *
 * A whole program: train a character model on a string, then let it write.
 * @include quickstart.cpp
 */
#ifndef SEQNET_SEQNET_HPP
#define SEQNET_SEQNET_HPP

#include <seqnet/cpp/context.hpp>
#include <seqnet/cpp/error.hpp>
#include <seqnet/cpp/interchange.hpp>
#include <seqnet/cpp/layer.hpp>
#include <seqnet/cpp/layers.hpp>
#include <seqnet/cpp/model.hpp>
#include <seqnet/cpp/returns.hpp>
#include <seqnet/cpp/runtime.hpp>
#include <seqnet/cpp/span.hpp>
#include <seqnet/cpp/tensors.hpp>
#include <seqnet/cpp/text.hpp>
#include <seqnet/cpp/trainer.hpp>
#include <seqnet/seqnet.h>

#endif
