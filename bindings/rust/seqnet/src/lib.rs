// SPDX-License-Identifier: MIT
//! Recurrent sequence models on CPUs: Embedding, RNN, LSTM, GRU and Linear layers, run over
//! windows, streamed step by step, and trained; with PyTorch's shapes, names and numbers.
//!
//! A [`Layer`] holds parameters and is shared by threads. A [`Context`] holds what changes while a
//! layer runs, its state above all, and belongs to one thread at a time. A [`Trainer`] trains a
//! layer. [`Vocabulary`], [`Corpus`] and [`Dataset`] turn text into batches; a [`Model`] is a layer
//! in a file; [`Tensors`] carry weights from and to other frameworks.
//!
//! In shapes, T are steps, B the sequences of a batch, I input features, H hidden units, N output
//! features, V tokens, L levels, D directions. Arrays are row-major slices.
//!
//! ```
//! use seqnet::{Batch, Gru, Linear, Optimizer, Sequential, Vocabulary};
//!
//! // A model of characters learns one line and writes it.
//! let line = "gently down the stream.\n";
//! let vocabulary = Vocabulary::characters(line)?;
//! let (tokens, size) = (vocabulary.encode(line)?, vocabulary.size());
//! let steps = tokens.len() - 1;
//!
//! let layers = [Gru::new(size, 32).token_input(true).build()?, Linear::new(32, size).build()?];
//! let model = Sequential::new(&layers).build()?;
//! let mut trainer =
//!     model.trainer().optimizer(Optimizer::adam(0.01)).back_steps(steps).build()?;
//! let batch = Batch::tokens(&tokens[..steps], steps, 1).targets(&tokens[1..]);
//! for _ in 0..150 {
//!     trainer.train(&batch)?;
//! }
//!
//! let mut context = model.context().build()?;
//! let (mut written, mut scores) = (vec![tokens[0]], vec![0.0; size]);
//! for _ in 0..steps {
//!     context.step_tokens(&written[written.len() - 1..], &mut scores)?;
//!     let likeliest = (0..size).max_by(|&a, &b| scores[a].total_cmp(&scores[b])).unwrap();
//!     written.push(likeliest as i32);
//! }
//! assert_eq!(vocabulary.decode_text(&written)?, line);
//! # Ok::<(), seqnet::Error>(())
//! ```
#![deny(missing_docs)]
#![deny(unsafe_op_in_unsafe_fn)]
#![warn(clippy::undocumented_unsafe_blocks)]

mod batch;
mod context;
mod convert;
mod error;
mod feed_forward;
mod interchange;
mod layer;
mod lease;
mod loss;
mod model;
mod optimizer;
mod recurrent;
pub mod runtime;
mod tensors;
mod text;
mod trainer;
mod window;

pub use batch::{Batch, Summary};
pub use context::{Context, ContextBuilder};
pub use error::{Code, Error, Result};
pub use feed_forward::{Dropout, Embedding, Linear, Sequential};
pub use interchange::{Dialect, GruForm, Interchange};
pub use layer::{Kind, Layer, TensorInfo};
pub use loss::{Loss, TargetMode};
pub use model::Model;
pub use optimizer::{Optimizer, Schedule};
pub use recurrent::{Cell, Gru, GruCell, Lstm, LstmCell};
pub use recurrent::{Nonlinearity, Recurrent, RecurrentOptions, Rnn, RnnCell};
pub use tensors::{Dtype, Tensor, Tensors};
pub use text::{one_hot, Corpus, Dataset, Padded, Rows};
pub use text::{Level, Special, Vocabulary, VocabularyBuilder};
pub use trainer::{Trainer, TrainerBuilder};
pub use window::Window;

/// The README's program.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
