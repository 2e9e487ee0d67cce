// SPDX-License-Identifier: MIT
//! Handles may be dropped in any order, nothing is lost on the way, and running allocates nothing.
//!
//! The counter counts what this process allocates in Rust, so these are one test: others beside it
//! would be counted too.

use seqnet::{Batch, Corpus, Dataset, Embedding, Gru, Layer, Linear, Model, Sequential};
use seqnet::{Vocabulary, Window};
use std::alloc::{GlobalAlloc, Layout, System};
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

// SAFETY: the system's allocator does the work.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        System.alloc(layout)
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        System.dealloc(block, layout)
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn layers() -> [Layer; 3] {
    let table = Embedding::new(500, 64).build().unwrap();
    let scores = Linear::new(64, 500).tied(&table).build().unwrap();
    [table, Gru::new(64, 64).build().unwrap(), scores]
}

/// Every handle of a round, dropped in an order that changes from round to round.
fn make_and_drop(round: usize) {
    let [table, gru, scores] = layers();
    let model = Sequential::new(&[table.clone(), gru.clone(), scores.clone()]).build().unwrap();
    let tokens = [1, 2, 3, 4];
    let mut dataset = Dataset::classification(0).unwrap();
    dataset.add(&tokens, &[0]).unwrap();
    let mut handles: Vec<Box<dyn std::any::Any>> = vec![
        Box::new(table),
        Box::new(model.context().max_steps(20).build().unwrap()),
        Box::new(scores),
        Box::new(model.trainer().build().unwrap()),
        Box::new(gru),
        Box::new(Model::new(&model).unwrap()),
        Box::new(model.fold().unwrap()),
        Box::new(Vocabulary::characters("abc").unwrap()),
        Box::new(Corpus::new(&tokens, 2).unwrap()),
        Box::new(dataset),
        Box::new(model.clone()),
        Box::new(model),
    ];
    let count = handles.len();
    for i in 0..count {
        drop(handles.swap_remove((round * 7 + i * 5) % (count - i)));
    }
}

/// Bytes of this process in memory, where the system says.
fn resident() -> Option<usize> {
    let text = fs::read_to_string("/proc/self/statm").ok()?;
    Some(text.split(' ').nth(1)?.parse::<usize>().ok()? * 4096)
}

fn nothing_is_lost() {
    (0..20).for_each(make_and_drop);
    let before = resident();
    (20..220).for_each(make_and_drop);
    if let (Some(before), Some(after)) = (before, resident()) {
        // Each round makes more than a megabyte.
        assert!(after < before + (20 << 20), "{} bytes became {}", before, after);
    }
}

fn allocations(work: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    work();
    ALLOCATIONS.load(Ordering::Relaxed) - before
}

fn running_allocates_nothing() {
    let gru = Gru::new(4, 8).build().unwrap();
    let mut context = gru.context().max_steps(5).training(true).build().unwrap();
    let (x, mut y, mut dx) = ([0.5; 20], [0.0; 40], [0.0; 20]);
    let mut stream = vec![0.0; context.stream_size()];
    let count = allocations(|| {
        context.step(&x[..4], &mut y[..8]).unwrap();
        context.stream_into(0, &mut stream).unwrap();
        context.forward_into(&Window::floats(&x, 5, 1), &mut y).unwrap();
        context.backward(Some(&y), Some(&mut dx)).unwrap();
        context.set_stream(0, &stream).unwrap();
    });
    assert_eq!(count, 0);
    assert!(allocations(|| drop(context.stream(0).unwrap())) > 0, "the counter does not count");

    let table = Embedding::new(5, 3).build().unwrap();
    let mut trainer = table.trainer().build().unwrap();
    let batch = Batch::tokens(&[0, 1], 2, 1).targets(&[1, 2]);
    let count = allocations(|| assert_eq!(trainer.train(&batch).unwrap().updates, 1));
    assert_eq!(count, 0);
}

#[test]
fn handles_and_running() {
    running_allocates_nothing();
    nothing_is_lost();
}
