// SPDX-License-Identifier: MIT
//! Weights in the names and layouts of other frameworks.

use crate::convert::{c_string, made};
use crate::error::{check, Result};
use crate::layer::Layer;
use crate::lease::{Reading, Writing};
use crate::recurrent::Nonlinearity;
use crate::tensors::Tensors;
use seqnet_sys as sys;
use std::ffi::{CStr, CString};
use std::ptr;

/// Whose names and layouts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// A PyTorch `state_dict`.
    #[default]
    Torch,
    /// The arrays of Keras 3 layers.
    Keras,
    /// Inputs of ONNX operators.
    Onnx,
    /// Memories of oneDNN primitives.
    OneDnn,
}

/// The two forms of a GRU, see [`Gru`](crate::Gru).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GruForm {
    /// What the layer, the tensors or the dialect say.
    #[default]
    Auto,
    /// PyTorch's.
    ResetAfter,
    /// That of Cho et al. 2014.
    ResetBefore,
}

/// How weights are named and laid out: PyTorch's way, without a prefix, if nothing else is said.
///
/// ```
/// use seqnet::{Dialect, Interchange, Layer, Lstm, Tensors};
///
/// let lstm = Lstm::new(3, 4).build()?;
/// let keras = Interchange::new(Dialect::Keras).prefix("encoder.");
/// let mut tensors = Tensors::new()?;
/// lstm.export(&mut tensors, &keras)?;
/// assert_eq!(tensors.tensor("encoder.recurrent_kernel")?.shape, [4, 16]);
///
/// let copy = Layer::from_tensors(&tensors, &keras)?;
/// assert_eq!(copy.parameter("weight_hh_l0")?, lstm.parameter("weight_hh_l0")?);
/// # Ok::<(), seqnet::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Interchange {
    dialect: Dialect,
    prefix: Option<String>,
    modules: Option<String>,
    gru_form: GruForm,
    nonlinearity: Nonlinearity,
    token_input: bool,
}

/// The options of C, and the texts they point to.
struct Options {
    raw: sys::seqnet_interchange_options,
    _prefix: Option<CString>,
    _modules: Option<CString>,
}

impl Interchange {
    /// In this dialect.
    pub fn new(dialect: Dialect) -> Self {
        Interchange { dialect, ..Default::default() }
    }

    /// Every tensor's name begins with this, such as `encoder.`.
    pub fn prefix(mut self, prefix: &str) -> Self {
        self.prefix = Some(prefix.to_owned());
        self
    }

    /// Names of the modules that have tensors, in the order of the layers; tensors of other
    /// modules are left alone.
    pub fn modules(mut self, names: &[&str]) -> Self {
        self.modules = Some(names.join(","));
        self
    }

    /// The form of a GRU, where nothing else says it.
    pub fn gru_form(mut self, form: GruForm) -> Self {
        self.gru_form = form;
        self
    }

    /// [`Layer::from_tensors`]: what an RNN has.
    pub fn nonlinearity(mut self, nonlinearity: Nonlinearity) -> Self {
        self.nonlinearity = nonlinearity;
        self
    }

    /// [`Layer::from_tensors`]: a first RNN, LSTM or GRU takes tokens.
    pub fn token_input(mut self, token_input: bool) -> Self {
        self.token_input = token_input;
        self
    }

    fn to_c(&self, function: &str) -> Result<Options> {
        let text = |name, text: &Option<String>| {
            text.as_ref().map(|text| c_string(function, name, text.as_str())).transpose()
        };
        let prefix = text("prefix", &self.prefix)?;
        let modules = text("modules", &self.modules)?;
        let pointer = |text: &Option<CString>| text.as_deref().map_or(ptr::null(), CStr::as_ptr);
        let raw = sys::seqnet_interchange_options {
            prefix: pointer(&prefix),
            modules: pointer(&modules),
            dialect: match self.dialect {
                Dialect::Torch => sys::SEQNET_DIALECT_TORCH,
                Dialect::Keras => sys::SEQNET_DIALECT_KERAS,
                Dialect::Onnx => sys::SEQNET_DIALECT_ONNX,
                Dialect::OneDnn => sys::SEQNET_DIALECT_ONEDNN,
            },
            gru_form: match self.gru_form {
                GruForm::Auto => sys::SEQNET_GRU_FORM_AUTO,
                GruForm::ResetAfter => sys::SEQNET_GRU_FORM_RESET_AFTER,
                GruForm::ResetBefore => sys::SEQNET_GRU_FORM_RESET_BEFORE,
            },
            nonlinearity: self.nonlinearity.to_c(),
            token_input: self.token_input.into(),
            ..Default::default()
        };
        Ok(Options { raw, _prefix: prefix, _modules: modules })
    }
}

impl Layer {
    /// Sets all parameters from tensors.
    ///
    /// # Errors
    ///
    /// A tensor that is missing, has another shape, is not of floats or belongs to nothing is
    /// named by the message; the layer is unchanged then. [`Code::Busy`](crate::Code::Busy): the
    /// parameters are in use, see [`Layer`].
    pub fn import(&mut self, tensors: &Tensors, interchange: &Interchange) -> Result<()> {
        const FUNCTION: &str = "Layer::import";
        let options = interchange.to_c(FUNCTION)?;
        let _writing = Writing::new(FUNCTION, self)?;
        // SAFETY: all are valid; nobody else uses the parameters.
        check(unsafe { sys::seqnet_layer_import(self.raw(), tensors.raw(), &options.raw) })
    }

    /// Adds all parameters to tensors, in place of those of equal names.
    pub fn export(&self, tensors: &mut Tensors, interchange: &Interchange) -> Result<()> {
        const FUNCTION: &str = "Layer::export";
        let options = interchange.to_c(FUNCTION)?;
        let _reading = Reading::new(FUNCTION, self)?;
        // SAFETY: all are valid; nobody writes the parameters.
        check(unsafe { sys::seqnet_layer_export(self.raw(), tensors.raw(), &options.raw) })
    }

    /// Makes the layer that names and shapes of tensors describe, with their values.
    pub fn from_tensors(tensors: &Tensors, interchange: &Interchange) -> Result<Layer> {
        const FUNCTION: &str = "Layer::from_tensors";
        let options = interchange.to_c(FUNCTION)?;
        let mut layer = ptr::null_mut();
        // SAFETY: all are valid.
        check(unsafe { sys::seqnet_layer_from_tensors(tensors.raw(), &options.raw, &mut layer) })?;
        Ok(Layer::adopt(made(FUNCTION, layer)?, &[]))
    }
}
