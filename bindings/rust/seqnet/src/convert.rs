// SPDX-License-Identifier: MIT
//! Numbers, texts and slices on their way to C and back.

use crate::error::{Code, Error, Result};
use std::ffi::{CStr, CString};
use std::os::raw::c_char;
use std::path::Path;
use std::ptr::NonNull;

/// A size as C takes it.
pub(crate) fn to_i32(function: &str, name: &str, value: usize) -> Result<i32> {
    i32::try_from(value).map_err(|_| {
        let message = format!("{}: {} = {}, need at most {}", function, name, value, i32::MAX);
        Error::new(Code::InvalidArgument, message)
    })
}

/// A size that C gave; the library gives none below 0.
pub(crate) fn to_usize(value: impl TryInto<usize>) -> usize {
    value.try_into().unwrap_or(0)
}

/// The product of sizes.
pub(crate) fn product(function: &str, sizes: &[usize]) -> Result<usize> {
    let product = sizes.iter().try_fold(1_usize, |all, &size| all.checked_mul(size));
    product.filter(|&all| i64::try_from(all).is_ok()).ok_or_else(|| {
        Error::new(Code::OutOfMemory, format!("{}: the size {:?} is too large", function, sizes))
    })
}

/// Whether a slice has one element for each place of a shape.
pub(crate) fn fits(function: &str, name: &str, length: usize, shape: &[usize]) -> Result<()> {
    if length == product(function, shape)? {
        return Ok(());
    }
    let message = format!("{}: {} has {} elements, need {:?}", function, name, length, shape);
    Err(Error::new(Code::Shape, message))
}

/// How many rows of `size` elements a slice is.
pub(crate) fn rows(function: &str, name: &str, length: usize, size: usize) -> Result<usize> {
    let size = size.max(1);
    if length % size == 0 {
        return Ok(length / size);
    }
    let message =
        format!("{}: {} has {} elements, need a multiple of {}", function, name, length, size);
    Err(Error::new(Code::Shape, message))
}

/// A text for C, which ends at the first 0.
pub(crate) fn c_string(function: &str, name: &str, text: impl Into<Vec<u8>>) -> Result<CString> {
    CString::new(text).map_err(|error| {
        let at = error.nul_position();
        let message = format!("{}: {} has a zero byte at {}", function, name, at);
        Error::new(Code::InvalidArgument, message)
    })
}

#[cfg(unix)]
pub(crate) fn c_path(function: &str, path: &Path) -> Result<CString> {
    use std::os::unix::ffi::OsStrExt;
    c_string(function, "path", path.as_os_str().as_bytes())
}

#[cfg(not(unix))]
pub(crate) fn c_path(function: &str, path: &Path) -> Result<CString> {
    let text = path.to_str().ok_or_else(|| {
        Error::new(Code::InvalidArgument, format!("{}: path is not UTF-8", function))
    })?;
    c_string(function, "path", text)
}

/// A copy of a text of C.
///
/// # Safety
///
/// `text` is NULL or ends in 0.
pub(crate) unsafe fn text(text: *const c_char) -> String {
    // SAFETY: as promised by the caller.
    unsafe { borrowed_text(text) }.unwrap_or_default().to_owned()
}

/// A text of C as it lies there; `None` for NULL. The library's texts are UTF-8.
///
/// # Safety
///
/// `text` is NULL, or ends in 0 and stays as it is for `'a`.
pub(crate) unsafe fn borrowed_text<'a>(text: *const c_char) -> Option<&'a str> {
    if text.is_null() {
        return None;
    }
    // SAFETY: as promised by the caller.
    unsafe { CStr::from_ptr(text) }.to_str().ok()
}

/// The object that a C function has made; it gives NULL only with an error.
pub(crate) fn made<T>(function: &str, object: *mut T) -> Result<NonNull<T>> {
    NonNull::new(object)
        .ok_or_else(|| Error::new(Code::Unknown, format!("{}: the library gave NULL", function)))
}

/// An array of zeros; no panic where there is no memory for it.
pub(crate) fn zeros<T: Clone + Default>(function: &str, count: usize) -> Result<Vec<T>> {
    let mut zeros = Vec::new();
    zeros.try_reserve_exact(count).map_err(|_| {
        let message = format!("{}: no memory for {} elements", function, count);
        Error::new(Code::OutOfMemory, message)
    })?;
    zeros.resize(count, T::default());
    Ok(zeros)
}
