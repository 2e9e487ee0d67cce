// SPDX-License-Identifier: MIT
//! Declarations of `seqnet/interchange.h`.

use crate::layer::seqnet_layer;
use crate::runtime::seqnet_allocator;
use crate::tensors::seqnet_tensors;

use std::os::raw::c_char;

pub const SEQNET_DIALECT_TORCH: i32 = 0;
pub const SEQNET_DIALECT_KERAS: i32 = 1;
pub const SEQNET_DIALECT_ONNX: i32 = 2;
pub const SEQNET_DIALECT_ONEDNN: i32 = 3;
pub const SEQNET_GRU_FORM_AUTO: i32 = 0;
pub const SEQNET_GRU_FORM_RESET_AFTER: i32 = 1;
pub const SEQNET_GRU_FORM_RESET_BEFORE: i32 = 2;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct seqnet_interchange_options {
    pub struct_size: usize,
    pub allocator: *const seqnet_allocator,
    pub prefix: *const c_char,
    pub modules: *const c_char,
    pub dialect: i32,
    pub gru_form: i32,
    pub nonlinearity: i32,
    pub token_input: i32,
}

default_is_zero!(seqnet_interchange_options);

extern "C" {
    pub fn seqnet_interchange_options_init(
        options: *mut seqnet_interchange_options,
        struct_size: usize,
    );
    pub fn seqnet_layer_import(
        layer: *mut seqnet_layer,
        tensors: *const seqnet_tensors,
        options: *const seqnet_interchange_options,
    ) -> i32;
    pub fn seqnet_layer_export(
        layer: *const seqnet_layer,
        tensors: *mut seqnet_tensors,
        options: *const seqnet_interchange_options,
    ) -> i32;
    pub fn seqnet_layer_from_tensors(
        tensors: *const seqnet_tensors,
        options: *const seqnet_interchange_options,
        layer: *mut *mut seqnet_layer,
    ) -> i32;
}
