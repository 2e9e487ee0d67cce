// SPDX-License-Identifier: MIT
//! Trainers: (truncated) back-propagation through time, optimizers, checkpoints.

mod build;
mod own;

pub use build::TrainerBuilder;

use crate::batch::{Batch, Summary};
use crate::context::Context;
use crate::convert::{borrowed_text, c_path, c_string, made, to_usize};
use crate::error::{check, Result};
use crate::layer::Layer;
use crate::lease::{Reading, Writing};
use crate::loss::Loss;
use crate::window::Window;
use seqnet_sys as sys;
use std::fmt;
use std::path::Path;
use std::ptr::NonNull;

/// Trains a layer: loss, optimizer, schedule and counters.
///
/// [`train`](Trainer::train), [`update`](Trainer::update) and [`load`](Trainer::load) write the
/// layer's parameters and give [`Code::Busy`](crate::Code::Busy) while a [`Context`] of it is
/// alive: [`evaluate`](Trainer::evaluate) needs none; one for anything else has to be dropped
/// before the training goes on.
///
/// ```
/// use seqnet::{Batch, Linear, Loss, Optimizer};
///
/// // y = 2 x + 1
/// let (x, y) = ([0.0, 1.0, 2.0, 3.0], [1.0, 3.0, 5.0, 7.0]);
/// let line = Linear::new(1, 1).build()?;
/// let mut trainer = line
///     .trainer()
///     .loss(Loss::mean_squared_error())
///     .optimizer(Optimizer::sgd(0.1))
///     .build()?;
/// for _ in 0..200 {
///     trainer.train(&Batch::floats(&x, 4, 1).target_values(&y))?;
/// }
/// assert!((line.parameter("weight")?[0] - 2.0).abs() < 1e-3);
/// assert!((line.parameter("bias")?[0] - 1.0).abs() < 1e-3);
/// # Ok::<(), seqnet::Error>(())
/// ```
///
/// A trainer may move to another thread. It is never shared:
///
/// ```compile_fail,E0277
/// let trainer = seqnet::Gru::new(3, 5).build().unwrap().trainer().build().unwrap();
/// std::thread::scope(|scope| {
///     scope.spawn(|| trainer.updates());
/// });
/// ```
pub struct Trainer {
    raw: NonNull<sys::seqnet_trainer>,
    loss: Loss,
    /// The trainer's own, lent by C: it must not leave this struct.
    context: Context,
}

// SAFETY: a C trainer may be used by one thread after another.
unsafe impl Send for Trainer {}

impl Drop for Trainer {
    fn drop(&mut self) {
        // SAFETY: nobody else has this pointer. The context is not used, nor freed, after this.
        unsafe { sys::seqnet_trainer_destroy(self.raw.as_ptr()) }
    }
}

impl Trainer {
    /// `shape`: max_steps and max_batch of the trainer's context.
    fn of_parts(
        raw: NonNull<sys::seqnet_trainer>,
        layer: &Layer,
        loss: Loss,
        shape: [usize; 2],
    ) -> Result<Trainer> {
        // SAFETY: the trainer is valid; its context lives as long as it does.
        let context = unsafe { sys::seqnet_trainer_context(raw.as_ptr()) };
        let context = Context::borrowed(made("TrainerBuilder::build", context)?, layer, shape);
        Ok(Trainer { raw, loss, context })
    }

    fn raw(&self) -> *mut sys::seqnet_trainer {
        self.raw.as_ptr()
    }

    /// The layer that is trained.
    pub fn layer(&self) -> &Layer {
        self.context.layer()
    }

    /// Trains on one batch of sequences: forward, loss, backward, clip and update for each window
    /// of k1 steps.
    ///
    /// # Errors
    ///
    /// [`Code::Busy`](crate::Code::Busy): a context of the layer is alive. `Shape`, `Range`: the
    /// batch does not fit; nothing was done. `NonFinite`: the loss or a gradient is NaN or
    /// infinite; the parameters are those of the last finite update.
    pub fn train(&mut self, batch: &Batch<'_>) -> Result<Summary> {
        const FUNCTION: &str = "Trainer::train";
        let raw = batch.to_c(FUNCTION, self.context.features(), &self.loss)?;
        let mut result = sys::seqnet_result::default();
        let writing = Writing::new(FUNCTION, self.context.layer())?;
        // SAFETY: the batch's arrays have the sizes it says and the loss reads; nobody else uses
        // the parameters.
        check(unsafe { sys::seqnet_trainer_train(self.raw(), &raw, &mut result) })?;
        drop(writing);
        self.context.forget_forward();
        Ok(Summary::from_c(&result))
    }

    /// For losses of one's own: runs the layer in training mode over a window of at most k2 steps;
    /// see [`Context::forward`].
    ///
    /// ```
    /// use seqnet::{Linear, Optimizer, Window};
    ///
    /// // Minimise (y - 1)^2 / 2.
    /// let layer = Linear::new(1, 1).build()?;
    /// let mut trainer = layer.trainer().optimizer(Optimizer::sgd(0.1)).build()?;
    /// let mut y = vec![0.0];
    /// for _ in 0..200 {
    ///     y = trainer.forward(&Window::floats(&[1.0], 1, 1))?;
    ///     trainer.backward(Some(&[y[0] - 1.0]), None)?;
    ///     trainer.update()?;
    /// }
    /// assert!((y[0] - 1.0).abs() < 1e-3);
    /// # Ok::<(), seqnet::Error>(())
    /// ```
    pub fn forward(&mut self, window: &Window<'_>) -> Result<Vec<f32>> {
        let _reading = Reading::new("Trainer::forward", self.context.layer())?;
        self.context.forward(window)
    }

    /// For losses of one's own: back-propagates through the last forward; see
    /// [`Context::backward`].
    pub fn backward(&mut self, dy: Option<&[f32]>, dx: Option<&mut [f32]>) -> Result<()> {
        let _reading = Reading::new("Trainer::backward", self.context.layer())?;
        self.context.backward(dy, dx)
    }

    /// A copy of a parameter's gradient, between [`backward`](Trainer::backward) and
    /// [`update`](Trainer::update).
    pub fn gradient(&mut self, name: &str) -> Result<Vec<f32>> {
        self.context.gradient(name)
    }

    /// Clips, checks and applies the gradients there are as one update, then clears them.
    pub fn update(&mut self) -> Result<Summary> {
        let mut result = sys::seqnet_result::default();
        let _writing = Writing::new("Trainer::update", self.context.layer())?;
        // SAFETY: both are valid; nobody else uses the parameters.
        check(unsafe { sys::seqnet_trainer_update(self.raw(), &mut result) })?;
        Ok(Summary::from_c(&result))
    }

    /// Forgets the carried state: the next call starts at zero.
    pub fn reset(&mut self) -> Result<()> {
        // SAFETY: the trainer is valid.
        check(unsafe { sys::seqnet_trainer_reset(self.raw()) })
    }

    /// Tells [`Schedule::Plateau`](crate::Schedule::Plateau) a validation loss.
    pub fn report(&mut self, validation_loss: f64) -> Result<()> {
        // SAFETY: the trainer is valid.
        check(unsafe { sys::seqnet_trainer_report(self.raw(), validation_loss) })
    }

    /// The learning rate of the next update.
    pub fn learning_rate(&self) -> f64 {
        // SAFETY: the trainer is valid.
        unsafe { sys::seqnet_trainer_learning_rate(self.raw()) }
    }

    /// Updates made, those before a resumed checkpoint included.
    pub fn updates(&self) -> usize {
        // SAFETY: the trainer is valid.
        to_usize(unsafe { sys::seqnet_trainer_updates(self.raw()) })
    }

    /// Saves all that a resumed training needs for the same bits, with a note of the caller's. A
    /// crash at any moment leaves the old file or the new one.
    pub fn save(&mut self, path: impl AsRef<Path>, note: &str) -> Result<()> {
        const FUNCTION: &str = "Trainer::save";
        let path = c_path(FUNCTION, path.as_ref())?;
        let note = c_string(FUNCTION, "note", note)?;
        let _reading = Reading::new(FUNCTION, self.context.layer())?;
        // SAFETY: all are valid; nobody writes the parameters.
        check(unsafe { sys::seqnet_trainer_save(self.raw(), path.as_ptr(), note.as_ptr()) })
    }

    /// Loads a checkpoint into this trainer, of an equal layer with an equal optimizer.
    pub fn load(&mut self, path: impl AsRef<Path>) -> Result<()> {
        const FUNCTION: &str = "Trainer::load";
        let path = c_path(FUNCTION, path.as_ref())?;
        let writing = Writing::new(FUNCTION, self.context.layer())?;
        // SAFETY: both are valid; nobody else uses the parameters.
        check(unsafe { sys::seqnet_trainer_load(self.raw(), path.as_ptr()) })?;
        drop(writing);
        self.context.forget_forward();
        Ok(())
    }

    /// The note of the checkpoint last loaded; empty if there is none.
    pub fn note(&self) -> &str {
        // SAFETY: the text stays until the next load, which needs the trainer mutably.
        unsafe { borrowed_text(sys::seqnet_trainer_note(self.raw())) }.unwrap_or("")
    }
}

impl fmt::Debug for Trainer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = f.debug_struct("Trainer");
        text.field("layer", self.layer()).field("updates", &self.updates());
        text.finish_non_exhaustive()
    }
}
