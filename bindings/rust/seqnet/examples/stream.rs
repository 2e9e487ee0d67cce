// SPDX-License-Identifier: MIT
//! Streaming: one layer, some threads, and many streams of state that come and go.
//!
//! Each thread has a context, the place to run in. A stream's state waits in an array of its own
//! and is put into the context for its turn.
//!
//!     cargo run --example stream

use seqnet::{Layer, Lstm, Result, Window};
use std::thread;

const FEATURES: usize = 8;
const HIDDEN: usize = 32;
const STEPS: usize = 50;
const STREAMS: usize = 100;
const THREADS: usize = 4;

/// What comes in on a stream at a step.
fn signal(stream: usize, step: usize) -> Vec<f32> {
    (0..FEATURES).map(|i| ((step * (i + 1) + stream) as f32 * 0.1).sin()).collect()
}

/// The last outputs of these streams, which all move on by one step in turn.
fn serve(layer: &Layer, streams: &[usize]) -> Result<Vec<Vec<f32>>> {
    let mut context = layer.context().build()?;
    let mut states = vec![vec![0.0; context.stream_size()]; streams.len()];
    let mut outputs = vec![vec![0.0; HIDDEN]; streams.len()];
    for step in 0..STEPS {
        for (at, &stream) in streams.iter().enumerate() {
            context.set_stream(0, &states[at])?;
            context.step(&signal(stream, step), &mut outputs[at])?;
            context.stream_into(0, &mut states[at])?;
        }
    }
    Ok(outputs)
}

/// The same, as one window of all steps.
fn whole(layer: &Layer, stream: usize) -> Result<Vec<f32>> {
    let x: Vec<f32> = (0..STEPS).flat_map(|step| signal(stream, step)).collect();
    let mut context = layer.context().max_steps(STEPS).build()?;
    let y = context.forward(&Window::floats(&x, STEPS, 1))?;
    Ok(y[(STEPS - 1) * HIDDEN..].to_vec())
}

fn main() -> Result<()> {
    let layer = Lstm::new(FEATURES, HIDDEN).num_layers(2).build()?;
    let streams: Vec<usize> = (0..STREAMS).collect();
    let mut equal = 0;
    thread::scope(|scope| -> Result<()> {
        let start = |part: &'_ [usize]| {
            let (layer, part) = (&layer, part.to_vec());
            scope.spawn(move || serve(layer, &part).map(|outputs| (part, outputs)))
        };
        let threads: Vec<_> = streams.chunks(STREAMS / THREADS).map(start).collect();
        for thread in threads {
            let (part, outputs) = thread.join().expect("a thread that does not panic")?;
            for (stream, output) in part.into_iter().zip(outputs) {
                equal += usize::from(output == whole(&layer, stream)?);
            }
        }
        Ok(())
    })?;
    println!("{} of {} streams have the bits of a whole window", equal, STREAMS);
    Ok(())
}
