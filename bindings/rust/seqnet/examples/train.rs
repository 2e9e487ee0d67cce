// SPDX-License-Identifier: MIT
//! A character model from beginning to end: it learns a rhyme, is saved, loaded, and writes.
//!
//!     cargo run --example train [MODEL]

use seqnet::{Corpus, Embedding, Gru, Layer, Linear, Model, Optimizer, Result, Rows, Sequential};
use seqnet::{Trainer, Vocabulary};
use std::env;

const RHYME: &str = "This is the farmer sowing his corn
that kept the cock that crowed in the morn
that waked the priest all shaven and shorn
that married the man all tattered and torn
that kissed the maiden all forlorn
that milked the cow with the crumpled horn
that tossed the dog that worried the cat
that killed the rat that ate the malt
that lay in the house that Jack built.
";

const ROWS: usize = 4;
const WINDOW: usize = 24;

/// embedding -> GRU -> linear: the scores of the next character.
fn build(size: usize) -> Result<Layer> {
    Sequential::new(&[
        Embedding::new(size, 16).seed(1).build()?,
        Gru::new(16, 64).seed(2).build()?,
        Linear::new(64, size).seed(3).build()?,
    ])
    .build()
}

/// One pass over the text; the mean loss of its windows.
fn epoch(trainer: &mut Trainer, corpus: &mut Corpus, rows: &mut Rows) -> Result<f64> {
    let (mut loss, mut windows) = (0.0, 0);
    corpus.seek(0)?;
    trainer.reset()?;
    while corpus.read(WINDOW, rows)? {
        loss += trainer.train(&rows.as_batch())?.loss;
        windows += 1;
    }
    Ok(loss / f64::from(windows.max(1)))
}

fn train(model: &Layer, tokens: &[i32]) -> Result<()> {
    let mut corpus = Corpus::new(tokens, ROWS)?;
    let mut rows = Rows::default();
    let mut trainer = model
        .trainer()
        .optimizer(Optimizer::adam(0.01))
        .max_batch(ROWS)
        .back_steps(WINDOW)
        .carry(true)
        .clip_norm(1.0)
        .build()?;
    for number in 1..=60 {
        let loss = epoch(&mut trainer, &mut corpus, &mut rows)?;
        if number % 20 == 0 {
            println!("epoch {}: {:.3} nats a character", number, loss);
        }
    }
    Ok(())
}

/// A token drawn by softmax(scores / temperature), with a generator of the caller's.
fn draw(scores: &[f32], temperature: f32, random: &mut u64) -> usize {
    let most = scores.iter().cloned().fold(f32::MIN, f32::max);
    let weights: Vec<f32> = scores.iter().map(|s| ((s - most) / temperature).exp()).collect();
    // xorshift64, Marsaglia 2003
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    let mut left = (*random >> 40) as f32 / (1 << 24) as f32 * weights.iter().sum::<f32>();
    let drawn = weights.iter().position(|weight| {
        left -= weight;
        left < 0.0
    });
    drawn.unwrap_or(weights.len() - 1)
}

/// What the model writes after `prime`.
fn write(model: &Layer, vocabulary: &Vocabulary, prime: &str, length: usize) -> Result<String> {
    let mut context = model.context().build()?;
    let mut scores = vec![0.0; vocabulary.size()];
    let mut tokens = vocabulary.encode(prime)?;
    let mut random = 88172645463325252;
    for token in &tokens {
        context.step_tokens(&[*token], &mut scores)?;
    }
    for _ in 0..length {
        let token = draw(&scores, 0.5, &mut random) as i32;
        tokens.push(token);
        context.step_tokens(&[token], &mut scores)?;
    }
    vocabulary.decode_text(&tokens)
}

fn main() -> Result<()> {
    let scratch = env::temp_dir().join(format!("rhyme-{}.safetensors", std::process::id()));
    let kept = env::args_os().nth(1);
    let path = kept.as_ref().map_or(scratch, Into::into);

    let vocabulary = Vocabulary::characters(RHYME)?;
    let model = build(vocabulary.size())?;
    train(&model, &vocabulary.encode(RHYME)?)?;
    let mut file = Model::new(&model)?;
    file.set_metadata("vocabulary", &vocabulary.to_json()?)?;
    file.save(&path)?;

    let loaded = Model::load(&path)?;
    let vocabulary = Vocabulary::from_json(loaded.metadata("vocabulary").unwrap_or(""))?;
    println!("{}", write(loaded.layer(), &vocabulary, "This is the ", 200)?);
    if kept.is_none() {
        let _ = std::fs::remove_file(&path);
    }
    Ok(())
}
