// SPDX-License-Identifier: MIT
//! The builder of trainers.

use super::Trainer;
use crate::convert::{made, to_i32};
use crate::error::{check, Result};
use crate::layer::Layer;
use crate::lease::Reading;
use crate::loss::Loss;
use crate::optimizer::{updates, Optimizer, Schedule};
use seqnet_sys as sys;
use std::ptr;

/// C's default of `back_steps`.
const BACK_STEPS: usize = 32;

/// A builder of a [`Trainer`], made by [`Layer::trainer`]: SGD, cross-entropy at every step, one
/// sequence at a time and windows of 32 steps if nothing else is asked for.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing before build()"]
pub struct TrainerBuilder<'a> {
    layer: &'a Layer,
    loss: Loss,
    seed: u64,
    max_batch: usize,
    back_steps: usize,
    update_steps: usize,
    burn_in: usize,
    carry: bool,
    accumulate: usize,
    optimizer: Optimizer,
    clip_value: f64,
    clip_norm: f64,
    schedule: Schedule,
    warmup: u64,
    threads: usize,
    recompute: bool,
}

impl<'a> TrainerBuilder<'a> {
    pub(crate) fn new(layer: &'a Layer) -> Self {
        TrainerBuilder {
            layer,
            loss: Loss::default(),
            seed: 0,
            max_batch: 1,
            back_steps: BACK_STEPS,
            update_steps: 0,
            burn_in: 0,
            carry: false,
            accumulate: 0,
            optimizer: Optimizer::sgd(0.0),
            clip_value: 0.0,
            clip_norm: 0.0,
            schedule: Schedule::Constant,
            warmup: 0,
            threads: 0,
            recompute: false,
        }
    }

    /// The loss.
    pub fn loss(mut self, loss: Loss) -> Self {
        self.loss = loss;
        self
    }

    /// Seed of dropout masks.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Most sequences B of one batch; 0 means 1.
    pub fn max_batch(mut self, max_batch: usize) -> Self {
        self.max_batch = max_batch;
        self
    }

    /// k2: steps that one back-propagation covers; 0 means 32.
    pub fn back_steps(mut self, steps: usize) -> Self {
        self.back_steps = steps;
        self
    }

    /// k1: steps between updates; 0: k2. Above k2 it is a multiple of k2.
    pub fn update_steps(mut self, steps: usize) -> Self {
        self.update_steps = steps;
        self
    }

    /// First steps of each call without loss: they only set the state.
    pub fn burn_in(mut self, steps: usize) -> Self {
        self.burn_in = steps;
        self
    }

    /// Each call goes on from the state the last one ended in.
    pub fn carry(mut self, carry: bool) -> Self {
        self.carry = carry;
        self
    }

    /// Windows whose gradients are averaged in one update; 0 means 1.
    pub fn accumulate(mut self, windows: usize) -> Self {
        self.accumulate = windows;
        self
    }

    /// The optimizer.
    pub fn optimizer(mut self, optimizer: Optimizer) -> Self {
        self.optimizer = optimizer;
        self
    }

    /// Above 0: every element of a gradient into -limit..limit.
    pub fn clip_value(mut self, limit: f64) -> Self {
        self.clip_value = limit;
        self
    }

    /// Above 0: scales all gradients to a global L2 norm of at most this.
    pub fn clip_norm(mut self, limit: f64) -> Self {
        self.clip_norm = limit;
        self
    }

    /// How the learning rate changes.
    pub fn schedule(mut self, schedule: Schedule) -> Self {
        self.schedule = schedule;
        self
    }

    /// So many updates come first, with a rate that rises to the start's.
    pub fn warmup(mut self, updates: u64) -> Self {
        self.warmup = updates;
        self
    }

    /// Threads that share a call, the caller among them; 0: the library chooses. Results do not
    /// depend on it.
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// Less memory and more time: gates are made again instead of kept.
    pub fn recompute(mut self, recompute: bool) -> Self {
        self.recompute = recompute;
        self
    }

    fn to_c(&self, function: &str) -> Result<sys::seqnet_trainer_options> {
        let mut options = sys::seqnet_trainer_options {
            seed: self.seed,
            max_batch: to_i32(function, "max_batch", self.max_batch)?,
            back_steps: to_i32(function, "back_steps", self.back_steps)?,
            update_steps: to_i32(function, "update_steps", self.update_steps)?,
            burn_in: to_i32(function, "burn_in", self.burn_in)?,
            carry: self.carry.into(),
            accumulate: to_i32(function, "accumulate", self.accumulate)?,
            clip_value: self.clip_value,
            clip_norm: self.clip_norm,
            warmup: updates(function, "warmup", self.warmup)?,
            threads: to_i32(function, "threads", self.threads)?,
            recompute: self.recompute.into(),
            ..Default::default()
        };
        self.optimizer.apply(&mut options);
        self.schedule.apply(function, &mut options)?;
        Ok(options)
    }

    /// Makes the trainer.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidArgument`](crate::Code::InvalidArgument) and
    /// [`Code::Unsupported`](crate::Code::Unsupported): an option or combination that cannot be.
    /// [`Code::Busy`](crate::Code::Busy): the parameters are being written.
    pub fn build(&self) -> Result<Trainer> {
        const FUNCTION: &str = "TrainerBuilder::build";
        let loss = self.loss.to_c();
        let mut options = self.to_c(FUNCTION)?;
        options.loss = &loss;
        let _reading = Reading::new(FUNCTION, self.layer)?;
        let mut trainer = ptr::null_mut();
        // SAFETY: all three and the loss are valid, and nobody writes the parameters.
        check(unsafe { sys::seqnet_trainer_create(self.layer.raw(), &options, &mut trainer) })?;
        let back_steps = if self.back_steps == 0 { BACK_STEPS } else { self.back_steps };
        let shape = [back_steps, self.max_batch.max(1)];
        Trainer::of_parts(made(FUNCTION, trainer)?, self.layer, self.loss, shape)
    }
}
