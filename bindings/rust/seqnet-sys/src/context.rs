// SPDX-License-Identifier: MIT
//! Declarations of `seqnet/context.h`.

use crate::layer::{seqnet_layer, seqnet_tensor_info};
use crate::runtime::seqnet_allocator;

use std::os::raw::c_char;

opaque!(seqnet_context);

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct seqnet_context_options {
    pub struct_size: usize,
    pub allocator: *const seqnet_allocator,
    pub seed: u64,
    pub max_steps: i32,
    pub max_batch: i32,
    pub training: i32,
    pub threads: i32,
    pub recompute: i32,
    pub reserved: i32,
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct seqnet_window {
    pub struct_size: usize,
    pub x: *const f32,
    pub tokens: *const i32,
    pub lengths: *const i32,
    pub steps: i32,
    pub batch: i32,
    pub batch_major: i32,
    pub reserved: i32,
}

default_is_zero!(seqnet_context_options, seqnet_window);

extern "C" {
    pub fn seqnet_context_options_init(options: *mut seqnet_context_options, struct_size: usize);
    pub fn seqnet_context_bytes(
        layer: *const seqnet_layer,
        options: *const seqnet_context_options,
        bytes: *mut usize,
    ) -> i32;
    pub fn seqnet_context_create(
        layer: *mut seqnet_layer,
        options: *const seqnet_context_options,
        context: *mut *mut seqnet_context,
    ) -> i32;
    pub fn seqnet_context_destroy(context: *mut seqnet_context);
    pub fn seqnet_window_init(window: *mut seqnet_window, struct_size: usize);
    pub fn seqnet_context_forward(
        context: *mut seqnet_context,
        window: *const seqnet_window,
        y: *mut f32,
    ) -> i32;
    pub fn seqnet_context_step(context: *mut seqnet_context, x: *const f32, y: *mut f32) -> i32;
    pub fn seqnet_context_step_tokens(
        context: *mut seqnet_context,
        tokens: *const i32,
        y: *mut f32,
    ) -> i32;
    pub fn seqnet_context_backward(
        context: *mut seqnet_context,
        dy: *const f32,
        dx: *mut f32,
    ) -> i32;
    pub fn seqnet_context_zero_gradients(context: *mut seqnet_context) -> i32;
    pub fn seqnet_context_get_gradient(
        context: *mut seqnet_context,
        name: *const c_char,
        values: *mut f32,
        count: i64,
    ) -> i32;
    pub fn seqnet_context_state_count(context: *const seqnet_context) -> i32;
    pub fn seqnet_context_state_info(
        context: *const seqnet_context,
        index: i32,
        info: *mut seqnet_tensor_info,
    ) -> i32;
    pub fn seqnet_context_get_state(
        context: *mut seqnet_context,
        name: *const c_char,
        values: *mut f32,
        count: i64,
    ) -> i32;
    pub fn seqnet_context_set_state(
        context: *mut seqnet_context,
        name: *const c_char,
        values: *const f32,
        count: i64,
    ) -> i32;
    pub fn seqnet_context_get_state_gradient(
        context: *mut seqnet_context,
        name: *const c_char,
        values: *mut f32,
        count: i64,
    ) -> i32;
    pub fn seqnet_context_set_state_gradient(
        context: *mut seqnet_context,
        name: *const c_char,
        values: *const f32,
        count: i64,
    ) -> i32;
    pub fn seqnet_context_reset(context: *mut seqnet_context) -> i32;
    pub fn seqnet_context_stream_size(context: *const seqnet_context) -> i64;
    pub fn seqnet_context_get_stream(
        context: *mut seqnet_context,
        stream: i32,
        values: *mut f32,
        count: i64,
    ) -> i32;
    pub fn seqnet_context_set_stream(
        context: *mut seqnet_context,
        stream: i32,
        values: *const f32,
        count: i64,
    ) -> i32;
    pub fn seqnet_context_reset_stream(context: *mut seqnet_context, stream: i32) -> i32;
    pub fn seqnet_context_copy_stream(
        to: *mut seqnet_context,
        to_stream: i32,
        from: *mut seqnet_context,
        from_stream: i32,
    ) -> i32;
}
