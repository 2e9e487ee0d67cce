// SPDX-License-Identifier: MIT
//! One layer, many threads: equal bits, and never a reader beside a writer.

use seqnet::{Batch, Code, Embedding, Gru, Layer, Linear, Loss, Lstm, Model, Optimizer};
use seqnet::{Context, Corpus, Dataset, Error, Sequential, Trainer, Vocabulary, Window};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

const STEPS: usize = 7;

fn sequence(seed: usize, features: usize) -> Vec<f32> {
    (0..STEPS * features).map(|i| ((i * 7 + seed) as f32).sin()).collect()
}

fn run(layer: &Layer, x: &[f32]) -> Vec<f32> {
    let mut context = layer.context().max_steps(STEPS).build().unwrap();
    context.forward(&Window::floats(x, STEPS, 1)).unwrap()
}

#[test]
fn types_may_move_or_be_shared_as_documented() {
    fn moves<T: Send>() {}
    fn is_shared<T: Send + Sync>() {}
    is_shared::<Layer>();
    is_shared::<Vocabulary>();
    is_shared::<Error>();
    moves::<Context>();
    moves::<Trainer>();
    moves::<Model>();
    moves::<Corpus>();
    moves::<Dataset>();
}

#[test]
fn threads_that_share_a_layer_get_the_bits_of_one_thread() {
    let lstm = Lstm::new(3, 9).num_layers(2).build().unwrap();
    let inputs: Vec<_> = (0..4).map(|seed| sequence(seed, 3)).collect();
    let alone: Vec<_> = inputs.iter().map(|x| run(&lstm, x)).collect();
    thread::scope(|scope| {
        let lstm = &lstm;
        let runs = |x| move || (0..20).fold(vec![], |_, _| run(lstm, x));
        let mut threads = Vec::new();
        for x in &inputs {
            threads.push(scope.spawn(runs(x)));
        }
        for (thread, expected) in threads.into_iter().zip(&alone) {
            assert_eq!(&thread.join().unwrap(), expected);
        }
    });
}

#[test]
fn a_context_goes_on_in_another_thread() {
    let gru = Gru::new(3, 4).build().unwrap();
    let x = sequence(1, 3);
    let whole = run(&gru, &x);
    let mut context = gru.context().build().unwrap();
    let mut y = vec![0.0; 4];
    context.step(&x[..3], &mut y).unwrap();
    drop(gru);
    let second = thread::spawn(move || {
        context.step(&x[3..6], &mut y).unwrap();
        y
    });
    assert_eq!(second.join().unwrap(), whole[4..8]);
}

/// Says when one of several threads is done, be it by a panic.
struct Done<'a>(&'a AtomicBool);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn writers_wait_for_no_one_and_tear_nothing() {
    let mut layer = Linear::new(64, 64).bias(false).build().unwrap();
    layer.set_parameter("weight", &[0.0; 64 * 64]).unwrap();
    let (done, wrote) = (AtomicBool::new(false), AtomicUsize::new(0));
    let write = |mut layer: Layer, value| {
        let _done = Done(&done);
        while !done.load(Ordering::Relaxed) {
            match layer.set_parameter("weight", &[value; 64 * 64]) {
                Ok(()) => {
                    wrote.fetch_add(1, Ordering::Relaxed);
                }
                Err(error) => assert_eq!(error.code(), Code::Busy),
            }
            thread::yield_now();
        }
    };
    thread::scope(|scope| {
        let _done = Done(&done);
        for value in [1.0, 2.0] {
            let (layer, write) = (layer.clone(), &write);
            scope.spawn(move || write(layer, value));
        }
        let mut read = 0;
        while read < 1000 || wrote.load(Ordering::Relaxed) < 1000 {
            assert!(!done.load(Ordering::Relaxed), "a writer is gone");
            if let Ok(values) = layer.parameter("weight") {
                assert!(values.iter().all(|&value| value == values[0]), "half written");
                read += 1;
            }
        }
    });
}

/// Parameters of `written` cannot be set while a context of `read` is alive, and can after it.
fn assert_excludes(read: &Layer, written: &Layer) {
    let mut written = written.clone();
    let name = written.parameters()[0].name.clone();
    let values = written.parameter(&name).unwrap();
    let context = read.context().build().unwrap();
    assert_eq!(written.set_parameter(&name, &values).unwrap_err().code(), Code::Busy);
    drop(context);
    written.set_parameter(&name, &values).unwrap();
}

/// embedding -> GRU -> linear that shares the embedding's table
fn tied_model() -> Layer {
    let table = Embedding::new(10, 4).build().unwrap();
    let scores = Linear::new(4, 10).tied(&table).build().unwrap();
    Sequential::new(&[table, Gru::new(4, 4).build().unwrap(), scores]).build().unwrap()
}

fn assert_parts_exclude_each_other(model: &Layer) {
    let [table, gru, scores] = <&[Layer; 3]>::try_from(model.children()).unwrap();
    for part in model.children() {
        assert_excludes(model, part);
        assert_excludes(part, model);
    }
    assert!(scores.tied_embedding().unwrap().is_same(table));
    assert_excludes(scores, table);
    // These two share nothing.
    let _context = gru.context().build().unwrap();
    let values = table.parameter("weight").unwrap();
    table.clone().set_parameter("weight", &values).unwrap();
}

#[test]
fn layers_that_share_parameters_exclude_each_other() {
    assert_parts_exclude_each_other(&tied_model());
}

#[test]
fn so_do_those_of_a_loaded_model() {
    let path = std::env::temp_dir().join(format!("seqnet-rust-tied-{}", std::process::id()));
    Model::new(&tied_model()).unwrap().save(&path).unwrap();
    let loaded = Model::load(&path);
    std::fs::remove_file(&path).unwrap();
    assert_parts_exclude_each_other(loaded.unwrap().layer());
}

#[test]
fn a_folded_model_shares_the_layers_it_keeps() {
    let model = tied_model();
    let folded = model.fold().unwrap();
    assert!(folded.children()[1].is_same(&model.children()[2]));
    assert_excludes(&folded, &model);
    assert_excludes(&folded, &model.children()[2]);
    assert_excludes(&folded, &model.children()[0]); // the table of the tied layer
    let _context = folded.context().build().unwrap();
    let mut first = model.children()[1].clone();
    let values = first.parameter("weight_ih_l0").unwrap();
    first.set_parameter("weight_ih_l0", &values).unwrap();
}

#[test]
fn training_excludes_contexts_and_contexts_exclude_training() {
    let layer = Linear::new(2, 2).build().unwrap();
    let loss = Loss::mean_squared_error();
    let mut trainer = layer.trainer().loss(loss).optimizer(Optimizer::sgd(0.1)).build().unwrap();
    let (x, y) = ([1.0, -1.0], [0.5, 0.25]);
    let batch = Batch::floats(&x, 1, 1).target_values(&y);
    trainer.train(&batch).unwrap();

    let mut context = trainer.layer().context().build().unwrap();
    let before = layer.parameter("weight").unwrap();
    assert_eq!(trainer.train(&batch).unwrap_err().code(), Code::Busy);
    assert_eq!(trainer.update().unwrap_err().code(), Code::Busy);
    assert_eq!(trainer.load("nothing").unwrap_err().code(), Code::Busy);
    assert_eq!(layer.parameter("weight").unwrap(), before);
    // A trainer's own passes only read.
    trainer.forward(&Window::floats(&x, 1, 1)).unwrap();
    trainer.backward(Some(&y), None).unwrap();
    assert!(context.evaluate(&loss, &batch).unwrap().loss > 0.0);

    drop(context);
    trainer.update().unwrap();
    trainer.train(&batch).unwrap();
    assert_ne!(layer.parameter("weight").unwrap(), before);
}

#[test]
fn what_is_refused_leaves_a_pending_forward_alone() {
    let layer = Linear::new(2, 2).build().unwrap();
    let loss = Loss::cross_entropy();
    let mut trainer = layer.trainer().loss(loss).build().unwrap();
    let (x, wrong) = ([1.0, -1.0], Batch::floats(&[0.5, 0.5], 1, 1).targets(&[2]));
    trainer.forward(&Window::floats(&x, 1, 1)).unwrap();
    let mut context = layer.context().training(true).build().unwrap();
    assert_eq!(trainer.train(&wrong).unwrap_err().code(), Code::Busy);
    assert_eq!(trainer.load("nothing").unwrap_err().code(), Code::Busy);
    context.forward(&Window::floats(&x, 1, 1)).unwrap();
    assert_eq!(context.evaluate(&loss, &wrong).unwrap_err().code(), Code::Range);
    context.backward(Some(&x), None).unwrap();
    drop(context);
    assert_eq!(trainer.train(&wrong).unwrap_err().code(), Code::Range);
    trainer.reset().unwrap();
    trainer.backward(Some(&x), None).unwrap();
    assert_eq!(trainer.gradient("bias").unwrap(), x);
}

#[test]
fn one_thread_trains_while_others_look_when_they_may() {
    let layer = Linear::new(8, 8).build().unwrap();
    let x = sequence(2, 8);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    match layer.context().max_steps(STEPS).build() {
                        Ok(mut c) => drop(c.forward(&Window::floats(&x, STEPS, 1)).unwrap()),
                        Err(error) => assert_eq!(error.code(), Code::Busy),
                    }
                    thread::yield_now();
                }
            });
        }
        let _done = Done(&done);
        let loss = Loss::mean_squared_error();
        let mut trainer = layer.trainer().loss(loss).build().unwrap();
        let mut updates = 0;
        while updates < 100 {
            match trainer.train(&Batch::floats(&x, STEPS, 1).target_values(&x)) {
                Ok(summary) => updates += summary.updates,
                Err(error) => assert_eq!(error.code(), Code::Busy),
            }
            thread::yield_now();
        }
        assert_eq!(trainer.updates(), 100);
    });
}
