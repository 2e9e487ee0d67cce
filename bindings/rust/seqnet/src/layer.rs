// SPDX-License-Identifier: MIT
//! Layers: parameters, and what they are.

mod adopt;

use crate::convert::{c_string, made, rows, to_usize};
use crate::error::{check, Code, Error, Result};
use crate::lease::{Reading, Store, Writing};
use crate::{ContextBuilder, TrainerBuilder};
use seqnet_sys as sys;
use std::ffi::CStr;
use std::fmt;
use std::ptr::{self, NonNull};
use std::sync::Arc;

/// What a layer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A table of rows, one for each token.
    Embedding,
    /// An Elman RNN.
    Rnn,
    /// A long short-term memory.
    Lstm,
    /// A gated recurrent unit.
    Gru,
    /// `y = x W^T + b`.
    Linear,
    /// Zeroes a part of its inputs in training.
    Dropout,
    /// Layers in a row.
    Sequential,
}

/// Name and shape of a parameter, gradient or state: a row-major array of floats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorInfo {
    /// Such as `0.weight_ih_l1_reverse`.
    pub name: String,
    /// One to three sizes.
    pub shape: Vec<usize>,
}

impl TensorInfo {
    /// Number of elements: the product of the shape.
    pub fn count(&self) -> usize {
        self.shape.iter().product()
    }

    pub(crate) fn from_c(info: &sys::seqnet_tensor_info) -> TensorInfo {
        // SAFETY: the library's names end in 0 within the array.
        let name = unsafe { CStr::from_ptr(info.name.as_ptr()) };
        let shape = info.shape.iter().take(to_usize(info.rank));
        TensorInfo {
            name: name.to_string_lossy().into_owned(),
            shape: shape.map(|&size| to_usize(size)).collect(),
        }
    }
}

/// The parameters of a model or a part of one: Embedding, RNN, LSTM, GRU, Linear, Dropout,
/// Sequential.
///
/// It is a counted handle: a clone is the same layer, and handles, [contexts](crate::Context) and
/// [trainers](crate::Trainer) may be dropped in any order. A layer is made by a builder
/// ([`Embedding`](crate::Embedding), [`Rnn`](crate::Rnn), [`Lstm`](crate::Lstm),
/// [`Gru`](crate::Gru), [`Linear`](crate::Linear), [`Dropout`](crate::Dropout),
/// [`Sequential`](crate::Sequential)), by [`Model::load`](crate::Model::load), or by
/// [`fold`](Layer::fold).
///
/// # Threads
///
/// A layer may be shared by threads, and any number of them may run contexts of it at once.
/// Whatever writes parameters needs to be alone: [`set_parameter`](Layer::set_parameter), a
/// trainer's [`train`](crate::Trainer::train), [`update`](crate::Trainer::update) and
/// [`load`](crate::Trainer::load), and imports give [`Code::Busy`] while a context is alive that
/// reads the same parameters, or another writer is at work. While they write, reading calls and new
/// contexts get [`Code::Busy`]. Nothing waits, and there is no data race to fear: not between
/// clones, nor between a [`Sequential`](crate::Sequential) and its parts, nor with an embedding
/// whose table a linear layer shares.
///
/// ```
/// use seqnet::{Code, Lstm};
///
/// let mut lstm = Lstm::new(3, 4).build()?;
/// let values = vec![0.5; 16 * 3];
/// let context = lstm.context().build()?;
/// let busy = lstm.set_parameter("weight_ih_l0", &values).unwrap_err();
/// assert_eq!(busy.code(), Code::Busy);
///
/// drop(context);
/// lstm.set_parameter("weight_ih_l0", &values)?;
/// assert_eq!(lstm.parameter("weight_ih_l0")?, values);
/// # Ok::<(), seqnet::Error>(())
/// ```
#[derive(Clone)]
pub struct Layer {
    inner: Arc<Inner>,
}

struct Inner {
    raw: NonNull<sys::seqnet_layer>,
    /// Of this layer's own parameters and those of its parts, each once.
    stores: Box<[Arc<Store>]>,
    /// The layers of a sequential.
    children: Box<[Layer]>,
    /// The embedding whose table a linear layer shares.
    tied: Option<Layer>,
}

// SAFETY: a C layer is read by any number of threads at once, and its references are counted
// atomically. Its parameters are written only under `Writing`, which excludes `Reading`.
unsafe impl Send for Inner {}
// SAFETY: as above.
unsafe impl Sync for Inner {}

impl Drop for Inner {
    fn drop(&mut self) {
        // SAFETY: this is the one reference that `raw` stands for.
        unsafe { sys::seqnet_layer_destroy(self.raw.as_ptr()) }
    }
}

impl Layer {
    pub(crate) fn raw(&self) -> *mut sys::seqnet_layer {
        self.inner.raw.as_ptr()
    }

    pub(crate) fn stores(&self) -> &[Arc<Store>] {
        &self.inner.stores
    }

    fn info(&self) -> sys::seqnet_layer_info {
        let mut info = sys::seqnet_layer_info::default();
        // SAFETY: both are valid; it cannot fail then, and would leave `info` as it is.
        unsafe { sys::seqnet_layer_get_info(self.raw(), &mut info) };
        info
    }

    /// What this layer is.
    pub fn kind(&self) -> Kind {
        match self.info().kind {
            sys::SEQNET_EMBEDDING => Kind::Embedding,
            sys::SEQNET_RNN => Kind::Rnn,
            sys::SEQNET_LSTM => Kind::Lstm,
            sys::SEQNET_GRU => Kind::Gru,
            sys::SEQNET_LINEAR => Kind::Linear,
            sys::SEQNET_DROPOUT => Kind::Dropout,
            _ => Kind::Sequential,
        }
    }

    /// Features of a step, or the number of tokens.
    pub fn input_size(&self) -> usize {
        to_usize(self.info().input_size)
    }

    /// Features of a step of the output.
    pub fn output_size(&self) -> usize {
        to_usize(self.info().output_size)
    }

    /// Whether the layer takes tokens `0..input_size` and not floats.
    pub fn takes_tokens(&self) -> bool {
        self.info().token_input != 0
    }

    /// Whether anything is carried from step to step.
    pub fn has_state(&self) -> bool {
        self.info().has_state != 0
    }

    /// Scalar parameters in all, shared ones once.
    pub fn parameter_count(&self) -> usize {
        to_usize(self.info().parameter_count)
    }

    /// The layers in a sequential, in their order; other layers have none.
    pub fn children(&self) -> &[Layer] {
        &self.inner.children
    }

    /// The embedding whose table this linear layer shares, if it does.
    pub fn tied_embedding(&self) -> Option<&Layer> {
        self.inner.tied.as_ref()
    }

    /// Names and shapes of the parameters, in PyTorch's order and by its names.
    pub fn parameters(&self) -> Vec<TensorInfo> {
        // SAFETY: the handle is valid.
        let count = unsafe { sys::seqnet_layer_tensor_count(self.raw()) };
        let one = |index| {
            let mut info = sys::seqnet_tensor_info::default();
            // SAFETY: both are valid, and the index is in range.
            unsafe { sys::seqnet_layer_tensor_info(self.raw(), index, &mut info) };
            TensorInfo::from_c(&info)
        };
        (0..count).map(one).collect()
    }

    pub(crate) fn parameter_info(&self, function: &str, name: &str) -> Result<TensorInfo> {
        let found = self.parameters().into_iter().find(|info| info.name == name);
        found.ok_or_else(|| {
            Error::new(Code::NotFound, format!("{}: no parameter \"{}\"", function, name))
        })
    }

    /// A copy of a parameter, row-major, gates in PyTorch's order.
    pub fn parameter(&self, name: &str) -> Result<Vec<f32>> {
        const FUNCTION: &str = "Layer::parameter";
        let _reading = Reading::new(FUNCTION, self)?;
        let mut values = vec![0.0; self.parameter_info(FUNCTION, name)?.count()];
        let (name, count) = (c_string(FUNCTION, "name", name)?, values.len() as i64);
        // SAFETY: `values` has room for `count` floats, and nobody writes the parameters.
        check(unsafe {
            sys::seqnet_layer_get_parameter(self.raw(), name.as_ptr(), values.as_mut_ptr(), count)
        })?;
        Ok(values)
    }

    /// Sets a parameter, row-major, gates in PyTorch's order.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`]: no such parameter. [`Code::Shape`]: another number of values.
    /// [`Code::Busy`]: the parameters are in use, see [`Layer`].
    pub fn set_parameter(&mut self, name: &str, values: &[f32]) -> Result<()> {
        const FUNCTION: &str = "Layer::set_parameter";
        let _writing = Writing::new(FUNCTION, self)?;
        let (name, count) = (c_string(FUNCTION, "name", name)?, values.len() as i64);
        // SAFETY: `values` has `count` floats, and nobody else uses the parameters.
        check(unsafe {
            sys::seqnet_layer_set_parameter(self.raw(), name.as_ptr(), values.as_ptr(), count)
        })
    }

    /// For an embedding: the token whose row is nearest to each of the vectors (N, embedding_size).
    pub fn nearest(&self, vectors: &[f32]) -> Result<Vec<i32>> {
        const FUNCTION: &str = "Layer::nearest";
        let _reading = Reading::new(FUNCTION, self)?;
        let count = rows(FUNCTION, "vectors", vectors.len(), self.output_size())?;
        let mut tokens = vec![0; count];
        // SAFETY: `vectors` and `tokens` have what `count` says; nobody writes the parameters.
        check(unsafe {
            let (from, to) = (vectors.as_ptr(), tokens.as_mut_ptr());
            sys::seqnet_embedding_nearest(self.raw(), from, count as i64, to)
        })?;
        Ok(tokens)
    }

    /// A faster form of a language model, for inference: a new sequential in which the embedding is
    /// folded into the recurrent layer after it.
    ///
    /// It gives the same outputs and shares the layers that come after these two. It does not
    /// follow later changes of the first ones.
    ///
    /// # Errors
    ///
    /// [`Code::Unsupported`]: this is no sequential that begins with an embedding and a recurrent
    /// layer.
    pub fn fold(&self) -> Result<Layer> {
        const FUNCTION: &str = "Layer::fold";
        let _reading = Reading::new(FUNCTION, self)?;
        let mut folded = ptr::null_mut();
        // SAFETY: the handle is valid, and nobody writes the parameters.
        check(unsafe { sys::seqnet_sequential_fold(self.raw(), ptr::null(), &mut folded) })?;
        Ok(Layer::adopt(made(FUNCTION, folded)?, self.children()))
    }

    /// Bytes of the table that [`fold`](Layer::fold) would make.
    pub fn fold_bytes(&self) -> Result<usize> {
        let mut bytes = 0;
        // SAFETY: the handle is valid.
        check(unsafe { sys::seqnet_sequential_fold_bytes(self.raw(), &mut bytes) })?;
        Ok(bytes)
    }

    /// A builder of contexts, which run the layer.
    pub fn context(&self) -> ContextBuilder<'_> {
        ContextBuilder::new(self)
    }

    /// A builder of a trainer for the layer.
    pub fn trainer(&self) -> TrainerBuilder<'_> {
        TrainerBuilder::new(self)
    }

    /// Whether both are handles of one layer.
    pub fn is_same(&self, other: &Layer) -> bool {
        self.raw() == other.raw()
    }
}

impl fmt::Debug for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = f.debug_struct("Layer");
        text.field("kind", &self.kind());
        text.field("input_size", &self.input_size());
        text.field("output_size", &self.output_size());
        text.field("parameter_count", &self.parameter_count());
        text.finish_non_exhaustive()
    }
}
