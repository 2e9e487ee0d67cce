// SPDX-License-Identifier: MIT
//! Trainers, text and model files together.

use seqnet::{Batch, Corpus, Dataset, Embedding, Gru, Layer, Level, Linear, Loss, Lstm, Model};
use seqnet::{Optimizer, Padded, Rows, Schedule, Sequential, Special, TargetMode, Trainer};
use seqnet::{Vocabulary, Window};
use std::path::PathBuf;
use std::{env, fs, process};

/// A file that is gone with the test.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Scratch {
        Scratch(env::temp_dir().join(format!("seqnet-rust-{}-{}", name, process::id())))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        fs::remove_file(&self.0).unwrap();
    }
}

const TEXT: &str = "the rain in Spain stays mainly in the plain. ";

fn language_model(size: usize) -> Layer {
    let layers = [
        Embedding::new(size, 8).seed(1).build().unwrap(),
        Gru::new(8, 24).seed(2).build().unwrap(),
        Linear::new(24, size).seed(3).build().unwrap(),
    ];
    Sequential::new(&layers).build().unwrap()
}

fn trainer(model: &Layer) -> Trainer {
    let adam = Optimizer::adam(0.01).betas(0.9, 0.99).epsilon(1e-8);
    let builder = model.trainer().optimizer(adam).max_batch(2).back_steps(10).carry(true);
    builder.clip_norm(1.0).warmup(3).seed(9).build().unwrap()
}

/// Losses of so many windows, epochs one after the other.
fn train(trainer: &mut Trainer, corpus: &mut Corpus, windows: usize) -> Vec<f64> {
    let mut rows = Rows::default();
    let mut losses = Vec::new();
    while losses.len() < windows {
        if corpus.read(10, &mut rows).unwrap() {
            losses.push(trainer.train(&rows.as_batch()).unwrap().loss);
        } else {
            corpus.seek(0).unwrap();
            trainer.reset().unwrap();
        }
    }
    losses
}

#[test]
fn a_model_learns_a_text_and_a_checkpoint_resumes_to_the_same_bits() {
    let text = TEXT.repeat(4);
    let vocabulary = Vocabulary::characters(&text).unwrap();
    let tokens = vocabulary.encode(&text).unwrap();
    let mut corpus = Corpus::new(&tokens, 2).unwrap();
    let model = language_model(vocabulary.size());
    let mut first = trainer(&model);
    let before = train(&mut first, &mut corpus, 25);
    let file = Scratch::new("checkpoint");
    first.save(&file.0, &corpus.position().to_string()).unwrap();
    let after = train(&mut first, &mut corpus, 60);
    assert!(after[59] < 0.5 * before[0], "{} {}", after[59], before[0]);

    let again = language_model(vocabulary.size());
    let mut second = trainer(&again);
    second.load(&file.0).unwrap();
    assert_eq!(second.updates(), 25);
    corpus.seek(second.note().parse().unwrap()).unwrap();
    assert_eq!(train(&mut second, &mut corpus, 60), after);
    for info in model.parameters() {
        let (ours, theirs) = (model.parameter(&info.name), again.parameter(&info.name));
        assert_eq!(ours.unwrap(), theirs.unwrap(), "{}", info.name);
    }
}

#[test]
fn sequences_of_many_lengths_are_classified() {
    // The class is the first token.
    let mut dataset = Dataset::classification(0).unwrap();
    for i in 0..60_i32 {
        let class = i % 2;
        let tail = (0..i % 7).map(|k| 3 + (i * 5 + k * 3) % 4);
        let tokens: Vec<i32> = std::iter::once(1 + class).chain(tail).collect();
        dataset.add(&tokens, &[class]).unwrap();
    }
    assert_eq!((dataset.count(), dataset.max_length()), (60, 7));
    let layers =
        [Lstm::new(7, 12).token_input(true).build().unwrap(), Linear::new(12, 2).build().unwrap()];
    let model = Sequential::new(&layers).build().unwrap();
    let loss = Loss::cross_entropy().mode(TargetMode::LastStep);
    let adam = Optimizer::adam(0.02);
    let mut trainer = model.trainer().loss(loss).optimizer(adam).max_batch(16).build().unwrap();
    let mut padded = Padded::default();
    for epoch in 1..=15 {
        dataset.start(16, epoch).unwrap();
        while dataset.read(&mut padded).unwrap() {
            trainer.train(&padded.as_batch()).unwrap();
        }
    }
    let mut context = model.context().max_steps(7).max_batch(16).build().unwrap();
    let (mut correct, mut count) = (0, 0);
    dataset.start(16, 0).unwrap();
    while dataset.read(&mut padded).unwrap() {
        context.reset().unwrap();
        let found = context.evaluate(&loss, &padded.as_batch()).unwrap();
        correct += found.correct;
        count += found.count;
    }
    assert_eq!((correct, count), (60, 60));
    assert_eq!(dataset.position(), 4);
    dataset.seek(3).unwrap();
    assert!(dataset.read(&mut padded).unwrap());
    assert_eq!((padded.batch, padded.targets.len(), padded.lengths.len()), (12, 12, 12));
}

#[test]
fn tagging_targets_have_padding_that_does_not_count() {
    let mut dataset = Dataset::tagging(0).unwrap();
    dataset.add(&[1, 2, 3], &[1, 0, 1]).unwrap();
    dataset.add(&[2], &[0]).unwrap();
    dataset.start(2, 0).unwrap();
    let mut padded = Padded::default();
    assert!(dataset.read(&mut padded).unwrap());
    assert_eq!(padded.targets, [0, 1, -1, 0, -1, 1]);
    let layer = Embedding::new(4, 2).build().unwrap();
    let mut context = layer.context().max_steps(3).max_batch(2).build().unwrap();
    let loss = Loss::cross_entropy().ignore_index(-1);
    assert_eq!(context.evaluate(&loss, &padded.as_batch()).unwrap().count, 4);
    assert!(!dataset.read(&mut padded).unwrap());
    assert!(padded.inputs.is_empty() && padded.steps == 0);
}

#[test]
fn learning_rates_follow_their_schedule() {
    let layer = Linear::new(1, 1).build().unwrap();
    let loss = Loss::mean_squared_error();
    let step = Schedule::Step { period: 2, gamma: 0.5 };
    let builder = layer.trainer().loss(loss).optimizer(Optimizer::sgd(0.1));
    let mut trainer = builder.clone().schedule(step).build().unwrap();
    let batch = Batch::floats(&[1.0], 1, 1).target_values(&[0.0]);
    for rate in [0.1, 0.1, 0.05, 0.05, 0.025] {
        assert!((trainer.learning_rate() - rate).abs() < 1e-12);
        trainer.train(&batch).unwrap();
    }
    let plateau = Schedule::Plateau { patience: 1, gamma: 0.1, least: 0.02 };
    let mut trainer = builder.schedule(plateau).build().unwrap();
    for _ in 0..3 {
        trainer.report(1.0).unwrap();
    }
    assert_eq!(trainer.learning_rate(), 0.02);
}

#[test]
fn a_trainer_validates_between_updates() {
    let (layer, loss) = (Linear::new(1, 1).seed(4).build().unwrap(), Loss::mean_squared_error());
    let mut trainer = layer.trainer().loss(loss).build().unwrap();
    let learnt = Batch::floats(&[1.0], 1, 1).target_values(&[3.0]);
    let other = Batch::floats(&[2.0], 1, 1).target_values(&[5.0]);
    let mut losses = Vec::new();
    for _ in 0..5 {
        trainer.train(&learnt).unwrap();
        losses.push(trainer.evaluate(&other).unwrap().loss);
        let mut context = layer.context().build().unwrap();
        assert_eq!(losses.last(), Some(&context.evaluate(&loss, &other).unwrap().loss));
    }
    assert_eq!(trainer.updates(), 5);
    assert!(losses.windows(2).all(|pair| pair[1] < pair[0]));
}

#[test]
fn losses_of_ones_own_reach_states_and_gradients() {
    let layer = Gru::new(1, 3).seed(5).build().unwrap();
    let mut trainer = layer.trainer().optimizer(Optimizer::sgd(0.5)).build().unwrap();
    let (h, window) = ([0.5, -0.5, 0.25], Window::floats(&[1.0], 1, 1));
    let mut y = [0.0; 3];
    trainer.set_state("h", &h).unwrap();
    trainer.forward_into(&window, &mut y).unwrap();
    assert_eq!(trainer.state("h").unwrap(), y);
    trainer.set_state_gradient("h", &[1.0; 3]).unwrap();
    trainer.backward(None, None).unwrap();
    assert!(trainer.state_gradient("h").unwrap().iter().all(|g| *g != 0.0));
    let before = layer.parameter("bias_ih_l0").unwrap();
    trainer.zero_gradients().unwrap();
    assert_eq!(trainer.gradient("bias_ih_l0").unwrap(), [0.0; 9]);
    trainer.update().unwrap();
    assert_eq!(layer.parameter("bias_ih_l0").unwrap(), before);
}

#[test]
fn a_model_file_holds_layer_vocabulary_and_numbers() {
    let vocabulary = Vocabulary::builder(Level::Word)
        .specials(&[Special::Pad, Special::Unknown, Special::End])
        .fold_case(true)
        .build("The cat\nthe dog\n")
        .unwrap();
    let layer = language_model(vocabulary.size());
    let file = Scratch::new("model");
    let mut model = Model::new(&layer).unwrap();
    model.set_metadata("vocabulary", &vocabulary.to_json().unwrap()).unwrap();
    model.set_metadata("a", "1").unwrap();
    model.set_metadata("b", "2").unwrap();
    model.remove_metadata("a").unwrap();
    assert_eq!(model.keys(), ["b", "vocabulary"]);
    model.save(&file.0).unwrap();
    drop((model, vocabulary));

    let model = Model::load(&file.0).unwrap();
    let vocabulary = Vocabulary::from_json(model.metadata("vocabulary").unwrap()).unwrap();
    assert_eq!((vocabulary.level(), vocabulary.special(Special::End)), (Level::Word, Some(2)));
    assert_eq!(vocabulary.special(Special::Begin), None);
    let tokens = vocabulary.encode("THE dog\ncow").unwrap();
    assert_eq!(vocabulary.symbol(tokens[0]).unwrap(), b"the");
    assert_eq!(tokens[2..], [2, 1]);
    let run = |layer: &Layer| {
        let mut context = layer.context().max_steps(8).build().unwrap();
        context.forward(&Window::tokens(&tokens, tokens.len(), 1)).unwrap()
    };
    assert_eq!(run(model.layer()), run(&layer));
}
