// SPDX-License-Identifier: MIT
//! Many short sequences, read as padded batches.

use crate::batch::Batch;
use crate::convert::{fits, made, product, to_i32, to_usize};
use crate::error::{check, Code, Error, Result};
use seqnet_sys as sys;
use std::fmt;
use std::ptr::{self, NonNull};

/// Token sequences with targets, read as padded batches of similar length.
///
/// ```
/// use seqnet::{Dataset, Padded};
///
/// let mut dataset = Dataset::classification(0)?;
/// dataset.add(&[5, 6, 7], &[1])?;
/// dataset.add(&[8], &[0])?;
/// dataset.start(2, 0)?; // seed 0: not shuffled, sorted by length
/// let mut padded = Padded::default();
/// assert!(dataset.read(&mut padded)?);
/// assert_eq!(padded.inputs, [8, 5, 0, 6, 0, 7]); // (T, B)
/// assert_eq!((&padded.lengths[..], &padded.targets[..]), (&[1, 3][..], &[0, 1][..]));
/// # Ok::<(), seqnet::Error>(())
/// ```
pub struct Dataset {
    raw: NonNull<sys::seqnet_dataset>,
    targets_per_step: bool,
    /// Of the epoch that was started.
    batch: usize,
}

// SAFETY: a C dataset may be used by one thread after another.
unsafe impl Send for Dataset {}

impl Drop for Dataset {
    fn drop(&mut self) {
        // SAFETY: nobody else has this pointer.
        unsafe { sys::seqnet_dataset_destroy(self.raw.as_ptr()) }
    }
}

/// A batch of a [`Dataset`]; its arrays are used again by the next read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Padded {
    /// (T, B), with the padding token after each sequence's end.
    pub inputs: Vec<i32>,
    /// (B), or for tagging (T, B) with -1 after each sequence's end.
    pub targets: Vec<i32>,
    /// (B).
    pub lengths: Vec<i32>,
    /// T.
    pub steps: usize,
    /// B.
    pub batch: usize,
}

impl Padded {
    /// As a trainer takes it.
    pub fn as_batch(&self) -> Batch<'_> {
        let batch = Batch::tokens(&self.inputs, self.steps, self.batch);
        batch.targets(&self.targets).lengths(&self.lengths)
    }
}

impl Dataset {
    /// An empty collection with one target a sequence.
    pub fn classification(pad_token: i32) -> Result<Dataset> {
        Dataset::new("Dataset::classification", false, pad_token)
    }

    /// An empty collection with one target a step.
    pub fn tagging(pad_token: i32) -> Result<Dataset> {
        Dataset::new("Dataset::tagging", true, pad_token)
    }

    fn new(function: &str, targets_per_step: bool, pad_token: i32) -> Result<Dataset> {
        let (per_step, mut dataset) = (targets_per_step.into(), ptr::null_mut());
        // SAFETY: the place of the handle is valid.
        check(unsafe {
            sys::seqnet_dataset_create(per_step, pad_token, ptr::null(), &mut dataset)
        })?;
        Ok(Dataset { raw: made(function, dataset)?, targets_per_step, batch: 0 })
    }

    fn raw(&self) -> *mut sys::seqnet_dataset {
        self.raw.as_ptr()
    }

    /// Appends a sequence with its target, or its targets, one a step.
    pub fn add(&mut self, tokens: &[i32], targets: &[i32]) -> Result<()> {
        const FUNCTION: &str = "Dataset::add";
        let need = if self.targets_per_step { tokens.len() } else { 1 };
        fits(FUNCTION, "targets", targets.len(), &[need])?;
        let length = to_i32(FUNCTION, "length", tokens.len())?;
        let (from, targets) = (tokens.as_ptr(), targets.as_ptr());
        // SAFETY: tokens and targets have what was checked.
        check(unsafe { sys::seqnet_dataset_add(self.raw(), from, length, targets) })
    }

    /// Number of sequences.
    pub fn count(&self) -> usize {
        // SAFETY: the dataset is valid.
        to_usize(unsafe { sys::seqnet_dataset_count(self.raw()) })
    }

    /// The most steps a batch can have.
    pub fn max_length(&self) -> usize {
        // SAFETY: the dataset is valid.
        to_usize(unsafe { sys::seqnet_dataset_max_length(self.raw()) })
    }

    /// Starts an epoch of batches of at most `batch` sequences. Equal seeds give equal epochs; with
    /// 0 nothing is shuffled.
    pub fn start(&mut self, batch: usize, seed: u64) -> Result<()> {
        let most = to_i32("Dataset::start", "batch", batch)?;
        // SAFETY: the dataset is valid.
        check(unsafe { sys::seqnet_dataset_start(self.raw(), most, seed) })?;
        self.batch = batch;
        Ok(())
    }

    /// The number of the batch that the next read gives.
    pub fn position(&self) -> usize {
        // SAFETY: the dataset is valid.
        to_usize(unsafe { sys::seqnet_dataset_position(self.raw()) })
    }

    /// Goes to a batch of the epoch.
    pub fn seek(&mut self, position: usize) -> Result<()> {
        let position = i64::try_from(position).map_err(|_| {
            Error::new(Code::Range, format!("Dataset::seek: position = {}", position))
        })?;
        // SAFETY: the dataset is valid.
        check(unsafe { sys::seqnet_dataset_seek(self.raw(), position) })
    }

    /// Reads the next batch; `false` at the end of the epoch.
    ///
    /// # Errors
    ///
    /// [`Code::State`]: no epoch was started.
    pub fn read(&mut self, padded: &mut Padded) -> Result<bool> {
        let rows = self.batch.min(self.count());
        let room = product("Dataset::read", &[rows, self.max_length()])?.max(1);
        padded.inputs.resize(room, 0);
        padded.targets.resize(room, 0);
        padded.lengths.resize(rows.max(1), 0);
        let (mut steps, mut batch) = (0, 0);
        // SAFETY: the arrays have room for the largest batch of the epoch.
        check(unsafe {
            sys::seqnet_dataset_next(
                self.raw(),
                padded.inputs.as_mut_ptr(),
                padded.targets.as_mut_ptr(),
                padded.lengths.as_mut_ptr(),
                &mut steps,
                &mut batch,
            )
        })?;
        self.trim(padded, to_usize(steps), to_usize(batch));
        Ok(steps > 0)
    }

    fn trim(&self, padded: &mut Padded, steps: usize, batch: usize) {
        let batch = if steps == 0 { 0 } else { batch };
        padded.steps = steps;
        padded.batch = batch;
        padded.inputs.truncate(steps * batch);
        padded.targets.truncate(if self.targets_per_step { steps * batch } else { batch });
        padded.lengths.truncate(batch);
    }
}

impl fmt::Debug for Dataset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = f.debug_struct("Dataset");
        text.field("count", &self.count()).field("position", &self.position());
        text.finish_non_exhaustive()
    }
}
