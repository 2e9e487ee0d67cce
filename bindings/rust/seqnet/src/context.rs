// SPDX-License-Identifier: MIT
//! Contexts: running a layer over windows and step by step, and backwards.

mod build;
mod state;

pub use build::ContextBuilder;

use crate::batch::{Batch, Summary};
use crate::convert::{c_string, fits, product, zeros};
use crate::error::{check, Code, Error, Result};
use crate::layer::Layer;
use crate::lease::Reading;
use crate::loss::Loss;
use crate::window::{other_input, Features, Window};
use seqnet_sys as sys;
use std::fmt;
use std::ptr::{self, NonNull};

/// Everything mutable for one user of a layer: the state of up to B streams, scratch memory, and
/// for training what backward needs.
///
/// [`step`](Context::step), [`forward_into`](Context::forward_into) and
/// [`backward`](Context::backward) allocate nothing. While a context is alive, the parameters of
/// its layer cannot be written: see [`Layer`].
///
/// ```
/// use seqnet::{Lstm, Window};
///
/// let (steps, batch) = (4, 2);
/// let lstm = Lstm::new(3, 5).build()?;
/// let x: Vec<f32> = (0..steps * batch * 3).map(|i| (i as f32).sin()).collect();
///
/// let mut context = lstm.context().max_steps(steps).max_batch(batch).build()?;
/// let y = context.forward(&Window::floats(&x, steps, batch))?;
/// assert_eq!(y.len(), steps * batch * 5);
///
/// // The same bits, step by step.
/// context.reset()?;
/// let mut step = vec![0.0; batch * 5];
/// for t in 0..steps {
///     context.step(&x[t * batch * 3..][..batch * 3], &mut step)?;
///     assert_eq!(step, y[t * batch * 5..][..batch * 5]);
/// }
/// # Ok::<(), seqnet::Error>(())
/// ```
///
/// A context may move to another thread. It is never shared:
///
/// ```compile_fail,E0277
/// let context = seqnet::Gru::new(3, 5).build().unwrap().context().build().unwrap();
/// std::thread::scope(|scope| {
///     scope.spawn(|| context.stream_size());
/// });
/// ```
///
/// Two threads cannot be inside, nor can one that is already:
///
/// ```compile_fail,E0499
/// let mut context = seqnet::Gru::new(3, 5).build().unwrap().context().build().unwrap();
/// let (a, b) = (&mut context, &mut context);
/// a.reset().unwrap();
/// b.reset().unwrap();
/// ```
pub struct Context {
    handle: Handle,
    layer: Layer,
    features: Features,
    max_steps: usize,
    max_batch: usize,
    /// T*B of the last forward call: if C has a pending one, it is this.
    rows: Option<usize>,
    /// Leave to read the parameters; a trainer's context asks for it on each call.
    _reading: Option<Reading>,
}

struct Handle {
    raw: NonNull<sys::seqnet_context>,
    owned: bool,
}

// SAFETY: a C context may be used by one thread after another. It has no lock on a thread.
unsafe impl Send for Handle {}

impl Drop for Handle {
    fn drop(&mut self) {
        if self.owned {
            // SAFETY: nobody else has this pointer.
            unsafe { sys::seqnet_context_destroy(self.raw.as_ptr()) }
        }
    }
}

impl Context {
    /// A context that borrows the one of a trainer, which the caller keeps alive longer. `shape`:
    /// max_steps, max_batch.
    pub(crate) fn borrowed(
        raw: NonNull<sys::seqnet_context>,
        layer: &Layer,
        shape: [usize; 2],
    ) -> Context {
        Context::new(Handle { raw, owned: false }, layer, shape, None)
    }

    fn new(handle: Handle, layer: &Layer, shape: [usize; 2], reading: Option<Reading>) -> Context {
        let [max_steps, max_batch] = shape;
        let features = Features {
            input: layer.input_size(),
            output: layer.output_size(),
            tokens: layer.takes_tokens(),
        };
        let layer = layer.clone();
        Context { handle, layer, features, max_steps, max_batch, rows: None, _reading: reading }
    }

    fn raw(&self) -> *mut sys::seqnet_context {
        self.handle.raw.as_ptr()
    }

    /// The layer that this context runs.
    pub fn layer(&self) -> &Layer {
        &self.layer
    }

    pub(crate) fn features(&self) -> Features {
        self.features
    }

    /// What backward would go through is lost.
    pub(crate) fn forget_forward(&mut self) {
        self.rows = None;
    }

    /// Runs the layer over a window; gives y (T, B, N), or (B, T, N) if the window is batch-major.
    /// Streams 0..B advance by their lengths.
    ///
    /// # Errors
    ///
    /// [`Code::Shape`]: steps, batch, a length or an array does not fit. [`Code::Range`]: a token
    /// is outside `0..V`. [`Code::InvalidArgument`]: the layer takes the other kind of input. The
    /// state is as it was then.
    pub fn forward(&mut self, window: &Window<'_>) -> Result<Vec<f32>> {
        const FUNCTION: &str = "Context::forward";
        let [steps, batch] = window.shape();
        let mut y = zeros(FUNCTION, self.outputs(FUNCTION, steps, batch)?)?;
        self.forward_into(window, &mut y)?;
        Ok(y)
    }

    /// As [`forward`](Context::forward), into an array of the caller's.
    pub fn forward_into(&mut self, window: &Window<'_>, y: &mut [f32]) -> Result<()> {
        const FUNCTION: &str = "Context::forward_into";
        let [steps, batch] = window.shape();
        fits(FUNCTION, "y", y.len(), &[steps, batch, self.features.output])?;
        self.run(FUNCTION, window, y.as_mut_ptr())
    }

    /// Runs the layer over a window for the sake of the state; there are no outputs.
    pub fn advance(&mut self, window: &Window<'_>) -> Result<()> {
        self.run("Context::advance", window, ptr::null_mut())
    }

    /// `y` is NULL or has the window's outputs.
    fn run(&mut self, function: &str, window: &Window<'_>, y: *mut f32) -> Result<()> {
        let raw = window.to_c(function, self.features, false)?;
        // SAFETY: the window's arrays have the sizes it says, and so has y.
        check(unsafe { sys::seqnet_context_forward(self.raw(), &raw, y) })?;
        self.rows = Some(window.shape().iter().product());
        Ok(())
    }

    /// The size of y, if the window fits: one that does not must not ask for memory first.
    fn outputs(&self, function: &str, steps: usize, batch: usize) -> Result<usize> {
        if batch <= self.max_batch && steps <= self.max_steps {
            return product(function, &[steps, batch, self.features.output]);
        }
        let message = format!(
            "{}: {} steps of {} streams, need at most {} of {}",
            function, steps, batch, self.max_steps, self.max_batch
        );
        Err(Error::new(Code::Shape, message))
    }

    /// One step of all B = max_batch streams, from x (B, I) to y (B, N).
    ///
    /// # Errors
    ///
    /// [`Code::Shape`]: x or y has another size. [`Code::InvalidArgument`]: the layer takes tokens.
    pub fn step(&mut self, x: &[f32], y: &mut [f32]) -> Result<()> {
        const FUNCTION: &str = "Context::step";
        if self.features.tokens {
            return Err(other_input(FUNCTION, self.features));
        }
        fits(FUNCTION, "x", x.len(), &[self.max_batch, self.features.input])?;
        fits(FUNCTION, "y", y.len(), &[self.max_batch, self.features.output])?;
        // SAFETY: x and y have all streams' features.
        check(unsafe { sys::seqnet_context_step(self.raw(), x.as_ptr(), y.as_mut_ptr()) })?;
        self.rows = Some(self.max_batch);
        Ok(())
    }

    /// One step of all B = max_batch streams, from tokens (B) to y (B, N).
    pub fn step_tokens(&mut self, tokens: &[i32], y: &mut [f32]) -> Result<()> {
        const FUNCTION: &str = "Context::step_tokens";
        if !self.features.tokens {
            return Err(other_input(FUNCTION, self.features));
        }
        fits(FUNCTION, "tokens", tokens.len(), &[self.max_batch])?;
        fits(FUNCTION, "y", y.len(), &[self.max_batch, self.features.output])?;
        let (from, to) = (tokens.as_ptr(), y.as_mut_ptr());
        // SAFETY: tokens and y have all streams' tokens and features.
        check(unsafe { sys::seqnet_context_step_tokens(self.raw(), from, to) })?;
        self.rows = Some(self.max_batch);
        Ok(())
    }

    /// Back-propagates through the window of the last forward call, once per forward. Gradients of
    /// parameters are added to what is there.
    ///
    /// `dy`: gradient of the loss by y, in its layout; `None`: zero, with
    /// [`set_state_gradient`](Context::set_state_gradient) for what comes from the last state.
    /// `dx`: takes the gradient by x, in its layout; `None` for layers that take tokens.
    ///
    /// # Errors
    ///
    /// [`Code::State`]: no forward since the last backward. [`Code::Shape`]: an array does not fit
    /// that forward. [`Code::Unsupported`]: the context was not made for training.
    pub fn backward(&mut self, dy: Option<&[f32]>, dx: Option<&mut [f32]>) -> Result<()> {
        const FUNCTION: &str = "Context::backward";
        let rows = self.rows.ok_or_else(|| {
            Error::new(Code::State, format!("{}: no forward since the last one", FUNCTION))
        })?;
        if let Some(dy) = dy {
            fits(FUNCTION, "dy", dy.len(), &[rows, self.features.output])?;
        }
        if let (Some(dx), false) = (&dx, self.features.tokens) {
            fits(FUNCTION, "dx", dx.len(), &[rows, self.features.input])?;
        }
        let dy = dy.map_or(ptr::null(), <[f32]>::as_ptr);
        let dx = dx.map_or(ptr::null_mut(), <[f32]>::as_mut_ptr);
        // SAFETY: dy and dx are NULL or have the rows of the last forward; dx of tokens is refused.
        check(unsafe { sys::seqnet_context_backward(self.raw(), dy, dx) })?;
        self.rows = None;
        Ok(())
    }

    /// Sets all gradients of parameters to zero.
    pub fn zero_gradients(&mut self) -> Result<()> {
        // SAFETY: the context is valid.
        check(unsafe { sys::seqnet_context_zero_gradients(self.raw()) })
    }

    /// A copy of a parameter's gradient; names and shapes are those of [`Layer::parameters`].
    pub fn gradient(&mut self, name: &str) -> Result<Vec<f32>> {
        const FUNCTION: &str = "Context::gradient";
        let mut values = vec![0.0; self.layer.parameter_info(FUNCTION, name)?.count()];
        let (name, count) = (c_string(FUNCTION, "name", name)?, values.len() as i64);
        let to = values.as_mut_ptr();
        // SAFETY: `values` has room for `count` floats.
        check(unsafe { sys::seqnet_context_get_gradient(self.raw(), name.as_ptr(), to, count) })?;
        Ok(values)
    }

    /// Loss and accuracy of a batch, without dropout; the state is carried on as in
    /// [`forward`](Context::forward). A pending backward is lost.
    pub fn evaluate(&mut self, loss: &Loss, batch: &Batch<'_>) -> Result<Summary> {
        let raw = batch.to_c("Context::evaluate", self.features, loss)?;
        let (loss, mut result) = (loss.to_c(), sys::seqnet_result::default());
        // SAFETY: the batch's arrays have the sizes it says and the loss reads.
        check(unsafe { sys::seqnet_evaluate(self.raw(), &loss, &raw, &mut result) })?;
        self.rows = None;
        Ok(Summary::from_c(&result))
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = f.debug_struct("Context");
        text.field("layer", &self.layer).field("max_batch", &self.max_batch);
        text.finish_non_exhaustive()
    }
}
