// SPDX-License-Identifier: MIT
//! Bad input is an error that says what is wrong, never a panic, and leaves all as it was.

use seqnet::{Batch, Code, Corpus, Dataset, Dropout, Embedding, Gru, Level, Linear, Loss, Lstm};
use seqnet::{
    Layer, Model, Optimizer, Padded, Result, Rnn, Rows, Schedule, Sequential, TargetMode,
};
use seqnet::{Vocabulary, Window};

/// The result is this kind of error, whose message has these words.
#[track_caller]
fn assert_refused<T>(result: Result<T>, code: Code, words: &str) {
    match result {
        Ok(_) => panic!("not refused: {}", words),
        Err(error) => {
            assert_eq!(error.code(), code, "{}", error);
            assert!(error.message().contains(words), "{:?} is not in: {}", words, error);
        }
    }
}

const HUGE: usize = usize::MAX;

#[test]
fn layers() {
    use Code::{InvalidArgument, Shape, Unsupported};
    assert_refused(Lstm::new(0, 4).build(), InvalidArgument, "input_size = 0");
    assert_refused(Lstm::new(3, HUGE).build(), InvalidArgument, "hidden_size");
    assert_refused(Lstm::new(3, 4).proj_size(4).build(), InvalidArgument, "proj_size");
    assert_refused(Gru::new(3, 4).num_layers(65).build(), InvalidArgument, "num_layers");
    assert_refused(Rnn::new(3, 4).dropout(f32::NAN).build(), InvalidArgument, "dropout");
    assert_refused(Dropout::new(3, 1.0).build(), InvalidArgument, "probability");
    assert_refused(Embedding::new(5, 2).padding(5).build(), InvalidArgument, "padding_idx");
    let table = Embedding::new(5, 2).build().unwrap();
    assert_refused(Linear::new(3, 5).tied(&table).build(), Shape, "");
    assert_refused(Linear::new(3, 5).tied(&table).bias(false).build(), Shape, "");
    assert_refused(Sequential::new(&[]).build(), InvalidArgument, "count = 0");
    let twice = [table.clone(), table.clone()];
    assert_refused(Sequential::new(&twice).build(), InvalidArgument, "");
    let model = Sequential::new(&twice[..1]).build().unwrap();
    let nested = [model.clone(), table];
    assert_refused(Sequential::new(&nested[..1]).build(), Unsupported, "sequential");
    assert_refused(model.fold(), Unsupported, "");
    assert_refused(model.fold_bytes(), Unsupported, "");
    assert_refused(model.recurrent_options(), InvalidArgument, "");
    assert_refused(model.nearest(&[1.0, 2.0]), InvalidArgument, "embedding");
    assert_refused(model.children()[0].nearest(&[1.0]), Shape, "a multiple of 2");
    assert_refused(model.dropout_probability(), InvalidArgument, "dropout");
}

#[test]
fn parameters() {
    let mut layer = Linear::new(2, 3).build().unwrap();
    assert_refused(layer.parameter("weights"), Code::NotFound, "weights");
    assert_refused(layer.parameter("we\0ight"), Code::NotFound, "parameter");
    assert_refused(layer.set_parameter("weights", &[]), Code::NotFound, "weights");
    assert_refused(layer.set_parameter("w\0", &[]), Code::InvalidArgument, "zero byte at 1");
    assert_refused(layer.set_parameter("weight", &[0.0; 5]), Code::Shape, "5");
    // A refusal gives the lease back.
    layer.set_parameter("weight", &[0.0; 6]).unwrap();
}

#[test]
fn windows() {
    use Code::{InvalidArgument, Range, Shape};
    let gru = Gru::new(2, 3).build().unwrap();
    let mut context = gru.context().max_steps(4).max_batch(2).build().unwrap();
    let x = [0.0; 16];
    let mut y = [7.0; 24];
    assert_refused(context.forward(&Window::floats(&x[1..], 4, 2)), Shape, "x has 15");
    assert_refused(context.forward(&Window::floats(&x, 8, 1)), Shape, "8 steps");
    assert_refused(context.forward(&Window::floats(&x, 1, 8)), Shape, "8 streams");
    assert_refused(context.forward(&Window::floats(&x, HUGE, HUGE)), Shape, "");
    assert_refused(context.forward(&Window::floats(&[], 0, 2)), Shape, "steps");
    assert_refused(context.forward(&Window::floats(&[], 4, 0)), Shape, "batch");
    assert_refused(context.advance(&Window::floats(&x, HUGE, HUGE)), Code::OutOfMemory, "");
    let window = Window::floats(&x, 4, 2);
    assert_refused(context.forward_into(&window, &mut y[1..]), Shape, "y has 23");
    assert_refused(context.forward(&window.lengths(&[4])), Shape, "lengths has 1");
    assert_refused(context.forward(&window.lengths(&[4, 5])), Shape, "lengths[1] = 5");
    assert_refused(context.forward(&window.lengths(&[-1, 4])), Shape, "lengths[0] = -1");
    assert_refused(context.forward(&Window::tokens(&[0; 8], 4, 2)), InvalidArgument, "not tokens");
    assert_refused(context.step(&x[..3], &mut y[..6]), Shape, "x has 3");
    assert_refused(context.step(&x[..4], &mut y[..5]), Shape, "y has 5");
    assert_refused(context.step_tokens(&[0; 2], &mut y[..6]), InvalidArgument, "takes floats");
    assert_eq!(y, [7.0; 24]);

    let table = Embedding::new(5, 3).build().unwrap();
    let mut context = table.context().build().unwrap();
    assert_refused(context.step_tokens(&[5], &mut y[..3]), Range, "= 5");
    assert_refused(context.step_tokens(&[0, 1], &mut y[..3]), Shape, "tokens has 2");
    assert_refused(context.step(&[0.0; 5], &mut y[..3]), InvalidArgument, "takes tokens");
    assert_refused(context.forward(&Window::tokens(&[-1], 1, 1)), Range, "= -1");
}

#[test]
fn contexts() {
    use Code::{InvalidArgument, NotFound, OutOfMemory, Range, Shape, State, Unsupported};
    let lstm = Lstm::new(2, 3).build().unwrap();
    assert_refused(lstm.context().max_steps(HUGE).build(), InvalidArgument, "max_steps");
    assert_refused(lstm.context().threads(1000).build(), InvalidArgument, "threads");
    let large = lstm.context().max_steps(1 << 20).max_batch(1 << 20);
    assert_refused(large.build(), OutOfMemory, "rows");
    assert_refused(large.bytes(), OutOfMemory, "rows");

    let mut context = lstm.context().max_steps(2).training(true).build().unwrap();
    assert_refused(context.backward(None, None), State, "forward");
    context.forward(&Window::floats(&[0.0; 4], 2, 1)).unwrap();
    assert_refused(context.backward(Some(&[0.0; 5]), None), Shape, "dy has 5");
    assert_refused(context.backward(None, Some(&mut [0.0; 5])), Shape, "dx has 5");
    context.backward(Some(&[0.0; 6]), Some(&mut [0.0; 4])).unwrap();
    assert_refused(context.backward(None, None), State, "forward");
    assert_refused(context.gradient("nothing"), NotFound, "nothing");
    assert_refused(context.state("n"), NotFound, "\"n\"");
    assert_refused(context.set_state("n", &[0.0; 3]), NotFound, "\"n\"");
    assert_refused(context.set_state("h", &[0.0; 4]), Shape, "4");
    assert_refused(context.stream(1), Range, "1");
    assert_refused(context.set_stream(0, &[0.0; 5]), Shape, "values has 5");
    assert_refused(context.stream_into(0, &mut [0.0; 7]), Shape, "values has 7");
    assert_refused(context.reset_stream(HUGE), InvalidArgument, "stream");
    assert_refused(context.copy_stream(0, 1), Range, "1");

    // The pass backward would go through is that of the last call, whatever its size.
    context.forward(&Window::floats(&[0.0; 4], 2, 1)).unwrap();
    context.step(&[0.0; 2], &mut [0.0; 3]).unwrap();
    assert_refused(context.backward(Some(&[0.0; 6]), None), Shape, "dy has 6");
    context.backward(Some(&[0.0; 3]), None).unwrap();

    let mut inference = lstm.context().build().unwrap();
    inference.step(&[0.0; 2], &mut [0.0; 3]).unwrap();
    assert_refused(inference.backward(None, None), Unsupported, "training");
    assert_refused(inference.zero_gradients(), Unsupported, "training");
    let table = Embedding::new(5, 3).build().unwrap();
    let mut tokens = table.context().training(true).build().unwrap();
    tokens.step_tokens(&[1], &mut [0.0; 3]).unwrap();
    let refused = tokens.backward(None, Some(&mut []));
    assert_refused(refused, InvalidArgument, "dx");
}

fn classifier() -> Layer {
    let layers = [Embedding::new(5, 3).build().unwrap(), Linear::new(3, 4).build().unwrap()];
    Sequential::new(&layers).build().unwrap()
}

#[test]
fn trainers() {
    use Code::{InvalidArgument, Io, NonFinite, Range, Shape, State};
    let model = classifier();
    assert_refused(model.trainer().back_steps(HUGE).build(), InvalidArgument, "back_steps");
    assert_refused(model.trainer().warmup(u64::MAX).build(), InvalidArgument, "warmup");
    let no_period = Schedule::Step { period: 0, gamma: 0.5 };
    assert_refused(model.trainer().schedule(no_period).build(), InvalidArgument, "period");
    let nan = Optimizer::adam(f64::NAN);
    assert_refused(model.trainer().optimizer(nan).build(), InvalidArgument, "learning_rate");

    let mut trainer = model.trainer().build().unwrap();
    let good = Batch::tokens(&[0, 1], 2, 1);
    assert_refused(trainer.train(&good), InvalidArgument, "targets");
    assert_refused(trainer.train(&good.targets(&[0])), Shape, "targets has 1");
    assert_refused(trainer.train(&good.targets(&[0, 4])), Range, "4");
    assert_refused(trainer.train(&good.target_values(&[0.0; 8])), InvalidArgument, "targets");
    assert_refused(trainer.train(&good.target_values(&[0.0; 7])), Shape, "target_values has 7");
    let wide = Batch::tokens(&[0, 1], 1, 2).targets(&[0, 1]);
    assert_refused(trainer.train(&wide), Shape, "batch");
    assert_refused(trainer.backward(None, None), State, "forward");
    assert_refused(trainer.load("/nowhere/at/all"), Io, "/nowhere/at/all");
    assert_refused(trainer.save("/nowhere/at/all", ""), Io, "/nowhere/at/all");
    assert_refused(trainer.save("x", "a\0"), InvalidArgument, "note");
    trainer.train(&good.targets(&[0, 3])).unwrap();
    assert_eq!(trainer.updates(), 1);

    let line = Linear::new(1, 1).build().unwrap();
    let mut trainer = line.trainer().loss(Loss::mean_squared_error()).build().unwrap();
    let batch = Batch::floats(&[f32::INFINITY], 1, 1).target_values(&[0.0]);
    assert_refused(trainer.train(&batch), NonFinite, "NaN");

    let mut context = model.context().max_steps(2).build().unwrap();
    let last = Loss::cross_entropy().mode(TargetMode::LastStep);
    assert_refused(context.evaluate(&last, &good.targets(&[0, 1])), Shape, "targets has 2");
    context.evaluate(&last, &good.targets(&[1])).unwrap();
    let repeat = Loss::cross_entropy().mode(TargetMode::RepeatStep);
    assert_refused(context.evaluate(&repeat, &good.targets(&[0, 1])), Shape, "tokens has 2");
    let one = Batch::tokens(&[0], 2, 1).targets(&[0, 1]);
    assert_eq!(context.evaluate(&repeat, &one).unwrap().count, 2);
}

#[test]
fn text() {
    use Code::{Format, InvalidArgument, OutOfMemory, Range, Shape};
    let builder = Vocabulary::builder(Level::Character);
    assert_refused(builder.build(b"a\xff"), Format, "1");
    assert_refused(builder.clone().max_size(HUGE).build("a"), InvalidArgument, "max_size");
    let vocabulary = builder.build("abc").unwrap();
    assert_refused(vocabulary.encode("abd"), Range, "d");
    assert_refused(vocabulary.decode(&[0, 3]), Range, "3");
    assert_refused(vocabulary.symbol(-1), Range, "-1");
    assert_eq!(vocabulary.find("d"), None);
    assert_refused(Vocabulary::from_json("{"), Format, "");
    let bytes = Vocabulary::builder(Level::Byte).build(b"\xff").unwrap();
    assert_refused(bytes.decode_text(&[0]), Format, "UTF-8");

    assert_refused(Corpus::new(&[1, 2, 3], 2), Shape, "");
    assert_refused(Corpus::new(&[1, 2], 0), InvalidArgument, "batch");
    let mut corpus = Corpus::new(&[1, 2, 3], 1).unwrap();
    assert_refused(corpus.seek(3), Range, "3");
    assert_refused(corpus.read(0, &mut Rows::default()), InvalidArgument, "max_steps");
    assert!(corpus.read(HUGE, &mut Rows::default()).unwrap());
    assert!(!corpus.read(HUGE, &mut Rows::default()).unwrap());

    let mut tagging = Dataset::tagging(0).unwrap();
    assert_refused(tagging.add(&[1, 2], &[1]), Shape, "targets has 1");
    assert_refused(tagging.read(&mut Padded::default()), Code::State, "epoch");
    assert_refused(tagging.start(0, 1), InvalidArgument, "batch");
    assert_refused(seqnet::one_hot(&[3], 3), Range, "3");
    assert_refused(seqnet::one_hot(&[0; 8], HUGE / 16), OutOfMemory, "");
}

#[test]
fn models() {
    use Code::{Format, InvalidArgument, Io};
    let mut model = Model::new(&classifier()).unwrap();
    assert_refused(model.set_metadata("", "a"), InvalidArgument, "key");
    assert_refused(model.set_metadata("seqnet.model", "a"), InvalidArgument, "reserved");
    assert_refused(model.set_metadata("a", "b\0c"), InvalidArgument, "value");
    assert_refused(model.save("a\0b"), InvalidArgument, "path");
    assert_refused(model.save("/nowhere/at/all"), Io, "/nowhere/at/all");
    assert_refused(Model::load("/nowhere/at/all"), Io, "/nowhere/at/all");
    assert_refused(Model::load(file!().rsplit('/').next().unwrap()), Io, "");
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    assert_refused(Model::load(source), Format, "");
    assert!(model.metadata("a").is_none() && model.keys().is_empty());
}
