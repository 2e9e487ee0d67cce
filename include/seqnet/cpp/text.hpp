/* SPDX-License-Identifier: MIT */
/**
 * @file text.hpp
 * @brief From text to batches (text.h): vocabularies, corpora, datasets.
 */
#ifndef SEQNET_CPP_TEXT_HPP
#define SEQNET_CPP_TEXT_HPP

#include <seqnet/cpp/corpus.hpp>
#include <seqnet/cpp/dataset.hpp>
#include <seqnet/cpp/vocabulary.hpp>

#endif
