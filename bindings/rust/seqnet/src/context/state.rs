// SPDX-License-Identifier: MIT
//! The state of a context: by name for all streams, and whole streams.

use super::Context;
use crate::convert::{c_string, fits, to_i32, to_usize};
use crate::error::{check, Code, Error, Result};
use crate::layer::TensorInfo;
use seqnet_sys as sys;
use std::os::raw::c_char;

type Get =
    unsafe extern "C" fn(*mut sys::seqnet_context, *const c_char, *mut f32, count: i64) -> i32;
type Set =
    unsafe extern "C" fn(*mut sys::seqnet_context, *const c_char, *const f32, count: i64) -> i32;

/// State. Names are `h` and, of an LSTM, `c`; in a sequential with the layer's number before it,
/// as in `1.h`. Shapes are (L\*D, max_batch, H).
impl Context {
    /// Names and shapes of the states.
    pub fn states(&self) -> Vec<TensorInfo> {
        // SAFETY: the context is valid.
        let count = unsafe { sys::seqnet_context_state_count(self.raw()) };
        let one = |index| {
            let mut info = sys::seqnet_tensor_info::default();
            // SAFETY: both are valid, and the index is in range.
            unsafe { sys::seqnet_context_state_info(self.raw(), index, &mut info) };
            TensorInfo::from_c(&info)
        };
        (0..count).map(one).collect()
    }

    fn get(&mut self, function: &str, name: &str, get: Get) -> Result<Vec<f32>> {
        let found = self.states().into_iter().find(|info| info.name == name);
        let info = found.ok_or_else(|| {
            Error::new(Code::NotFound, format!("{}: no state \"{}\"", function, name))
        })?;
        let mut values = vec![0.0; info.count()];
        let (name, count) = (c_string(function, "name", name)?, values.len() as i64);
        // SAFETY: `values` has room for `count` floats.
        check(unsafe { get(self.raw(), name.as_ptr(), values.as_mut_ptr(), count) })?;
        Ok(values)
    }

    fn set(&mut self, function: &str, name: &str, values: &[f32], set: Set) -> Result<()> {
        let (name, count) = (c_string(function, "name", name)?, values.len() as i64);
        // SAFETY: `values` has `count` floats.
        check(unsafe { set(self.raw(), name.as_ptr(), values.as_ptr(), count) })
    }

    /// A copy of a state of all streams: h_n or c_n of the last forward.
    ///
    /// ```
    /// let mut context = seqnet::Lstm::new(3, 5).build()?.context().max_batch(2).build()?;
    /// context.set_state("h", &[0.5; 2 * 5])?;
    /// assert_eq!(context.state("h")?, [0.5; 2 * 5]);
    /// assert_eq!(context.state("c")?, [0.0; 2 * 5]);
    /// # Ok::<(), seqnet::Error>(())
    /// ```
    pub fn state(&mut self, name: &str) -> Result<Vec<f32>> {
        self.get("Context::state", name, sys::seqnet_context_get_state)
    }

    /// Sets a state of all streams: h_0 or c_0 of the next forward.
    pub fn set_state(&mut self, name: &str, values: &[f32]) -> Result<()> {
        self.set("Context::set_state", name, values, sys::seqnet_context_set_state)
    }

    /// A copy of a state's gradient: dh_0 or dc_0 after backward.
    pub fn state_gradient(&mut self, name: &str) -> Result<Vec<f32>> {
        self.get("Context::state_gradient", name, sys::seqnet_context_get_state_gradient)
    }

    /// Sets a state's gradient, between forward and backward: dh_n or dc_n.
    pub fn set_state_gradient(&mut self, name: &str, values: &[f32]) -> Result<()> {
        let set = sys::seqnet_context_set_state_gradient;
        self.set("Context::set_state_gradient", name, values, set)
    }

    /// Sets the state of all streams to zero.
    pub fn reset(&mut self) -> Result<()> {
        // SAFETY: the context is valid.
        check(unsafe { sys::seqnet_context_reset(self.raw()) })
    }

    /// Sets the state of one stream to zero.
    pub fn reset_stream(&mut self, stream: usize) -> Result<()> {
        let stream = to_i32("Context::reset_stream", "stream", stream)?;
        // SAFETY: the context is valid.
        check(unsafe { sys::seqnet_context_reset_stream(self.raw(), stream) })
    }

    /// Floats that one stream's whole state takes.
    pub fn stream_size(&self) -> usize {
        // SAFETY: the context is valid.
        to_usize(unsafe { sys::seqnet_context_stream_size(self.raw()) })
    }

    /// A copy of the whole state of one stream, to save it or to move it to another context.
    pub fn stream(&mut self, stream: usize) -> Result<Vec<f32>> {
        let mut values = vec![0.0; self.stream_size()];
        self.stream_into(stream, &mut values)?;
        Ok(values)
    }

    /// As [`stream`](Context::stream), into an array of the caller's.
    pub fn stream_into(&mut self, stream: usize, values: &mut [f32]) -> Result<()> {
        const FUNCTION: &str = "Context::stream_into";
        fits(FUNCTION, "values", values.len(), &[self.stream_size()])?;
        let (stream, count) = (to_i32(FUNCTION, "stream", stream)?, values.len() as i64);
        let to = values.as_mut_ptr();
        // SAFETY: `values` has room for `count` floats.
        check(unsafe { sys::seqnet_context_get_stream(self.raw(), stream, to, count) })
    }

    /// Sets the whole state of one stream, as [`stream`](Context::stream) gave it.
    pub fn set_stream(&mut self, stream: usize, values: &[f32]) -> Result<()> {
        const FUNCTION: &str = "Context::set_stream";
        fits(FUNCTION, "values", values.len(), &[self.stream_size()])?;
        let (stream, count) = (to_i32(FUNCTION, "stream", stream)?, values.len() as i64);
        let from = values.as_ptr();
        // SAFETY: `values` has `count` floats.
        check(unsafe { sys::seqnet_context_set_stream(self.raw(), stream, from, count) })
    }

    /// Copies the state of stream `from` over that of stream `to`.
    pub fn copy_stream(&mut self, to: usize, from: usize) -> Result<()> {
        const FUNCTION: &str = "Context::copy_stream";
        let (to, from) = (to_i32(FUNCTION, "to", to)?, to_i32(FUNCTION, "from", from)?);
        // SAFETY: the context is valid, and may be both.
        check(unsafe { sys::seqnet_context_copy_stream(self.raw(), to, self.raw(), from) })
    }

    /// Copies the state of stream `from` of another context of the same layer over that of stream
    /// `to`.
    ///
    /// # Errors
    ///
    /// [`Code::Shape`]: the contexts are of different layers. [`Code::Range`]: no such stream.
    pub fn copy_stream_from(&mut self, to: usize, other: &mut Context, from: usize) -> Result<()> {
        const FUNCTION: &str = "Context::copy_stream_from";
        let (to, from) = (to_i32(FUNCTION, "to", to)?, to_i32(FUNCTION, "from", from)?);
        // SAFETY: both contexts are valid.
        check(unsafe { sys::seqnet_context_copy_stream(self.raw(), to, other.raw(), from) })
    }
}
