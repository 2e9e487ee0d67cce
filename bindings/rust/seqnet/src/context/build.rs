// SPDX-License-Identifier: MIT
//! The builder of contexts.

use super::{Context, Handle};
use crate::convert::{made, to_i32};
use crate::error::{check, Result};
use crate::layer::Layer;
use crate::lease::Reading;
use seqnet_sys as sys;
use std::ptr;

/// A builder of a [`Context`], made by [`Layer::context`]: one step, one stream and no training if
/// nothing else is asked for.
///
/// ```
/// let gru = seqnet::Gru::new(8, 16).build()?;
/// let sizes = gru.context().max_steps(100).max_batch(4).training(true);
/// println!("{} bytes", sizes.bytes()?);
/// let context = sizes.build()?;
/// # Ok::<(), seqnet::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing before build()"]
pub struct ContextBuilder<'a> {
    layer: &'a Layer,
    seed: u64,
    max_steps: usize,
    max_batch: usize,
    training: bool,
    threads: usize,
    recompute: bool,
}

impl<'a> ContextBuilder<'a> {
    pub(crate) fn new(layer: &'a Layer) -> Self {
        ContextBuilder {
            layer,
            seed: 0,
            max_steps: 1,
            max_batch: 1,
            training: false,
            threads: 0,
            recompute: false,
        }
    }

    /// Seed of dropout masks.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Most steps T of one call; 0 means 1.
    pub fn max_steps(mut self, max_steps: usize) -> Self {
        self.max_steps = max_steps;
        self
    }

    /// Streams, and most sequences B of one call; 0 means 1.
    pub fn max_batch(mut self, max_batch: usize) -> Self {
        self.max_batch = max_batch;
        self
    }

    /// With what backward needs, and with dropout.
    pub fn training(mut self, training: bool) -> Self {
        self.training = training;
        self
    }

    /// Threads that share a call, the caller among them; 0: the library chooses. Results do not
    /// depend on it.
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// Training with less memory and more time: gates are made again instead of kept.
    pub fn recompute(mut self, recompute: bool) -> Self {
        self.recompute = recompute;
        self
    }

    fn to_c(&self, function: &str) -> Result<sys::seqnet_context_options> {
        Ok(sys::seqnet_context_options {
            seed: self.seed,
            max_steps: to_i32(function, "max_steps", self.max_steps)?,
            max_batch: to_i32(function, "max_batch", self.max_batch)?,
            training: self.training.into(),
            threads: to_i32(function, "threads", self.threads)?,
            recompute: self.recompute.into(),
            ..Default::default()
        })
    }

    /// Bytes that [`build`](ContextBuilder::build) would allocate.
    pub fn bytes(&self) -> Result<usize> {
        let options = self.to_c("ContextBuilder::bytes")?;
        let mut bytes = 0;
        // SAFETY: all three are valid.
        check(unsafe { sys::seqnet_context_bytes(self.layer.raw(), &options, &mut bytes) })?;
        Ok(bytes)
    }

    /// Makes the context; its state is zero.
    ///
    /// # Errors
    ///
    /// [`Code::Busy`](crate::Code::Busy): the parameters are being written.
    /// [`Code::OutOfMemory`](crate::Code::OutOfMemory),
    /// [`Code::InvalidArgument`](crate::Code::InvalidArgument).
    pub fn build(&self) -> Result<Context> {
        const FUNCTION: &str = "ContextBuilder::build";
        let options = self.to_c(FUNCTION)?;
        let reading = Reading::new(FUNCTION, self.layer)?;
        let mut context = ptr::null_mut();
        // SAFETY: all three are valid, and nobody writes the parameters.
        check(unsafe { sys::seqnet_context_create(self.layer.raw(), &options, &mut context) })?;
        let handle = Handle { raw: made(FUNCTION, context)?, owned: true };
        let shape = [self.max_steps.max(1), self.max_batch.max(1)];
        Ok(Context::new(handle, self.layer, shape, Some(reading)))
    }
}
