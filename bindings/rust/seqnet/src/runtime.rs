// SPDX-License-Identifier: MIT
//! What the library runs on: version, kernels, BLAS.
//!
//! ```
//! use seqnet::runtime;
//!
//! println!("{} on {} kernels", runtime::version(), runtime::isa());
//! ```

use crate::convert::{borrowed_text, to_i32, to_usize};
use crate::error::{check, Result};
use seqnet_sys as sys;
use std::os::raw::c_char;

/// # Safety
///
/// `get` gives a text in static storage.
unsafe fn fixed(get: unsafe extern "C" fn() -> *const c_char) -> &'static str {
    // SAFETY: as promised by the caller.
    unsafe { borrowed_text(get()) }.unwrap_or("")
}

/// Version of the loaded library, such as `0.1.0`.
pub fn version() -> &'static str {
    // SAFETY: static storage.
    unsafe { fixed(sys::seqnet_version_string) }
}

/// Backend of the products of new layers: `native` or `blas`.
pub fn backend() -> &'static str {
    // SAFETY: static storage.
    unsafe { fixed(sys::seqnet_runtime_backend) }
}

/// Instruction set of the kernels in use.
pub fn isa() -> &'static str {
    // SAFETY: static storage.
    unsafe { fixed(sys::seqnet_runtime_isa) }
}

/// The BLAS library, as it reports itself.
pub fn blas() -> &'static str {
    // SAFETY: static storage.
    unsafe { fixed(sys::seqnet_runtime_blas) }
}

/// The CPU kernels the BLAS library chose.
pub fn blas_core() -> &'static str {
    // SAFETY: static storage.
    unsafe { fixed(sys::seqnet_runtime_blas_core) }
}

/// Threads the BLAS library uses in this process.
pub fn blas_threads() -> usize {
    // SAFETY: it takes nothing.
    to_usize(unsafe { sys::seqnet_runtime_blas_threads() })
}

/// Sets the threads of the BLAS library, 1 or more, for the whole process.
///
/// # Safety
///
/// No thread of the process is inside the BLAS library, whoever called it.
pub unsafe fn set_blas_threads(threads: usize) -> Result<()> {
    let threads = to_i32("set_blas_threads", "threads", threads)?;
    // SAFETY: as promised by the caller.
    check(unsafe { sys::seqnet_runtime_set_blas_threads(threads) })
}
