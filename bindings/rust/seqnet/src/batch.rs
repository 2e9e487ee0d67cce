// SPDX-License-Identifier: MIT
//! Inputs with targets, and what training or evaluation found.

use crate::convert::{fits, to_usize};
use crate::error::Result;
use crate::loss::Loss;
use crate::window::{Features, Window};
use seqnet_sys as sys;
use std::ptr;

/// Inputs and targets of T steps and B sequences: what [`Trainer::train`](crate::Trainer::train)
/// and [`Context::evaluate`](crate::Context::evaluate) take.
///
/// ```
/// use seqnet::Batch;
///
/// let text = [7, 0, 3, 3, 9];
/// let next = Batch::tokens(&text[..4], 4, 1).targets(&text[1..]);
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Batch<'a> {
    window: Window<'a>,
    targets: Option<&'a [i32]>,
    values: Option<&'a [f32]>,
}

impl<'a> Batch<'a> {
    /// Features `x` (T, B, I); (1, B, I) with [`TargetMode::RepeatStep`](crate::TargetMode).
    pub fn floats(x: &'a [f32], steps: usize, batch: usize) -> Self {
        Batch { window: Window::floats(x, steps, batch), targets: None, values: None }
    }

    /// Tokens (T, B); (1, B) with [`TargetMode::RepeatStep`](crate::TargetMode).
    pub fn tokens(tokens: &'a [i32], steps: usize, batch: usize) -> Self {
        Batch { window: Window::tokens(tokens, steps, batch), targets: None, values: None }
    }

    /// Classes, for cross-entropy: (T, B), or (B) for many-to-one.
    pub fn targets(mut self, targets: &'a [i32]) -> Self {
        self.targets = Some(targets);
        self
    }

    /// Values, for the squared error: (T, B, N), or (B, N) for many-to-one.
    pub fn target_values(mut self, values: &'a [f32]) -> Self {
        self.values = Some(values);
        self
    }

    /// Each sequence's own length (B), in `0..=T`, in any order.
    pub fn lengths(mut self, lengths: &'a [i32]) -> Self {
        self.window = self.window.lengths(lengths);
        self
    }

    /// Inputs and targets are (B, T, ..) instead of (T, B, ..).
    pub fn batch_major(mut self, batch_major: bool) -> Self {
        self.window = self.window.batch_major(batch_major);
        self
    }

    /// As C takes it, after a check that the arrays have what it will read.
    pub(crate) fn to_c(
        self,
        function: &str,
        features: Features,
        loss: &Loss,
    ) -> Result<sys::seqnet_batch> {
        let window = self.window.to_c(function, features, loss.repeats())?;
        let [steps, batch] = self.window.shape();
        let steps = if loss.is_many_to_one() { 1 } else { steps };
        if let Some(targets) = self.targets {
            fits(function, "targets", targets.len(), &[steps, batch])?;
        }
        if let Some(values) = self.values {
            fits(function, "target_values", values.len(), &[steps, batch, features.output])?;
        }
        Ok(sys::seqnet_batch {
            x: window.x,
            tokens: window.tokens,
            targets: self.targets.map_or(ptr::null(), <[i32]>::as_ptr),
            target_values: self.values.map_or(ptr::null(), <[f32]>::as_ptr),
            lengths: window.lengths,
            steps: window.steps,
            batch: window.batch,
            batch_major: window.batch_major,
            ..Default::default()
        })
    }
}

/// What a call to train or evaluate found.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Summary {
    /// Mean: nats per target that counts, or squared error per element.
    pub loss: f64,
    /// Targets that count (cross-entropy) or elements (squared error).
    pub count: usize,
    /// Cross-entropy: targets that had the largest score.
    pub correct: usize,
    /// Updates made by this call.
    pub updates: usize,
    /// Global L2 norm of the last update's gradients, before clipping; 0: no update.
    pub gradient_norm: f64,
    /// Of the last update; 0: no update.
    pub learning_rate: f64,
}

impl Summary {
    pub(crate) fn from_c(result: &sys::seqnet_result) -> Summary {
        Summary {
            loss: result.loss,
            count: to_usize(result.count),
            correct: to_usize(result.correct),
            updates: to_usize(result.updates),
            gradient_norm: result.gradient_norm,
            learning_rate: result.learning_rate,
        }
    }
}
