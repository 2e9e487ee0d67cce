// SPDX-License-Identifier: MIT
//! Losses.

use seqnet_sys as sys;

/// Which outputs have targets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TargetMode {
    /// Many-to-many: targets (T, B) or (T, B, N).
    #[default]
    EveryStep,
    /// Many-to-one, the last valid output: targets (B) or (B, N).
    LastStep,
    /// Many-to-one, the mean of the valid outputs: targets (B) or (B, N).
    MeanStep,
    /// One-to-many: inputs (1, B, I) or (1, B), repeated for each of the T targets.
    RepeatStep,
}

/// A loss: cross-entropy at every step if nothing else is said.
///
/// ```
/// use seqnet::{Loss, TargetMode};
///
/// let tagging = Loss::cross_entropy().ignore_index(-1);
/// let forecast = Loss::mean_squared_error().mode(TargetMode::LastStep);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loss {
    squared_error: bool,
    mode: TargetMode,
    ignore_index: Option<i32>,
}

impl Loss {
    /// Negative log of softmax, mean over the targets that count, in nats. Targets are classes.
    pub fn cross_entropy() -> Self {
        Loss::default()
    }

    /// Mean over all elements of all valid steps. Targets are values.
    pub fn mean_squared_error() -> Self {
        Loss { squared_error: true, ..Loss::default() }
    }

    /// Which outputs have targets.
    #[must_use]
    pub fn mode(mut self, mode: TargetMode) -> Self {
        self.mode = mode;
        self
    }

    /// Targets equal to this have no loss and no gradient.
    #[must_use]
    pub fn ignore_index(mut self, target: i32) -> Self {
        self.ignore_index = Some(target);
        self
    }

    pub(crate) fn repeats(&self) -> bool {
        self.mode == TargetMode::RepeatStep
    }

    pub(crate) fn is_many_to_one(&self) -> bool {
        matches!(self.mode, TargetMode::LastStep | TargetMode::MeanStep)
    }

    pub(crate) fn to_c(self) -> sys::seqnet_loss_options {
        sys::seqnet_loss_options {
            loss: match self.squared_error {
                false => sys::SEQNET_CROSS_ENTROPY,
                true => sys::SEQNET_MEAN_SQUARED_ERROR,
            },
            target_mode: match self.mode {
                TargetMode::EveryStep => sys::SEQNET_EVERY_STEP,
                TargetMode::LastStep => sys::SEQNET_LAST_STEP,
                TargetMode::MeanStep => sys::SEQNET_MEAN_STEP,
                TargetMode::RepeatStep => sys::SEQNET_REPEAT_STEP,
            },
            has_ignore_index: self.ignore_index.is_some().into(),
            ignore_index: self.ignore_index.unwrap_or(0),
            ..Default::default()
        }
    }
}
