// SPDX-License-Identifier: MIT
//! Declarations of `seqnet/text.h`.

use crate::runtime::seqnet_allocator;

use std::os::raw::c_char;

pub const SEQNET_LEVEL_CHARACTER: i32 = 0;
pub const SEQNET_LEVEL_BYTE: i32 = 1;
pub const SEQNET_LEVEL_WORD: i32 = 2;
pub const SEQNET_PAD: i32 = 1;
pub const SEQNET_UNK: i32 = 2;
pub const SEQNET_BOS: i32 = 4;
pub const SEQNET_EOS: i32 = 8;

opaque!(seqnet_vocabulary, seqnet_corpus, seqnet_dataset);

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct seqnet_vocabulary_options {
    pub struct_size: usize,
    pub allocator: *const seqnet_allocator,
    pub level: i32,
    pub specials: i32,
    pub max_size: i32,
    pub min_count: i32,
    pub fold_case: i32,
    pub normalize: i32,
    pub split_punctuation: i32,
    pub reserved: i32,
}

default_is_zero!(seqnet_vocabulary_options);

extern "C" {
    pub fn seqnet_vocabulary_options_init(
        options: *mut seqnet_vocabulary_options,
        struct_size: usize,
    );
    pub fn seqnet_vocabulary_build(
        text: *const c_char,
        bytes: usize,
        options: *const seqnet_vocabulary_options,
        vocabulary: *mut *mut seqnet_vocabulary,
    ) -> i32;
    pub fn seqnet_vocabulary_destroy(vocabulary: *mut seqnet_vocabulary);
    pub fn seqnet_vocabulary_size(vocabulary: *const seqnet_vocabulary) -> i32;
    pub fn seqnet_vocabulary_level(vocabulary: *const seqnet_vocabulary) -> i32;
    pub fn seqnet_vocabulary_special(vocabulary: *const seqnet_vocabulary, special: i32) -> i32;
    pub fn seqnet_vocabulary_find(
        vocabulary: *const seqnet_vocabulary,
        symbol: *const c_char,
        bytes: usize,
    ) -> i32;
    pub fn seqnet_vocabulary_symbol(
        vocabulary: *const seqnet_vocabulary,
        token: i32,
        symbol: *mut *const c_char,
        bytes: *mut usize,
    ) -> i32;
    pub fn seqnet_vocabulary_encode(
        vocabulary: *const seqnet_vocabulary,
        text: *const c_char,
        bytes: usize,
        tokens: *mut i32,
        capacity: i64,
        count: *mut i64,
    ) -> i32;
    pub fn seqnet_vocabulary_decode(
        vocabulary: *const seqnet_vocabulary,
        tokens: *const i32,
        count: i64,
        text: *mut c_char,
        capacity: usize,
        bytes: *mut usize,
    ) -> i32;
    pub fn seqnet_one_hot(tokens: *const i32, count: i64, size: i32, out: *mut f32) -> i32;
    pub fn seqnet_vocabulary_to_json(
        vocabulary: *const seqnet_vocabulary,
        json: *mut c_char,
        capacity: usize,
        bytes: *mut usize,
    ) -> i32;
    pub fn seqnet_vocabulary_from_json(
        json: *const c_char,
        bytes: usize,
        allocator: *const seqnet_allocator,
        vocabulary: *mut *mut seqnet_vocabulary,
    ) -> i32;
    pub fn seqnet_corpus_create(
        tokens: *const i32,
        count: i64,
        batch: i32,
        allocator: *const seqnet_allocator,
        corpus: *mut *mut seqnet_corpus,
    ) -> i32;
    pub fn seqnet_corpus_destroy(corpus: *mut seqnet_corpus);
    pub fn seqnet_corpus_steps(corpus: *const seqnet_corpus) -> i64;
    pub fn seqnet_corpus_position(corpus: *const seqnet_corpus) -> i64;
    pub fn seqnet_corpus_seek(corpus: *mut seqnet_corpus, position: i64) -> i32;
    pub fn seqnet_corpus_next(
        corpus: *mut seqnet_corpus,
        max_steps: i32,
        inputs: *mut i32,
        targets: *mut i32,
        steps: *mut i32,
    ) -> i32;
    pub fn seqnet_dataset_create(
        targets_per_step: i32,
        pad_token: i32,
        allocator: *const seqnet_allocator,
        dataset: *mut *mut seqnet_dataset,
    ) -> i32;
    pub fn seqnet_dataset_destroy(dataset: *mut seqnet_dataset);
    pub fn seqnet_dataset_add(
        dataset: *mut seqnet_dataset,
        tokens: *const i32,
        length: i32,
        targets: *const i32,
    ) -> i32;
    pub fn seqnet_dataset_count(dataset: *const seqnet_dataset) -> i64;
    pub fn seqnet_dataset_max_length(dataset: *const seqnet_dataset) -> i32;
    pub fn seqnet_dataset_start(dataset: *mut seqnet_dataset, batch: i32, seed: u64) -> i32;
    pub fn seqnet_dataset_position(dataset: *const seqnet_dataset) -> i64;
    pub fn seqnet_dataset_seek(dataset: *mut seqnet_dataset, position: i64) -> i32;
    pub fn seqnet_dataset_next(
        dataset: *mut seqnet_dataset,
        inputs: *mut i32,
        targets: *mut i32,
        lengths: *mut i32,
        steps: *mut i32,
        batch: *mut i32,
    ) -> i32;
}
