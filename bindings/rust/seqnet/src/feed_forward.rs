// SPDX-License-Identifier: MIT
//! Builders of layers without state, and of sequentials.

use crate::convert::{made, to_i32, to_usize};
use crate::error::{check, Result};
use crate::layer::Layer;
use crate::lease::Reading;
use seqnet_sys as sys;
use std::ptr;

/// A table of V rows, as `torch.nn.Embedding`: token k becomes row k.
///
/// Parameter: `weight` (V, embedding_size), initially N(0,1).
///
/// ```
/// use seqnet::Embedding;
///
/// let mut table = Embedding::new(3, 2).build()?;
/// table.set_parameter("weight", &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0])?;
/// assert_eq!(table.nearest(&[2.1, 3.1, 4.0, 5.2])?, [1, 2]);
/// # Ok::<(), seqnet::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing before build()"]
pub struct Embedding {
    vocabulary_size: usize,
    embedding_size: usize,
    seed: u64,
    padding: Option<usize>,
}

impl Embedding {
    /// A table (V, embedding_size) with V = `vocabulary_size`.
    pub fn new(vocabulary_size: usize, embedding_size: usize) -> Self {
        Embedding { vocabulary_size, embedding_size, seed: 0, padding: None }
    }

    /// Seed of the initial rows.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// This token's row is zero and gets no gradient.
    pub fn padding(mut self, token: usize) -> Self {
        self.padding = Some(token);
        self
    }

    /// Makes the layer.
    pub fn build(&self) -> Result<Layer> {
        const FUNCTION: &str = "Embedding::build";
        let vocabulary_size = to_i32(FUNCTION, "vocabulary_size", self.vocabulary_size)?;
        let embedding_size = to_i32(FUNCTION, "embedding_size", self.embedding_size)?;
        let options = sys::seqnet_embedding_options {
            seed: self.seed,
            has_padding_idx: self.padding.is_some().into(),
            padding_idx: to_i32(FUNCTION, "padding", self.padding.unwrap_or(0))?,
            ..Default::default()
        };
        let mut layer = ptr::null_mut();
        // SAFETY: options and the place of the handle are valid.
        check(unsafe {
            sys::seqnet_embedding_create(vocabulary_size, embedding_size, &options, &mut layer)
        })?;
        Ok(Layer::adopt(made(FUNCTION, layer)?, &[]))
    }
}

/// `y = x W^T + b` for every step, as `torch.nn.Linear`.
///
/// Parameters: `weight` (output_size, input_size) and `bias` (output_size). A tied layer has no
/// `weight` of its own.
///
/// ```
/// use seqnet::{Embedding, Linear};
///
/// let table = Embedding::new(100, 8).build()?;
/// let scores = Linear::new(8, 100).tied(&table).build()?;
/// assert_eq!(scores.parameters().len(), 1);
/// assert!(scores.tied_embedding().unwrap().is_same(&table));
/// # Ok::<(), seqnet::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing before build()"]
pub struct Linear {
    input_size: usize,
    output_size: usize,
    seed: u64,
    tied: Option<Layer>,
    no_bias: bool,
    init_range: f32,
}

impl Linear {
    /// A layer from `input_size` features to `output_size`.
    pub fn new(input_size: usize, output_size: usize) -> Self {
        Linear { input_size, output_size, seed: 0, tied: None, no_bias: false, init_range: 0.0 }
    }

    /// Seed of the initial parameters.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Uses the table (output_size, input_size) of this embedding as its weight.
    pub fn tied(mut self, embedding: &Layer) -> Self {
        self.tied = Some(embedding.clone());
        self
    }

    /// Whether there is a bias; there is if not set.
    pub fn bias(mut self, bias: bool) -> Self {
        self.no_bias = !bias;
        self
    }

    /// Initial parameters uniform in -a..a; without it, or with 0, a is 1/sqrt(input_size).
    pub fn init_range(mut self, a: f32) -> Self {
        self.init_range = a;
        self
    }

    /// Makes the layer.
    pub fn build(&self) -> Result<Layer> {
        const FUNCTION: &str = "Linear::build";
        let input_size = to_i32(FUNCTION, "input_size", self.input_size)?;
        let output_size = to_i32(FUNCTION, "output_size", self.output_size)?;
        let _reading = self.tied.as_ref().map(|tied| Reading::new(FUNCTION, tied)).transpose()?;
        let options = sys::seqnet_linear_options {
            seed: self.seed,
            tied_embedding: self.tied.as_ref().map_or(ptr::null_mut(), Layer::raw),
            no_bias: self.no_bias.into(),
            init_range: self.init_range,
            ..Default::default()
        };
        let mut layer = ptr::null_mut();
        // SAFETY: options, the embedding and the place of the handle are valid.
        check(unsafe { sys::seqnet_linear_create(input_size, output_size, &options, &mut layer) })?;
        let known: Vec<Layer> = self.tied.iter().cloned().collect();
        Ok(Layer::adopt(made(FUNCTION, layer)?, &known))
    }
}

/// In training: `y = x m / (1 - p)` with m = 0 with probability p, else 1; otherwise `y = x`.
///
/// ```
/// use seqnet::{Dropout, Kind};
///
/// let layer = Dropout::new(8, 0.25).build()?;
/// assert_eq!(layer.kind(), Kind::Dropout);
/// assert_eq!(layer.dropout_probability()?, 0.25);
/// # Ok::<(), seqnet::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "a builder does nothing before build()"]
pub struct Dropout {
    size: usize,
    probability: f32,
}

impl Dropout {
    /// For `size` features; the probability is in `0.0..1.0`.
    pub fn new(size: usize, probability: f32) -> Self {
        Dropout { size, probability }
    }

    /// Makes the layer.
    pub fn build(&self) -> Result<Layer> {
        const FUNCTION: &str = "Dropout::build";
        let size = to_i32(FUNCTION, "size", self.size)?;
        let mut layer = ptr::null_mut();
        // SAFETY: the place of the handle is valid.
        check(unsafe {
            sys::seqnet_dropout_create(size, self.probability, ptr::null(), &mut layer)
        })?;
        Ok(Layer::adopt(made(FUNCTION, layer)?, &[]))
    }
}

/// Layers in a row, each one's output the next one's input, as `torch.nn.Sequential`.
///
/// Names of parameters and states get the prefix `{index}.`. The layers are shared, not copied: who
/// keeps a handle of one sees it change when the sequential is trained.
///
/// ```
/// use seqnet::{Embedding, Gru, Linear, Sequential};
///
/// let layers = [
///     Embedding::new(50, 8).build()?,
///     Gru::new(8, 16).build()?,
///     Linear::new(16, 50).build()?,
/// ];
/// let model = Sequential::new(&layers).build()?;
/// assert!(model.takes_tokens() && model.output_size() == 50);
/// assert_eq!(model.parameters()[1].name, "1.weight_ih_l0");
/// # Ok::<(), seqnet::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing before build()"]
pub struct Sequential {
    layers: Vec<Layer>,
}

impl Sequential {
    /// From 1 to 64 different layers, none of them a sequential.
    pub fn new(layers: &[Layer]) -> Self {
        Sequential { layers: layers.to_vec() }
    }

    /// Makes the layer.
    pub fn build(&self) -> Result<Layer> {
        const FUNCTION: &str = "Sequential::build";
        let count = to_i32(FUNCTION, "count", self.layers.len())?;
        let handles: Vec<_> = self.layers.iter().map(Layer::raw).collect();
        let mut layer = ptr::null_mut();
        // SAFETY: `handles` has `count` valid ones, and the place of the new one is valid.
        check(unsafe {
            sys::seqnet_sequential_create(handles.as_ptr(), count, ptr::null(), &mut layer)
        })?;
        Ok(Layer::adopt(made(FUNCTION, layer)?, &self.layers))
    }
}

impl Layer {
    /// For a dropout: its probability.
    pub fn dropout_probability(&self) -> Result<f32> {
        let mut probability = 0.0;
        // SAFETY: both are valid.
        check(unsafe { sys::seqnet_dropout_get_probability(self.raw(), &mut probability) })?;
        Ok(probability)
    }

    /// For an embedding: the token whose row is zero and stays so, if there is one.
    pub fn padding(&self) -> Result<Option<usize>> {
        let mut options = sys::seqnet_embedding_options::default();
        // SAFETY: both are valid.
        check(unsafe { sys::seqnet_embedding_get_options(self.raw(), &mut options) })?;
        Ok((options.has_padding_idx != 0).then(|| to_usize(options.padding_idx)))
    }
}
