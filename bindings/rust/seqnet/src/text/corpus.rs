// SPDX-License-Identifier: MIT
//! One long text, read in rows side by side.

use crate::batch::Batch;
use crate::convert::{made, product, to_i32, to_usize};
use crate::error::{check, Code, Error, Result};
use seqnet_sys as sys;
use std::fmt;
use std::ptr::{self, NonNull};

/// One long token sequence cut into B rows, for language models: row b of a window goes on where
/// row b of the one before ended, so that the state may be carried.
///
/// ```
/// use seqnet::{Corpus, Rows};
///
/// let mut corpus = Corpus::new(&[0, 1, 2, 3, 4, 5, 6, 7], 2)?;
/// let mut rows = Rows::default();
/// assert!(corpus.read(2, &mut rows)?);
/// assert_eq!(rows.inputs, [0, 4, 1, 5]); // (T, B)
/// assert_eq!(rows.targets, [1, 5, 2, 6]);
/// # Ok::<(), seqnet::Error>(())
/// ```
pub struct Corpus {
    raw: NonNull<sys::seqnet_corpus>,
    batch: usize,
}

// SAFETY: a C corpus may be used by one thread after another.
unsafe impl Send for Corpus {}

impl Drop for Corpus {
    fn drop(&mut self) {
        // SAFETY: nobody else has this pointer.
        unsafe { sys::seqnet_corpus_destroy(self.raw.as_ptr()) }
    }
}

/// A window of a [`Corpus`]; its arrays are used again by the next read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// (T, B)
    pub inputs: Vec<i32>,
    /// (T, B): the inputs one step later.
    pub targets: Vec<i32>,
    /// T.
    pub steps: usize,
    /// B.
    pub batch: usize,
}

impl Rows {
    /// As a trainer takes it.
    pub fn as_batch(&self) -> Batch<'_> {
        Batch::tokens(&self.inputs, self.steps, self.batch).targets(&self.targets)
    }
}

impl Corpus {
    /// Cuts the tokens, which are copied, into B = `batch` rows.
    ///
    /// # Errors
    ///
    /// [`Code::Shape`]: fewer than 2 tokens a row.
    pub fn new(tokens: &[i32], batch: usize) -> Result<Corpus> {
        const FUNCTION: &str = "Corpus::new";
        let rows = to_i32(FUNCTION, "batch", batch)?;
        let (from, count, mut corpus) = (tokens.as_ptr(), tokens.len() as i64, ptr::null_mut());
        // SAFETY: `tokens` has `count` of them, and the place of the handle is valid.
        check(unsafe { sys::seqnet_corpus_create(from, count, rows, ptr::null(), &mut corpus) })?;
        Ok(Corpus { raw: made(FUNCTION, corpus)?, batch })
    }

    /// Steps of a row that have a target.
    pub fn steps(&self) -> usize {
        // SAFETY: the corpus is valid.
        to_usize(unsafe { sys::seqnet_corpus_steps(self.raw.as_ptr()) })
    }

    /// The step the next window starts at.
    pub fn position(&self) -> usize {
        // SAFETY: the corpus is valid.
        to_usize(unsafe { sys::seqnet_corpus_position(self.raw.as_ptr()) })
    }

    /// Goes to a step: 0 for a new epoch, or one that [`position`](Corpus::position) gave.
    pub fn seek(&mut self, position: usize) -> Result<()> {
        let position = i64::try_from(position).map_err(|_| {
            Error::new(Code::Range, format!("Corpus::seek: position = {}", position))
        })?;
        // SAFETY: the corpus is valid.
        check(unsafe { sys::seqnet_corpus_seek(self.raw.as_ptr(), position) })
    }

    /// Reads the next window of at most `max_steps` steps; `false` at the end.
    pub fn read(&mut self, max_steps: usize, rows: &mut Rows) -> Result<bool> {
        const FUNCTION: &str = "Corpus::read";
        let most = to_i32(FUNCTION, "max_steps", max_steps.min(self.steps().max(1)))?;
        let room = product(FUNCTION, &[to_usize(most), self.batch])?;
        rows.inputs.resize(room, 0);
        rows.targets.resize(room, 0);
        let (inputs, targets) = (rows.inputs.as_mut_ptr(), rows.targets.as_mut_ptr());
        let mut steps = 0;
        // SAFETY: both arrays have room for the most steps of all rows.
        check(unsafe {
            sys::seqnet_corpus_next(self.raw.as_ptr(), most, inputs, targets, &mut steps)
        })?;
        rows.steps = to_usize(steps);
        rows.batch = self.batch;
        rows.inputs.truncate(rows.steps * rows.batch);
        rows.targets.truncate(rows.steps * rows.batch);
        Ok(steps > 0)
    }
}

impl fmt::Debug for Corpus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = f.debug_struct("Corpus");
        text.field("batch", &self.batch).field("steps", &self.steps());
        text.field("position", &self.position());
        text.finish_non_exhaustive()
    }
}
