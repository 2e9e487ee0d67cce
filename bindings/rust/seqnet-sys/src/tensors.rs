// SPDX-License-Identifier: MIT
//! Declarations of `seqnet/tensors.h`.

use crate::runtime::seqnet_allocator;

use std::os::raw::{c_char, c_void};

pub const SEQNET_MAX_RANK: i32 = 8;
pub const SEQNET_DTYPE_F64: i32 = 1;
pub const SEQNET_DTYPE_F32: i32 = 2;
pub const SEQNET_DTYPE_F16: i32 = 3;
pub const SEQNET_DTYPE_BF16: i32 = 4;
pub const SEQNET_DTYPE_I64: i32 = 5;
pub const SEQNET_DTYPE_I32: i32 = 6;
pub const SEQNET_DTYPE_U8: i32 = 7;
pub const SEQNET_DTYPE_I8: i32 = 8;
pub const SEQNET_DTYPE_I16: i32 = 9;
pub const SEQNET_DTYPE_U16: i32 = 10;
pub const SEQNET_DTYPE_U32: i32 = 11;
pub const SEQNET_DTYPE_U64: i32 = 12;
pub const SEQNET_DTYPE_BOOL: i32 = 13;
pub const SEQNET_DTYPE_F8_E5M2: i32 = 14;
pub const SEQNET_DTYPE_F8_E4M3: i32 = 15;
pub const SEQNET_DTYPE_F8_E8M0: i32 = 16;
pub const SEQNET_DTYPE_F8_E4M3FNUZ: i32 = 17;
pub const SEQNET_DTYPE_F8_E5M2FNUZ: i32 = 18;
pub const SEQNET_DTYPE_C64: i32 = 19;

opaque!(seqnet_tensors);

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct seqnet_tensors_entry {
    pub struct_size: usize,
    pub name: *const c_char,
    pub data: *const c_void,
    pub data_bytes: usize,
    pub count: i64,
    pub shape: [i64; SEQNET_MAX_RANK as usize],
    pub rank: i32,
    pub dtype: i32,
}

default_is_zero!(seqnet_tensors_entry);

extern "C" {
    pub fn seqnet_tensors_entry_init(entry: *mut seqnet_tensors_entry, struct_size: usize);
    pub fn seqnet_dtype_name(dtype: i32) -> *const c_char;
    pub fn seqnet_tensors_create(
        allocator: *const seqnet_allocator,
        tensors: *mut *mut seqnet_tensors,
    ) -> i32;
    pub fn seqnet_tensors_destroy(tensors: *mut seqnet_tensors);
    pub fn seqnet_tensors_load(
        path: *const c_char,
        allocator: *const seqnet_allocator,
        tensors: *mut *mut seqnet_tensors,
    ) -> i32;
    pub fn seqnet_tensors_parse(
        data: *const c_void,
        bytes: usize,
        allocator: *const seqnet_allocator,
        tensors: *mut *mut seqnet_tensors,
    ) -> i32;
    pub fn seqnet_tensors_save(tensors: *const seqnet_tensors, path: *const c_char) -> i32;
    pub fn seqnet_tensors_serialize(
        tensors: *const seqnet_tensors,
        data: *mut c_void,
        capacity: usize,
        bytes: *mut usize,
    ) -> i32;
    pub fn seqnet_tensors_count(tensors: *const seqnet_tensors) -> i32;
    pub fn seqnet_tensors_info(
        tensors: *const seqnet_tensors,
        index: i32,
        entry: *mut seqnet_tensors_entry,
    ) -> i32;
    pub fn seqnet_tensors_find(
        tensors: *const seqnet_tensors,
        name: *const c_char,
        entry: *mut seqnet_tensors_entry,
    ) -> i32;
    pub fn seqnet_tensors_get(
        tensors: *const seqnet_tensors,
        name: *const c_char,
        values: *mut f32,
        count: i64,
    ) -> i32;
    pub fn seqnet_tensors_set(
        tensors: *mut seqnet_tensors,
        name: *const c_char,
        shape: *const i64,
        rank: i32,
        values: *const f32,
    ) -> i32;
    pub fn seqnet_tensors_set_entry(
        tensors: *mut seqnet_tensors,
        entry: *const seqnet_tensors_entry,
    ) -> i32;
    pub fn seqnet_tensors_remove(tensors: *mut seqnet_tensors, name: *const c_char) -> i32;
    pub fn seqnet_tensors_set_metadata(
        tensors: *mut seqnet_tensors,
        key: *const c_char,
        value: *const c_char,
    ) -> i32;
    pub fn seqnet_tensors_get_metadata(
        tensors: *const seqnet_tensors,
        key: *const c_char,
    ) -> *const c_char;
    pub fn seqnet_tensors_metadata_key(tensors: *const seqnet_tensors, index: i32)
        -> *const c_char;
}
