// SPDX-License-Identifier: MIT
//! Declarations of `seqnet/layer.h`.

use crate::runtime::seqnet_allocator;

use std::os::raw::c_char;

pub const SEQNET_MAX_SIZE: i32 = 16777216;
pub const SEQNET_EMBEDDING: i32 = 1;
pub const SEQNET_RNN: i32 = 2;
pub const SEQNET_LSTM: i32 = 3;
pub const SEQNET_GRU: i32 = 4;
pub const SEQNET_LINEAR: i32 = 5;
pub const SEQNET_DROPOUT: i32 = 6;
pub const SEQNET_SEQUENTIAL: i32 = 7;
pub const SEQNET_TANH: i32 = 0;
pub const SEQNET_RELU: i32 = 1;
pub const SEQNET_SIGMOID: i32 = 2;

opaque!(seqnet_layer);

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct seqnet_embedding_options {
    pub struct_size: usize,
    pub allocator: *const seqnet_allocator,
    pub seed: u64,
    pub has_padding_idx: i32,
    pub padding_idx: i32,
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct seqnet_recurrent_options {
    pub struct_size: usize,
    pub allocator: *const seqnet_allocator,
    pub seed: u64,
    pub num_layers: i32,
    pub bidirectional: i32,
    pub no_bias: i32,
    pub token_input: i32,
    pub proj_size: i32,
    pub nonlinearity: i32,
    pub reset_before: i32,
    pub dropout: f32,
    pub forget_bias: f32,
    pub init_range: f32,
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct seqnet_linear_options {
    pub struct_size: usize,
    pub allocator: *const seqnet_allocator,
    pub seed: u64,
    pub tied_embedding: *mut seqnet_layer,
    pub no_bias: i32,
    pub init_range: f32,
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct seqnet_layer_info {
    pub struct_size: usize,
    pub kind: i32,
    pub token_input: i32,
    pub input_size: i32,
    pub output_size: i32,
    pub child_count: i32,
    pub has_state: i32,
    pub parameter_count: i64,
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct seqnet_tensor_info {
    pub struct_size: usize,
    pub name: [c_char; 64],
    pub rank: i32,
    pub reserved: i32,
    pub shape: [i64; 4],
    pub count: i64,
}

default_is_zero!(
    seqnet_embedding_options,
    seqnet_recurrent_options,
    seqnet_linear_options,
    seqnet_layer_info,
    seqnet_tensor_info
);

extern "C" {
    pub fn seqnet_embedding_options_init(
        options: *mut seqnet_embedding_options,
        struct_size: usize,
    );
    pub fn seqnet_embedding_create(
        vocabulary_size: i32,
        embedding_size: i32,
        options: *const seqnet_embedding_options,
        layer: *mut *mut seqnet_layer,
    ) -> i32;
    pub fn seqnet_embedding_nearest(
        layer: *const seqnet_layer,
        vectors: *const f32,
        count: i64,
        tokens: *mut i32,
    ) -> i32;
    pub fn seqnet_recurrent_options_init(
        options: *mut seqnet_recurrent_options,
        struct_size: usize,
    );
    pub fn seqnet_rnn_create(
        input_size: i32,
        hidden_size: i32,
        options: *const seqnet_recurrent_options,
        layer: *mut *mut seqnet_layer,
    ) -> i32;
    pub fn seqnet_lstm_create(
        input_size: i32,
        hidden_size: i32,
        options: *const seqnet_recurrent_options,
        layer: *mut *mut seqnet_layer,
    ) -> i32;
    pub fn seqnet_gru_create(
        input_size: i32,
        hidden_size: i32,
        options: *const seqnet_recurrent_options,
        layer: *mut *mut seqnet_layer,
    ) -> i32;
    pub fn seqnet_linear_options_init(options: *mut seqnet_linear_options, struct_size: usize);
    pub fn seqnet_linear_create(
        input_size: i32,
        output_size: i32,
        options: *const seqnet_linear_options,
        layer: *mut *mut seqnet_layer,
    ) -> i32;
    pub fn seqnet_dropout_create(
        size: i32,
        probability: f32,
        allocator: *const seqnet_allocator,
        layer: *mut *mut seqnet_layer,
    ) -> i32;
    pub fn seqnet_sequential_create(
        layers: *const *mut seqnet_layer,
        count: i32,
        allocator: *const seqnet_allocator,
        layer: *mut *mut seqnet_layer,
    ) -> i32;
    pub fn seqnet_sequential_fold(
        layer: *const seqnet_layer,
        allocator: *const seqnet_allocator,
        folded: *mut *mut seqnet_layer,
    ) -> i32;
    pub fn seqnet_sequential_fold_bytes(layer: *const seqnet_layer, bytes: *mut usize) -> i32;
    pub fn seqnet_layer_retain(layer: *mut seqnet_layer);
    pub fn seqnet_layer_destroy(layer: *mut seqnet_layer);
    pub fn seqnet_layer_get_info(layer: *const seqnet_layer, info: *mut seqnet_layer_info) -> i32;
    pub fn seqnet_layer_child(layer: *const seqnet_layer, index: i32) -> *mut seqnet_layer;
    pub fn seqnet_embedding_get_options(
        layer: *const seqnet_layer,
        options: *mut seqnet_embedding_options,
    ) -> i32;
    pub fn seqnet_recurrent_get_options(
        layer: *const seqnet_layer,
        hidden_size: *mut i32,
        options: *mut seqnet_recurrent_options,
    ) -> i32;
    pub fn seqnet_linear_get_options(
        layer: *const seqnet_layer,
        options: *mut seqnet_linear_options,
    ) -> i32;
    pub fn seqnet_dropout_get_probability(layer: *const seqnet_layer, probability: *mut f32)
        -> i32;
    pub fn seqnet_layer_tensor_count(layer: *const seqnet_layer) -> i32;
    pub fn seqnet_layer_tensor_info(
        layer: *const seqnet_layer,
        index: i32,
        info: *mut seqnet_tensor_info,
    ) -> i32;
    pub fn seqnet_layer_get_parameter(
        layer: *const seqnet_layer,
        name: *const c_char,
        values: *mut f32,
        count: i64,
    ) -> i32;
    pub fn seqnet_layer_set_parameter(
        layer: *mut seqnet_layer,
        name: *const c_char,
        values: *const f32,
        count: i64,
    ) -> i32;
}
