// SPDX-License-Identifier: MIT
//! Model files.

use crate::convert::{borrowed_text, c_path, c_string, made};
use crate::error::{check, Result};
use crate::layer::Layer;
use crate::lease::Reading;
use crate::tensors::serialized;
use seqnet_sys as sys;
use std::fmt;
use std::path::Path;
use std::ptr::{self, NonNull};

/// A layer and text metadata, as they lie in one safetensors file.
///
/// ```
/// use seqnet::{Gru, Model};
///
/// let path = std::env::temp_dir().join(format!("model-{}.safetensors", std::process::id()));
/// let gru = Gru::new(3, 5).build()?;
/// let mut model = Model::new(&gru)?;
/// model.set_metadata("author", "me")?;
/// model.save(&path)?;
///
/// let copy = Model::load(&path)?;
/// assert_eq!(copy.metadata("author"), Some("me"));
/// assert_eq!(copy.layer().parameter("weight_hh_l0")?, gru.parameter("weight_hh_l0")?);
/// # std::fs::remove_file(&path).unwrap();
/// # Ok::<(), seqnet::Error>(())
/// ```
///
/// Texts are borrowed from it:
///
/// ```compile_fail,E0502
/// let mut model = seqnet::Model::new(&seqnet::Gru::new(3, 5).build().unwrap()).unwrap();
/// let author = model.metadata("author");
/// model.set_metadata("author", "somebody else").unwrap();
/// println!("{:?}", author);
/// ```
pub struct Model {
    raw: NonNull<sys::seqnet_model>,
    layer: Layer,
}

// SAFETY: a C model may be used by one thread after another.
unsafe impl Send for Model {}

impl Drop for Model {
    fn drop(&mut self) {
        // SAFETY: nobody else has this pointer.
        unsafe { sys::seqnet_model_destroy(self.raw()) }
    }
}

impl Model {
    /// A model of this layer, without metadata.
    pub fn new(layer: &Layer) -> Result<Model> {
        let mut model = ptr::null_mut();
        // SAFETY: the layer and the place of the handle are valid.
        check(unsafe { sys::seqnet_model_create(layer.raw(), ptr::null(), &mut model) })?;
        Ok(Model { raw: made("Model::new", model)?, layer: layer.clone() })
    }

    /// Reads a model file and makes its layer.
    ///
    /// # Errors
    ///
    /// [`Code::Format`](crate::Code::Format): not a model file, or damaged; the message says where.
    /// [`Code::Io`](crate::Code::Io): the system refused.
    pub fn load(path: impl AsRef<Path>) -> Result<Model> {
        const FUNCTION: &str = "Model::load";
        let path = c_path(FUNCTION, path.as_ref())?;
        let mut model = ptr::null_mut();
        // SAFETY: path and the place of the handle are valid.
        check(unsafe { sys::seqnet_model_load(path.as_ptr(), ptr::null(), &mut model) })?;
        Model::adopt(made(FUNCTION, model)?)
    }

    /// Reads a model file that is in memory; errors as [`load`](Model::load).
    pub fn parse(file: &[u8]) -> Result<Model> {
        let (from, mut model) = (file.as_ptr().cast(), ptr::null_mut());
        // SAFETY: the file has as many bytes as said; the rest is valid.
        check(unsafe { sys::seqnet_model_parse(from, file.len(), ptr::null(), &mut model) })?;
        Model::adopt(made("Model::parse", model)?)
    }

    /// Takes over a model that C has made, with a new layer.
    fn adopt(raw: NonNull<sys::seqnet_model>) -> Result<Model> {
        // SAFETY: the model is valid and lends its layer; retaining it makes the reference that
        // the new handle takes over.
        let layer = unsafe {
            let layer = sys::seqnet_model_layer(raw.as_ptr());
            sys::seqnet_layer_retain(layer);
            layer
        };
        let layer = Layer::adopt(made("Model::adopt", layer)?, &[]);
        Ok(Model { raw, layer })
    }

    fn raw(&self) -> *mut sys::seqnet_model {
        self.raw.as_ptr()
    }

    /// The model's layer.
    pub fn layer(&self) -> &Layer {
        &self.layer
    }

    /// Writes the model file, which appears under its name only when it is complete.
    ///
    /// # Errors
    ///
    /// [`Code::Busy`](crate::Code::Busy): the parameters are being written.
    /// [`Code::Io`](crate::Code::Io): the system refused; an old file is as it was.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        const FUNCTION: &str = "Model::save";
        let path = c_path(FUNCTION, path.as_ref())?;
        let _reading = Reading::new(FUNCTION, &self.layer)?;
        // SAFETY: both are valid; nobody writes the parameters.
        check(unsafe { sys::seqnet_model_save(self.raw(), path.as_ptr()) })
    }

    /// The bytes of the model file; errors as [`save`](Model::save).
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        const FUNCTION: &str = "Model::to_bytes";
        let _reading = Reading::new(FUNCTION, &self.layer)?;
        serialized(FUNCTION, |data, capacity, bytes| {
            // SAFETY: the model is valid, nobody writes the parameters, and the rest is as
            // `serialized` promises.
            unsafe { sys::seqnet_model_serialize(self.raw(), data, capacity, bytes) }
        })
    }

    /// The value of a metadata entry.
    pub fn metadata(&self, key: &str) -> Option<&str> {
        let key = c_string("Model::metadata", "key", key).ok()?;
        // SAFETY: both are valid; the text stays until the model changes.
        unsafe { borrowed_text(sys::seqnet_model_get_metadata(self.raw(), key.as_ptr())) }
    }

    /// Keys of the metadata, in their order.
    pub fn keys(&self) -> Vec<&str> {
        let key = |index| {
            // SAFETY: the model is valid, past the last key this gives NULL, and keys stay until
            // the model changes.
            unsafe { borrowed_text(sys::seqnet_model_metadata_key(self.raw(), index)) }
        };
        (0..).map_while(key).collect()
    }

    /// Sets a metadata entry; keys that begin with `seqnet.` may be the format's own.
    pub fn set_metadata(&mut self, key: &str, value: &str) -> Result<()> {
        const FUNCTION: &str = "Model::set_metadata";
        let key = c_string(FUNCTION, "key", key)?;
        let value = c_string(FUNCTION, "value", value)?;
        // SAFETY: all are valid.
        check(unsafe { sys::seqnet_model_set_metadata(self.raw(), key.as_ptr(), value.as_ptr()) })
    }

    /// Removes a metadata entry, if there is one.
    pub fn remove_metadata(&mut self, key: &str) -> Result<()> {
        let key = c_string("Model::remove_metadata", "key", key)?;
        // SAFETY: both are valid.
        check(unsafe { sys::seqnet_model_set_metadata(self.raw(), key.as_ptr(), ptr::null()) })
    }
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = f.debug_struct("Model");
        text.field("layer", &self.layer).field("keys", &self.keys());
        text.finish_non_exhaustive()
    }
}
