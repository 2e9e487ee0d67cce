// SPDX-License-Identifier: MIT
//! Declarations of `seqnet/io.h`.

use crate::layer::seqnet_layer;
use crate::runtime::seqnet_allocator;

use std::os::raw::{c_char, c_void};

opaque!(seqnet_model);

extern "C" {
    pub fn seqnet_model_create(
        layer: *mut seqnet_layer,
        allocator: *const seqnet_allocator,
        model: *mut *mut seqnet_model,
    ) -> i32;
    pub fn seqnet_model_destroy(model: *mut seqnet_model);
    pub fn seqnet_model_layer(model: *const seqnet_model) -> *mut seqnet_layer;
    pub fn seqnet_model_set_metadata(
        model: *mut seqnet_model,
        key: *const c_char,
        value: *const c_char,
    ) -> i32;
    pub fn seqnet_model_get_metadata(
        model: *const seqnet_model,
        key: *const c_char,
    ) -> *const c_char;
    pub fn seqnet_model_metadata_key(model: *const seqnet_model, index: i32) -> *const c_char;
    pub fn seqnet_model_save(model: *const seqnet_model, path: *const c_char) -> i32;
    pub fn seqnet_model_serialize(
        model: *const seqnet_model,
        data: *mut c_void,
        capacity: usize,
        bytes: *mut usize,
    ) -> i32;
    pub fn seqnet_model_load(
        path: *const c_char,
        allocator: *const seqnet_allocator,
        model: *mut *mut seqnet_model,
    ) -> i32;
    pub fn seqnet_model_parse(
        data: *const c_void,
        bytes: usize,
        allocator: *const seqnet_allocator,
        model: *mut *mut seqnet_model,
    ) -> i32;
}
