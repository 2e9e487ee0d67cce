// SPDX-License-Identifier: MIT
//! What can go wrong, and why.

use crate::convert::text;
use seqnet_sys as sys;
use std::{error, fmt, result};

/// The result of everything that can fail.
pub type Result<T> = result::Result<T, Error>;

/// A kind of failure; the library's codes, which are never renumbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// An argument is outside its documented values.
    InvalidArgument,
    /// A shape or number of elements does not fit the object.
    Shape,
    /// A token or index is outside `0..size`.
    Range,
    /// The allocator gave nothing, or a size does not fit the address space.
    OutOfMemory,
    /// Parameters are in use in a way that forbids the call: see [`Layer`](crate::Layer).
    Busy,
    /// Valid, but not supported by this version, layer or mode.
    Unsupported,
    /// The system refused to open, read, write or rename a file.
    Io,
    /// A file or text does not follow its format.
    Format,
    /// No parameter, state or entry of that name.
    NotFound,
    /// A loss or gradient is NaN or infinite; nothing was updated.
    NonFinite,
    /// Calls out of order, such as backward without a forward.
    State,
    /// A code that this crate is too old to know.
    Unknown,
}

const CODES: [(Code, i32); 11] = [
    (Code::InvalidArgument, sys::SEQNET_EINVAL),
    (Code::Shape, sys::SEQNET_ESHAPE),
    (Code::Range, sys::SEQNET_ERANGE),
    (Code::OutOfMemory, sys::SEQNET_ENOMEM),
    (Code::Busy, sys::SEQNET_EBUSY),
    (Code::Unsupported, sys::SEQNET_ENOTSUP),
    (Code::Io, sys::SEQNET_EIO),
    (Code::Format, sys::SEQNET_EFORMAT),
    (Code::NotFound, sys::SEQNET_ENOTFOUND),
    (Code::NonFinite, sys::SEQNET_ENONFINITE),
    (Code::State, sys::SEQNET_ESTATE),
];

impl Code {
    fn from_c(code: i32) -> Code {
        CODES.iter().find(|pair| pair.1 == code).map_or(Code::Unknown, |pair| pair.0)
    }
}

/// A failure: its [`Code`], and a message that says where, what was given and what is needed.
///
/// ```
/// use seqnet::{Code, Lstm};
///
/// let error = Lstm::new(3, 0).build().unwrap_err();
/// assert_eq!(error.code(), Code::InvalidArgument);
/// assert!(error.message().contains("hidden_size = 0"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    code: Code,
    message: String,
}

impl Error {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Error {
        Error { code, message: message.into() }
    }

    /// The kind of failure.
    pub fn code(&self) -> Code {
        self.code
    }

    /// What failed: function, name = value, and what is needed.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl error::Error for Error {}

/// The result of a C function that has just returned, on this thread.
pub(crate) fn check(code: i32) -> Result<()> {
    if code == sys::SEQNET_OK {
        return Ok(());
    }
    // SAFETY: the message is this thread's, ends in 0, and is copied before the next call.
    let message = unsafe { text(sys::seqnet_error_message()) };
    Err(Error::new(Code::from_c(code), message))
}
