// SPDX-License-Identifier: MIT
//! Declarations of `seqnet/version.h`.

use std::os::raw::c_char;

pub const SEQNET_VERSION_MAJOR: i32 = 0;
pub const SEQNET_VERSION_MINOR: i32 = 1;
pub const SEQNET_VERSION_PATCH: i32 = 0;
pub const SEQNET_VERSION: i32 = 100;
pub const SEQNET_VERSION_STRING: &str = "0.1.0";

extern "C" {
    pub fn seqnet_version() -> i32;
    pub fn seqnet_version_string() -> *const c_char;
}
