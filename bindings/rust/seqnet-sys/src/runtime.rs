// SPDX-License-Identifier: MIT
//! Declarations of `seqnet/runtime.h`.

use std::os::raw::{c_char, c_void};

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct seqnet_allocator {
    pub user: *mut c_void,
    pub alloc: Option<
        unsafe extern "C" fn(bytes: usize, alignment: usize, user: *mut c_void) -> *mut c_void,
    >,
    pub free: Option<unsafe extern "C" fn(block: *mut c_void, user: *mut c_void)>,
}

extern "C" {
    pub fn seqnet_runtime_backend() -> *const c_char;
    pub fn seqnet_runtime_isa() -> *const c_char;
    pub fn seqnet_runtime_blas() -> *const c_char;
    pub fn seqnet_runtime_blas_core() -> *const c_char;
    pub fn seqnet_runtime_blas_threads() -> i32;
    pub fn seqnet_runtime_set_blas_threads(threads: i32) -> i32;
}
