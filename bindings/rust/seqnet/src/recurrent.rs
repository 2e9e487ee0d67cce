// SPDX-License-Identifier: MIT
//! Builders of RNN, LSTM and GRU layers.

use crate::convert::{made, to_i32, to_usize};
use crate::error::{check, Result};
use crate::layer::Layer;
use seqnet_sys as sys;
use std::marker::PhantomData;
use std::ptr;

/// The non-linearity of an RNN cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Nonlinearity {
    /// Hyperbolic tangent.
    #[default]
    Tanh,
    /// `max(0, x)`.
    Relu,
    /// `1 / (1 + exp(-x))`.
    Sigmoid,
}

impl Nonlinearity {
    pub(crate) fn to_c(self) -> i32 {
        match self {
            Nonlinearity::Tanh => sys::SEQNET_TANH,
            Nonlinearity::Relu => sys::SEQNET_RELU,
            Nonlinearity::Sigmoid => sys::SEQNET_SIGMOID,
        }
    }
}

/// What an RNN, LSTM or GRU is made with, besides its sizes.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct RecurrentOptions {
    /// Of the initial parameters.
    pub seed: u64,
    /// Levels stacked on each other; 0 means 1.
    pub num_layers: usize,
    /// Two directions, outputs side by side.
    pub bidirectional: bool,
    /// Without `bias_ih` and `bias_hh`.
    pub no_bias: bool,
    /// Tokens as input.
    pub token_input: bool,
    /// LSTM: size of the projected output; 0: none.
    pub proj_size: usize,
    /// RNN.
    pub nonlinearity: Nonlinearity,
    /// GRU: the reset gate is applied before the product.
    pub reset_before: bool,
    /// Probability, between levels, in training.
    pub dropout: f32,
    /// LSTM: initial bias of the forget gate.
    pub forget_bias: f32,
    /// Initial parameters are uniform in -a..a; 0: 1/sqrt(H).
    pub init_range: f32,
}

impl RecurrentOptions {
    fn to_c(&self, function: &str) -> Result<sys::seqnet_recurrent_options> {
        Ok(sys::seqnet_recurrent_options {
            seed: self.seed,
            num_layers: to_i32(function, "num_layers", self.num_layers)?,
            bidirectional: self.bidirectional.into(),
            no_bias: self.no_bias.into(),
            token_input: self.token_input.into(),
            proj_size: to_i32(function, "proj_size", self.proj_size)?,
            nonlinearity: self.nonlinearity.to_c(),
            reset_before: self.reset_before.into(),
            dropout: self.dropout,
            forget_bias: self.forget_bias,
            init_range: self.init_range,
            ..Default::default()
        })
    }

    fn from_c(options: &sys::seqnet_recurrent_options) -> RecurrentOptions {
        RecurrentOptions {
            seed: options.seed,
            num_layers: to_usize(options.num_layers),
            bidirectional: options.bidirectional != 0,
            no_bias: options.no_bias != 0,
            token_input: options.token_input != 0,
            proj_size: to_usize(options.proj_size),
            nonlinearity: match options.nonlinearity {
                sys::SEQNET_RELU => Nonlinearity::Relu,
                sys::SEQNET_SIGMOID => Nonlinearity::Sigmoid,
                _ => Nonlinearity::Tanh,
            },
            reset_before: options.reset_before != 0,
            dropout: options.dropout,
            forget_bias: options.forget_bias,
            init_range: options.init_range,
        }
    }
}

impl Layer {
    /// For an RNN, LSTM or GRU: its hidden size, and what it was made with (seed excepted).
    pub fn recurrent_options(&self) -> Result<(usize, RecurrentOptions)> {
        let (mut hidden_size, mut options) = (0, sys::seqnet_recurrent_options::default());
        // SAFETY: all three are valid.
        check(unsafe {
            sys::seqnet_recurrent_get_options(self.raw(), &mut hidden_size, &mut options)
        })?;
        Ok((to_usize(hidden_size), RecurrentOptions::from_c(&options)))
    }
}

/// A cell of [`Recurrent`]; only this crate has some.
pub trait Cell: private::Cell {}

impl<T: private::Cell> Cell for T {}

mod private {
    use seqnet_sys as sys;

    pub type Create = unsafe extern "C" fn(
        i32,
        i32,
        *const sys::seqnet_recurrent_options,
        *mut *mut sys::seqnet_layer,
    ) -> i32;

    pub trait Cell {
        const BUILD: &'static str;
        const CREATE: Create;
    }
}

/// The cell of [`Rnn`].
#[derive(Clone, Debug)]
pub enum RnnCell {}

/// The cell of [`Lstm`].
#[derive(Clone, Debug)]
pub enum LstmCell {}

/// The cell of [`Gru`].
#[derive(Clone, Debug)]
pub enum GruCell {}

impl private::Cell for RnnCell {
    const BUILD: &'static str = "Rnn::build";
    const CREATE: private::Create = sys::seqnet_rnn_create;
}

impl private::Cell for LstmCell {
    const BUILD: &'static str = "Lstm::build";
    const CREATE: private::Create = sys::seqnet_lstm_create;
}

impl private::Cell for GruCell {
    const BUILD: &'static str = "Gru::build";
    const CREATE: private::Create = sys::seqnet_gru_create;
}

/// An Elman RNN, as `torch.nn.RNN`: `h' = f(W_ih x + b_ih + W_hh h + b_hh)`.
///
/// State: `h` (L\*D, B, H).
///
/// ```
/// use seqnet::{Nonlinearity, Rnn};
///
/// let rnn = Rnn::new(3, 5).nonlinearity(Nonlinearity::Relu).build()?;
/// assert_eq!(rnn.parameters()[0].name, "weight_ih_l0");
/// assert_eq!(rnn.parameters()[0].shape, [5, 3]);
/// # Ok::<(), seqnet::Error>(())
/// ```
pub type Rnn = Recurrent<RnnCell>;

/// A long short-term memory, as `torch.nn.LSTM`; gates in the order i f g o.
///
/// State: `h` (L\*D, B, H or the projection's size) and `c` (L\*D, B, H).
///
/// ```
/// use seqnet::Lstm;
///
/// let lstm = Lstm::new(3, 5).num_layers(2).bidirectional(true).build()?;
/// assert_eq!(lstm.output_size(), 2 * 5);
/// assert_eq!(lstm.parameters().len(), 2 * 2 * 4);
/// # Ok::<(), seqnet::Error>(())
/// ```
pub type Lstm = Recurrent<LstmCell>;

/// A gated recurrent unit, as `torch.nn.GRU`; gates in the order r z n.
///
/// State: `h` (L\*D, B, H).
///
/// ```
/// use seqnet::Gru;
///
/// let gru = Gru::new(3, 5).reset_before(true).build()?;
/// let (hidden_size, options) = gru.recurrent_options()?;
/// assert!(hidden_size == 5 && options.reset_before);
/// # Ok::<(), seqnet::Error>(())
/// ```
pub type Gru = Recurrent<GruCell>;

/// A builder of [`Rnn`], [`Lstm`] or [`Gru`].
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing before build()"]
pub struct Recurrent<C: Cell> {
    input_size: usize,
    hidden_size: usize,
    options: RecurrentOptions,
    cell: PhantomData<C>,
}

impl<C: Cell> Recurrent<C> {
    /// A layer that takes I = `input_size` features (or tokens) and has H = `hidden_size` units.
    pub fn new(input_size: usize, hidden_size: usize) -> Self {
        let options = RecurrentOptions { num_layers: 1, ..Default::default() };
        Recurrent { input_size, hidden_size, options, cell: PhantomData }
    }

    /// Seed of the initial parameters.
    pub fn seed(mut self, seed: u64) -> Self {
        self.options.seed = seed;
        self
    }

    /// Levels stacked on each other, at most 64; 1 if not set.
    pub fn num_layers(mut self, num_layers: usize) -> Self {
        self.options.num_layers = num_layers;
        self
    }

    /// Two directions, outputs side by side (T, B, 2H).
    pub fn bidirectional(mut self, bidirectional: bool) -> Self {
        self.options.bidirectional = bidirectional;
        self
    }

    /// Whether there are `bias_ih` and `bias_hh`; they are if not set.
    pub fn bias(mut self, bias: bool) -> Self {
        self.options.no_bias = !bias;
        self
    }

    /// Takes tokens `0..input_size`, as if they were one-hot vectors.
    pub fn token_input(mut self, token_input: bool) -> Self {
        self.options.token_input = token_input;
        self
    }

    /// Dropout between levels, in training: a probability in `0.0..1.0`.
    pub fn dropout(mut self, probability: f32) -> Self {
        self.options.dropout = probability;
        self
    }

    /// Initial parameters uniform in -a..a; without it, or with 0, a is 1/sqrt(H).
    pub fn init_range(mut self, a: f32) -> Self {
        self.options.init_range = a;
        self
    }

    /// Makes the layer.
    pub fn build(&self) -> Result<Layer> {
        let input_size = to_i32(C::BUILD, "input_size", self.input_size)?;
        let hidden_size = to_i32(C::BUILD, "hidden_size", self.hidden_size)?;
        let options = self.options.to_c(C::BUILD)?;
        let mut layer = ptr::null_mut();
        // SAFETY: options and the place of the handle are valid.
        check(unsafe { C::CREATE(input_size, hidden_size, &options, &mut layer) })?;
        Ok(Layer::adopt(made(C::BUILD, layer)?, &[]))
    }
}

impl Rnn {
    /// The non-linearity; tanh if not set.
    pub fn nonlinearity(mut self, nonlinearity: Nonlinearity) -> Self {
        self.options.nonlinearity = nonlinearity;
        self
    }
}

impl Lstm {
    /// Projects the output to this size, which is below the hidden size; 0: no projection.
    pub fn proj_size(mut self, proj_size: usize) -> Self {
        self.options.proj_size = proj_size;
        self
    }

    /// Initial `bias_ih` of the forget gate; its `bias_hh` is 0 then.
    pub fn forget_bias(mut self, bias: f32) -> Self {
        self.options.forget_bias = bias;
        self
    }
}

impl Gru {
    /// The form of Cho et al. 2014, `n = tanh(W x + U (r * h))`; if not set, PyTorch's.
    pub fn reset_before(mut self, reset_before: bool) -> Self {
        self.options.reset_before = reset_before;
        self
    }
}
