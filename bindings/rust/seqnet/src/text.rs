// SPDX-License-Identifier: MIT
//! From text to batches.

mod corpus;
mod dataset;
mod vocabulary;

pub use corpus::{Corpus, Rows};
pub use dataset::{Dataset, Padded};
pub use vocabulary::{Level, Special, Vocabulary, VocabularyBuilder};

use crate::convert::{product, to_i32, zeros};
use crate::error::{check, Result};
use seqnet_sys as sys;

/// One-hot rows (N, size): 1 at each token's place, else 0.
///
/// ```
/// assert_eq!(seqnet::one_hot(&[2, 0], 3)?, [0.0, 0.0, 1.0, 1.0, 0.0, 0.0]);
/// # Ok::<(), seqnet::Error>(())
/// ```
pub fn one_hot(tokens: &[i32], size: usize) -> Result<Vec<f32>> {
    const FUNCTION: &str = "one_hot";
    let mut rows = zeros(FUNCTION, product(FUNCTION, &[tokens.len(), size])?)?;
    let (count, size) = (tokens.len() as i64, to_i32(FUNCTION, "size", size)?);
    // SAFETY: `tokens` has `count` of them and `rows` that many rows.
    check(unsafe { sys::seqnet_one_hot(tokens.as_ptr(), count, size, rows.as_mut_ptr()) })?;
    Ok(rows)
}
