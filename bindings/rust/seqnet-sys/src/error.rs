// SPDX-License-Identifier: MIT
//! Declarations of `seqnet/error.h`.

use std::os::raw::c_char;

pub const SEQNET_OK: i32 = 0;
pub const SEQNET_EINVAL: i32 = -1;
pub const SEQNET_ESHAPE: i32 = -2;
pub const SEQNET_ERANGE: i32 = -3;
pub const SEQNET_ENOMEM: i32 = -4;
pub const SEQNET_EBUSY: i32 = -5;
pub const SEQNET_ENOTSUP: i32 = -6;
pub const SEQNET_EIO: i32 = -7;
pub const SEQNET_EFORMAT: i32 = -8;
pub const SEQNET_ENOTFOUND: i32 = -9;
pub const SEQNET_ENONFINITE: i32 = -10;
pub const SEQNET_ESTATE: i32 = -11;

extern "C" {
    pub fn seqnet_error_message() -> *const c_char;
    pub fn seqnet_error_name(code: i32) -> *const c_char;
}
