// SPDX-License-Identifier: MIT
//! safetensors files.

mod dtype;

pub use dtype::Dtype;

use crate::convert::{borrowed_text, c_path, c_string, fits, made, to_usize, zeros};
use crate::error::{check, Code, Error, Result};
use seqnet_sys as sys;
use std::fmt;
use std::os::raw::c_void;
use std::path::Path;
use std::ptr::{self, NonNull};
use std::slice;

/// Named arrays and text metadata: what a safetensors file holds, and what weights of other
/// frameworks come in ([`Layer::import`](crate::Layer::import)) and go out by.
///
/// ```
/// use seqnet::Tensors;
///
/// let mut tensors = Tensors::new()?;
/// tensors.set("bias", &[2, 1], &[0.5, -0.5])?;
/// tensors.set_metadata("format", "pt")?;
///
/// let copy = Tensors::parse(&tensors.to_bytes()?)?;
/// assert_eq!(copy.tensor("bias")?.shape, [2, 1]);
/// assert_eq!(copy.values("bias")?, [0.5, -0.5]);
/// # Ok::<(), seqnet::Error>(())
/// ```
///
/// Arrays are borrowed from it:
///
/// ```compile_fail,E0502
/// let mut tensors = seqnet::Tensors::new().unwrap();
/// tensors.set("bias", &[1], &[0.5]).unwrap();
/// let bias = tensors.tensor("bias").unwrap();
/// tensors.remove("bias").unwrap();
/// println!("{:?}", bias.data);
/// ```
pub struct Tensors(NonNull<sys::seqnet_tensors>);

// SAFETY: any number of threads may read a C collection while none changes it, and changes need
// the collection mutably.
unsafe impl Send for Tensors {}
// SAFETY: as above.
unsafe impl Sync for Tensors {}

impl Drop for Tensors {
    fn drop(&mut self) {
        // SAFETY: nobody else has this pointer.
        unsafe { sys::seqnet_tensors_destroy(self.raw()) }
    }
}

/// One array of a [`Tensors`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor<'a> {
    /// Its name; `""` is one.
    pub name: &'a str,
    /// What the elements are.
    pub dtype: Dtype,
    /// From no size (a scalar) to eight.
    pub shape: Vec<usize>,
    /// The elements, row-major and little-endian, of any alignment.
    pub data: &'a [u8],
}

impl Tensors {
    /// An empty collection.
    pub fn new() -> Result<Tensors> {
        let mut tensors = ptr::null_mut();
        // SAFETY: the place of the handle is valid.
        check(unsafe { sys::seqnet_tensors_create(ptr::null(), &mut tensors) })?;
        Ok(Tensors(made("Tensors::new", tensors)?))
    }

    /// Reads a safetensors file.
    ///
    /// # Errors
    ///
    /// [`Code::Format`]: not such a file, or damaged; the message says where.
    /// [`Code::Unsupported`]: an element type of less than a byte, or more than eight dimensions.
    /// [`Code::Io`]: the system refused.
    pub fn load(path: impl AsRef<Path>) -> Result<Tensors> {
        const FUNCTION: &str = "Tensors::load";
        let path = c_path(FUNCTION, path.as_ref())?;
        let mut tensors = ptr::null_mut();
        // SAFETY: path and the place of the handle are valid.
        check(unsafe { sys::seqnet_tensors_load(path.as_ptr(), ptr::null(), &mut tensors) })?;
        Ok(Tensors(made(FUNCTION, tensors)?))
    }

    /// Reads a safetensors file that is in memory; errors as [`load`](Tensors::load).
    pub fn parse(file: &[u8]) -> Result<Tensors> {
        let (from, mut tensors) = (file.as_ptr().cast(), ptr::null_mut());
        // SAFETY: the file has as many bytes as said; the rest is valid.
        check(unsafe { sys::seqnet_tensors_parse(from, file.len(), ptr::null(), &mut tensors) })?;
        Ok(Tensors(made("Tensors::parse", tensors)?))
    }

    /// Writes a safetensors file, which appears under its name only when it is complete.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = c_path("Tensors::save", path.as_ref())?;
        // SAFETY: both are valid.
        check(unsafe { sys::seqnet_tensors_save(self.raw(), path.as_ptr()) })
    }

    /// The bytes of the safetensors file.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        serialized("Tensors::to_bytes", |data, capacity, bytes| {
            // SAFETY: the collection is valid, and the rest is as `serialized` promises.
            unsafe { sys::seqnet_tensors_serialize(self.raw(), data, capacity, bytes) }
        })
    }

    pub(crate) fn raw(&self) -> *mut sys::seqnet_tensors {
        self.0.as_ptr()
    }

    /// Number of arrays.
    pub fn count(&self) -> usize {
        // SAFETY: the collection is valid.
        to_usize(unsafe { sys::seqnet_tensors_count(self.raw()) })
    }

    /// All arrays, in the order of their names.
    pub fn all(&self) -> Vec<Tensor<'_>> {
        let one = |index: usize| {
            let mut entry = sys::seqnet_tensors_entry::default();
            // SAFETY: both are valid, and the index is in range.
            unsafe { sys::seqnet_tensors_info(self.raw(), index as i32, &mut entry) };
            // SAFETY: the entry is of this collection.
            unsafe { self.lend(&entry) }
        };
        (0..self.count()).map(one).collect()
    }

    /// An array by its name; [`Code::NotFound`] if there is none.
    pub fn tensor(&self, name: &str) -> Result<Tensor<'_>> {
        let name = c_string("Tensors::tensor", "name", name)?;
        let mut entry = sys::seqnet_tensors_entry::default();
        // SAFETY: all are valid.
        check(unsafe { sys::seqnet_tensors_find(self.raw(), name.as_ptr(), &mut entry) })?;
        // SAFETY: the entry is of this collection.
        Ok(unsafe { self.lend(&entry) })
    }

    /// # Safety
    ///
    /// This collection has just given the entry.
    unsafe fn lend(&self, entry: &sys::seqnet_tensors_entry) -> Tensor<'_> {
        let data = match entry.data.is_null() {
            true => &[][..],
            // SAFETY: the data has so many bytes and stays until the collection changes, which
            // needs it mutably.
            false => unsafe { slice::from_raw_parts(entry.data.cast(), entry.data_bytes) },
        };
        let sizes = entry.shape.iter().take(to_usize(entry.rank));
        Tensor {
            // SAFETY: as the data.
            name: unsafe { borrowed_text(entry.name) }.unwrap_or(""),
            dtype: Dtype::from_c(entry.dtype),
            shape: sizes.map(|&size| to_usize(size)).collect(),
            data,
        }
    }

    /// A copy of an array as floats, exact but for F64, which is rounded.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`]: no such array. [`Code::Unsupported`]: its elements are not F32, F64, F16
    /// or BF16.
    pub fn values(&self, name: &str) -> Result<Vec<f32>> {
        const FUNCTION: &str = "Tensors::values";
        let mut values = zeros(FUNCTION, self.tensor(name)?.shape.iter().product())?;
        let (name, count) = (c_string(FUNCTION, "name", name)?, values.len() as i64);
        let to = values.as_mut_ptr();
        // SAFETY: `values` has room for `count` floats.
        check(unsafe { sys::seqnet_tensors_get(self.raw(), name.as_ptr(), to, count) })?;
        Ok(values)
    }

    /// Adds an array of F32, row-major, in place of one of that name; the values are copied.
    pub fn set(&mut self, name: &str, shape: &[usize], values: &[f32]) -> Result<()> {
        const FUNCTION: &str = "Tensors::set";
        fits(FUNCTION, "values", values.len(), shape)?;
        let name = c_string(FUNCTION, "name", name)?;
        let (sizes, rank) = sizes(FUNCTION, shape)?;
        let from = values.as_ptr();
        // SAFETY: the shape has `rank` sizes, and `values` what their product says.
        check(unsafe {
            sys::seqnet_tensors_set(self.raw(), name.as_ptr(), sizes.as_ptr(), rank, from)
        })
    }

    /// Adds an array of any type, in place of one of that name; the data is copied.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidArgument`]: the data is not as long as type and shape need.
    pub fn set_tensor(&mut self, tensor: &Tensor<'_>) -> Result<()> {
        const FUNCTION: &str = "Tensors::set_tensor";
        let name = c_string(FUNCTION, "name", tensor.name)?;
        let (shape, rank) = sizes(FUNCTION, &tensor.shape)?;
        let entry = sys::seqnet_tensors_entry {
            name: name.as_ptr(),
            data: tensor.data.as_ptr().cast(),
            data_bytes: tensor.data.len(),
            shape,
            rank,
            dtype: tensor.dtype.to_c(),
            ..Default::default()
        };
        // SAFETY: the entry's name and data are valid, the latter for `data_bytes`.
        check(unsafe { sys::seqnet_tensors_set_entry(self.raw(), &entry) })
    }

    /// Removes an array; [`Code::NotFound`] if there is none of that name.
    pub fn remove(&mut self, name: &str) -> Result<()> {
        let name = c_string("Tensors::remove", "name", name)?;
        // SAFETY: both are valid.
        check(unsafe { sys::seqnet_tensors_remove(self.raw(), name.as_ptr()) })
    }

    /// The value of a metadata entry.
    pub fn metadata(&self, key: &str) -> Option<&str> {
        let key = c_string("Tensors::metadata", "key", key).ok()?;
        // SAFETY: both are valid; the text stays until the collection changes.
        unsafe { borrowed_text(sys::seqnet_tensors_get_metadata(self.raw(), key.as_ptr())) }
    }

    /// Keys of the metadata, in their order.
    pub fn keys(&self) -> Vec<&str> {
        let key = |index| {
            // SAFETY: the collection is valid, past the last key this gives NULL, and keys stay
            // until the collection changes.
            unsafe { borrowed_text(sys::seqnet_tensors_metadata_key(self.raw(), index)) }
        };
        (0..).map_while(key).collect()
    }

    /// Sets a metadata entry; `seqnet.checksum` is the format's own.
    pub fn set_metadata(&mut self, key: &str, value: &str) -> Result<()> {
        const FUNCTION: &str = "Tensors::set_metadata";
        let key = c_string(FUNCTION, "key", key)?;
        let value = c_string(FUNCTION, "value", value)?;
        // SAFETY: all are valid.
        check(unsafe { sys::seqnet_tensors_set_metadata(self.raw(), key.as_ptr(), value.as_ptr()) })
    }

    /// Removes a metadata entry, if there is one.
    pub fn remove_metadata(&mut self, key: &str) -> Result<()> {
        let key = c_string("Tensors::remove_metadata", "key", key)?;
        // SAFETY: both are valid.
        check(unsafe { sys::seqnet_tensors_set_metadata(self.raw(), key.as_ptr(), ptr::null()) })
    }
}

impl fmt::Debug for Tensors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = f.debug_struct("Tensors");
        text.field("count", &self.count()).field("keys", &self.keys());
        text.finish_non_exhaustive()
    }
}

/// A shape as C takes it, and its rank.
fn sizes(function: &str, shape: &[usize]) -> Result<([i64; MAX_RANK], i32)> {
    let mut sizes = [1; MAX_RANK];
    if shape.len() > MAX_RANK {
        let message = format!("{}: rank = {}, need 0..{}", function, shape.len(), MAX_RANK);
        return Err(Error::new(Code::InvalidArgument, message));
    }
    for (to, &size) in sizes.iter_mut().zip(shape) {
        *to = i64::try_from(size).map_err(|_| {
            Error::new(Code::InvalidArgument, format!("{}: shape {:?}", function, shape))
        })?;
    }
    Ok((sizes, shape.len() as i32))
}

const MAX_RANK: usize = sys::SEQNET_MAX_RANK as usize;

/// The bytes that a C function writes which is asked for their number first. `write` gets the
/// place, NULL or with room for the capacity, and where to say the number.
pub(crate) fn serialized(
    function: &str,
    write: impl Fn(*mut c_void, usize, &mut usize) -> i32,
) -> Result<Vec<u8>> {
    let mut bytes = 0;
    check(write(ptr::null_mut(), 0, &mut bytes))?;
    let mut file: Vec<u8> = zeros(function, bytes)?;
    check(write(file.as_mut_ptr().cast(), file.len(), &mut bytes))?;
    Ok(file)
}
