// SPDX-License-Identifier: MIT
//! What a trainer's own context does besides training: validation, and states and gradients for
//! losses of one's own. Each call asks for leave to read the parameters.

use super::Trainer;
use crate::batch::{Batch, Summary};
use crate::error::Result;
use crate::lease::Reading;
use crate::window::Window;

impl Trainer {
    /// Loss and accuracy of a batch by the trainer's own loss, without dropout and without
    /// learning from it; see [`Context::evaluate`](crate::Context::evaluate). It carries on the
    /// state that [`train`](Trainer::train) would carry on: [`reset`](Trainer::reset) around it
    /// keeps the two apart.
    ///
    /// ```
    /// use seqnet::{Batch, Linear, Loss};
    ///
    /// let line = Linear::new(1, 1).build()?;
    /// let mut trainer = line.trainer().loss(Loss::mean_squared_error()).build()?;
    /// for epoch in 0..3 {
    ///     trainer.train(&Batch::floats(&[0.0, 1.0, 2.0], 3, 1).target_values(&[1.0, 3.0, 5.0]))?;
    ///     let check = trainer.evaluate(&Batch::floats(&[3.0], 1, 1).target_values(&[7.0]))?;
    ///     println!("{}: {}", epoch, check.loss);
    /// }
    /// # Ok::<(), seqnet::Error>(())
    /// ```
    pub fn evaluate(&mut self, batch: &Batch<'_>) -> Result<Summary> {
        let _reading = Reading::new("Trainer::evaluate", self.context.layer())?;
        self.context.evaluate(&self.loss, batch)
    }

    /// As [`forward`](Trainer::forward), into an array of the caller's.
    pub fn forward_into(&mut self, window: &Window<'_>, y: &mut [f32]) -> Result<()> {
        let _reading = Reading::new("Trainer::forward_into", self.context.layer())?;
        self.context.forward_into(window, y)
    }

    /// Sets all gradients of parameters to zero: what [`backward`](Trainer::backward) added is not
    /// learnt.
    pub fn zero_gradients(&mut self) -> Result<()> {
        self.context.zero_gradients()
    }

    /// A state of all streams; see [`Context::state`](crate::Context::state).
    pub fn state(&mut self, name: &str) -> Result<Vec<f32>> {
        self.context.state(name)
    }

    /// Sets a state of all streams; see [`Context::set_state`](crate::Context::set_state).
    pub fn set_state(&mut self, name: &str, values: &[f32]) -> Result<()> {
        self.context.set_state(name, values)
    }

    /// The gradient of the loss by a state at the start of the last window; see
    /// [`Context::state_gradient`](crate::Context::state_gradient).
    pub fn state_gradient(&mut self, name: &str) -> Result<Vec<f32>> {
        self.context.state_gradient(name)
    }

    /// The gradient of the loss by a state at the end of the last window, for the next
    /// [`backward`](Trainer::backward); see
    /// [`Context::set_state_gradient`](crate::Context::set_state_gradient).
    pub fn set_state_gradient(&mut self, name: &str, values: &[f32]) -> Result<()> {
        self.context.set_state_gradient(name, values)
    }
}
