// SPDX-License-Identifier: MIT
//! Windows, streams, lengths, state, gradients.

use seqnet::{Code, Context, Dropout, Embedding, Gru, Layer, Linear, Lstm, Nonlinearity, Rnn};
use seqnet::{Sequential, Window};

const T: usize = 6;
const B: usize = 3;
const I: usize = 5;

fn input(count: usize) -> Vec<f32> {
    (0..count).map(|i| (i as f32 * 0.7).cos()).collect()
}

fn cells() -> Vec<Layer> {
    vec![
        Rnn::new(I, 7).nonlinearity(Nonlinearity::Sigmoid).build().unwrap(),
        Lstm::new(I, 9).num_layers(2).proj_size(4).build().unwrap(),
        Gru::new(I, 8).build().unwrap(),
        Gru::new(I, 8).num_layers(3).reset_before(true).bias(false).build().unwrap(),
    ]
}

fn window_context(layer: &Layer) -> Context {
    layer.context().max_steps(T).max_batch(B).build().unwrap()
}

#[test]
fn a_stream_has_the_bits_of_a_window() {
    for layer in cells() {
        let (x, n) = (input(T * B * I), layer.output_size());
        let whole = window_context(&layer).forward(&Window::floats(&x, T, B)).unwrap();
        let mut streams = layer.context().max_batch(B).build().unwrap();
        let mut y = vec![0.0; B * n];
        for t in 0..T {
            streams.step(&x[t * B * I..][..B * I], &mut y).unwrap();
            assert_eq!(y, whole[t * B * n..][..B * n], "{:?}, step {}", layer, t);
        }
    }
}

#[test]
fn lengths_cut_a_sequence_and_keep_its_state() {
    for layer in cells() {
        let (x, n) = (input(T * B * I), layer.output_size());
        let mut context = window_context(&layer);
        let window = Window::floats(&x, T, B).lengths(&[T as i32, 0, 2]);
        let y = context.forward(&window).unwrap();
        let mut alone = layer.context().max_steps(T).build().unwrap();
        let third: Vec<f32> = (0..2).flat_map(|t| x[(t * B + 2) * I..][..I].to_vec()).collect();
        let expected = alone.forward(&Window::floats(&third, 2, 1)).unwrap();
        for t in 0..T {
            let row = &y[(t * B + 2) * n..][..n];
            let zero = vec![0.0; n];
            assert_eq!(row, if t < 2 { &expected[t * n..][..n] } else { &zero[..] });
        }
        assert_eq!(context.stream(2).unwrap(), alone.stream(0).unwrap());
        assert!(context.stream(1).unwrap().iter().all(|&value| value == 0.0));
    }
}

#[test]
fn batch_major_arrays_are_the_same_numbers_elsewhere() {
    let layer = Gru::new(I, 4).build().unwrap();
    let x = input(T * B * I);
    let by_batch: Vec<f32> = (0..B)
        .flat_map(|b| (0..T).flat_map(move |t| (0..I).map(move |i| (t * B + b) * I + i)))
        .map(|at| x[at])
        .collect();
    let a = window_context(&layer).forward(&Window::floats(&x, T, B)).unwrap();
    let window = Window::floats(&by_batch, T, B).batch_major(true);
    let b = window_context(&layer).forward(&window).unwrap();
    for (t, row) in a.chunks(B * 4).enumerate() {
        for (n, y) in row.chunks(4).enumerate() {
            assert_eq!(y, &b[(n * T + t) * 4..][..4]);
        }
    }
}

#[test]
fn state_can_be_read_set_moved_and_cleared() {
    let layer = Lstm::new(I, 4).build().unwrap();
    let (x, mut y) = (input(B * I), vec![0.0; B * 4]);
    let mut context = layer.context().max_batch(B).build().unwrap();
    assert_eq!(context.states()[1].shape, [1, B, 4]);
    context.step(&x, &mut y).unwrap();
    assert_eq!(context.state("h").unwrap(), y);

    let mut other = layer.context().build().unwrap();
    let saved = context.stream(1).unwrap();
    assert_eq!(saved.len(), context.stream_size());
    other.set_stream(0, &saved).unwrap();
    assert_eq!(other.state("h").unwrap(), y[4..8]);
    other.copy_stream_from(0, &mut context, 2).unwrap();
    assert_eq!(other.state("h").unwrap(), y[8..]);
    context.copy_stream(0, 2).unwrap();
    assert_eq!(context.state("h").unwrap()[..4], y[8..]);
    context.reset_stream(0).unwrap();
    assert_eq!(context.stream(0).unwrap(), vec![0.0; saved.len()]);
    context.reset().unwrap();
    assert_eq!(context.state("c").unwrap(), vec![0.0; B * 4]);

    let twin = Lstm::new(I, 4).build().unwrap();
    let mut stranger = twin.context().build().unwrap();
    let refused = stranger.copy_stream_from(0, &mut context, 0).unwrap_err();
    assert_eq!(refused.code(), Code::Shape);
}

/// Loss sum(y * dy) of one window.
fn weighted(layer: &Layer, x: &[f32], dy: &[f32]) -> f64 {
    let y = window_context(layer).forward(&Window::floats(x, T, B)).unwrap();
    y.iter().zip(dy).map(|(&y, &dy)| f64::from(y) * f64::from(dy)).sum()
}

fn assert_close(found: f32, expected: f64, what: &str) {
    let difference = (f64::from(found) - expected).abs();
    assert!(difference < 2e-2 * (1.0 + expected.abs()), "{}: {} {}", what, found, expected);
}

#[test]
fn gradients_are_those_of_differences() {
    let layer = Lstm::new(I, 3).build().unwrap();
    let (mut x, dy) = (input(T * B * I), input(T * B * 3));
    let mut context = layer.context().max_steps(T).max_batch(B).training(true).build().unwrap();
    let mut dx = vec![0.0; x.len()];
    context.forward(&Window::floats(&x, T, B)).unwrap();
    context.backward(Some(&dy), Some(&mut dx)).unwrap();
    for at in [0, 17, x.len() - 1] {
        let (value, e) = (x[at], 1e-2);
        x[at] = value + e;
        let more = weighted(&layer, &x, &dy);
        x[at] = value - e;
        let less = weighted(&layer, &x, &dy);
        x[at] = value;
        assert_close(dx[at], (more - less) / f64::from(2.0 * e), "dx");
    }

    let gradient = context.gradient("weight_hh_l0").unwrap();
    drop(context);
    let mut layer = layer;
    let mut weight = layer.parameter("weight_hh_l0").unwrap();
    assert_eq!(gradient.len(), weight.len());
    for at in [0, 20] {
        let (value, e) = (weight[at], 1e-2);
        weight[at] = value + e;
        layer.set_parameter("weight_hh_l0", &weight).unwrap();
        let more = weighted(&layer, &x, &dy);
        weight[at] = value - e;
        layer.set_parameter("weight_hh_l0", &weight).unwrap();
        let less = weighted(&layer, &x, &dy);
        weight[at] = value;
        layer.set_parameter("weight_hh_l0", &weight).unwrap();
        assert_close(gradient[at], (more - less) / f64::from(2.0 * e), "dW");
    }
}

#[test]
fn state_gradients_go_in_and_come_out() {
    let layer = Gru::new(I, 3).build().unwrap();
    let mut context = layer.context().max_steps(T).training(true).build().unwrap();
    context.forward(&Window::floats(&input(T * I), T, 1)).unwrap();
    context.set_state_gradient("h", &[1.0, 0.0, 0.0]).unwrap();
    context.backward(None, None).unwrap();
    assert!(context.state_gradient("h").unwrap().iter().any(|&value| value != 0.0));
    assert!(context.gradient("bias_hh_l0").unwrap().iter().any(|&value| value != 0.0));
    context.zero_gradients().unwrap();
    assert!(context.gradient("bias_hh_l0").unwrap().iter().all(|&value| value == 0.0));
}

#[test]
fn tokens_and_dropout_in_a_sequential() {
    let layers = [
        Embedding::new(11, 4).padding(0).build().unwrap(),
        Dropout::new(4, 0.5).build().unwrap(),
        Linear::new(4, 2).build().unwrap(),
    ];
    assert_eq!(layers[0].padding().unwrap(), Some(0));
    let model = Sequential::new(&layers).build().unwrap();
    assert!(!model.has_state() && model.children().len() == 3);
    let tokens = [1, 2, 3, 0];
    let mut plain = model.context().max_steps(4).build().unwrap();
    let y = plain.forward(&Window::tokens(&tokens, 4, 1)).unwrap();
    let mut step = [0.0; 2];
    plain.step_tokens(&tokens[1..2], &mut step).unwrap();
    assert_eq!(step, y[2..4]);
    let mut training = model.context().max_steps(4).training(true).seed(3).build().unwrap();
    assert_ne!(training.forward(&Window::tokens(&tokens, 4, 1)).unwrap(), y);
    plain.advance(&Window::tokens(&tokens, 4, 1)).unwrap();
}
