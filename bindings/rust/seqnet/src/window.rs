// SPDX-License-Identifier: MIT
//! The input of one call.

use crate::convert::{fits, to_i32};
use crate::error::{Code, Error, Result};
use seqnet_sys as sys;
use std::ptr;

#[derive(Clone, Copy, Debug)]
enum Input<'a> {
    Floats(&'a [f32]),
    Tokens(&'a [i32]),
}

/// T steps of B sequences: what [`Context::forward`](crate::Context::forward) takes.
///
/// It borrows its arrays:
///
/// ```compile_fail,E0597
/// use seqnet::Window;
///
/// let window = {
///     let x = vec![0.0; 6];
///     Window::floats(&x, 3, 1)
/// };
/// println!("{:?}", window);
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Window<'a> {
    input: Input<'a>,
    lengths: Option<&'a [i32]>,
    steps: usize,
    batch: usize,
    batch_major: bool,
}

/// What a layer takes and gives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Features {
    pub(crate) input: usize,
    pub(crate) output: usize,
    pub(crate) tokens: bool,
}

impl<'a> Window<'a> {
    /// Features `x` (T, B, I) of T = `steps` steps and B = `batch` sequences.
    pub fn floats(x: &'a [f32], steps: usize, batch: usize) -> Self {
        Window::new(Input::Floats(x), steps, batch)
    }

    /// Tokens (T, B), each in `0..V`, of T = `steps` steps and B = `batch` sequences.
    pub fn tokens(tokens: &'a [i32], steps: usize, batch: usize) -> Self {
        Window::new(Input::Tokens(tokens), steps, batch)
    }

    fn new(input: Input<'a>, steps: usize, batch: usize) -> Self {
        Window { input, lengths: None, steps, batch, batch_major: false }
    }

    /// Each sequence's own length (B), in `0..=T`, in any order.
    ///
    /// Steps at and after it are not read; outputs there are zero, and the state stays.
    pub fn lengths(mut self, lengths: &'a [i32]) -> Self {
        self.lengths = Some(lengths);
        self
    }

    /// All arrays of the call are (B, T, ..) instead of (T, B, ..).
    pub fn batch_major(mut self, batch_major: bool) -> Self {
        self.batch_major = batch_major;
        self
    }

    /// T and B.
    pub(crate) fn shape(&self) -> [usize; 2] {
        [self.steps, self.batch]
    }

    /// As C takes it, after a check that the arrays have what it will read: with `repeat`, x is
    /// (1, B, I).
    pub(crate) fn to_c(
        self,
        function: &str,
        features: Features,
        repeat: bool,
    ) -> Result<sys::seqnet_window> {
        let steps = if repeat { 1 } else { self.steps };
        if let Some(lengths) = self.lengths {
            fits(function, "lengths", lengths.len(), &[self.batch])?;
        }
        let (x, tokens) = match self.input {
            Input::Floats(x) if !features.tokens => {
                fits(function, "x", x.len(), &[steps, self.batch, features.input])?;
                (x.as_ptr(), ptr::null())
            }
            Input::Tokens(tokens) if features.tokens => {
                fits(function, "tokens", tokens.len(), &[steps, self.batch])?;
                (ptr::null(), tokens.as_ptr())
            }
            _ => return Err(other_input(function, features)),
        };
        Ok(sys::seqnet_window {
            x,
            tokens,
            lengths: self.lengths.map_or(ptr::null(), <[i32]>::as_ptr),
            steps: to_i32(function, "steps", self.steps)?,
            batch: to_i32(function, "batch", self.batch)?,
            batch_major: self.batch_major.into(),
            ..Default::default()
        })
    }
}

pub(crate) fn other_input(function: &str, features: Features) -> Error {
    let takes = if features.tokens { "tokens, not floats" } else { "floats, not tokens" };
    Error::new(Code::InvalidArgument, format!("{}: the layer takes {}", function, takes))
}
