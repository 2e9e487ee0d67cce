// SPDX-License-Identifier: MIT
//! safetensors files, and weights of other frameworks.

use seqnet::{Code, Dialect, Dtype, Embedding, Gru, GruForm, Interchange, Layer, Linear, Lstm};
use seqnet::{Model, Nonlinearity, Rnn, Sequential, Tensor, Tensors, Window};

const DIALECTS: [Dialect; 4] = [Dialect::Torch, Dialect::Keras, Dialect::Onnx, Dialect::OneDnn];

#[test]
fn a_collection_holds_arrays_and_metadata() {
    let mut tensors = Tensors::new().unwrap();
    let half =
        Tensor { name: "half", dtype: Dtype::F16, shape: vec![2], data: &[0, 0x3c, 0, 0xc0] };
    tensors.set_tensor(&half).unwrap();
    tensors.set("scalar", &[], &[4.0]).unwrap();
    tensors.set("empty", &[3, 0], &[]).unwrap();
    tensors.set("gone", &[1], &[1.0]).unwrap();
    tensors.remove("gone").unwrap();
    tensors.set_metadata("a", "1").unwrap();
    tensors.set_metadata("b", "\u{e9}").unwrap();
    tensors.remove_metadata("a").unwrap();

    let copy = Tensors::parse(&tensors.to_bytes().unwrap()).unwrap();
    assert_eq!(copy.count(), 3);
    assert_eq!(copy.all(), tensors.all());
    assert_eq!(copy.all().iter().map(|t| t.name).collect::<Vec<_>>(), ["empty", "half", "scalar"]);
    assert_eq!(copy.tensor("half").unwrap(), half);
    assert_eq!(copy.values("half").unwrap(), [1.0, -2.0]);
    assert_eq!(copy.values("scalar").unwrap(), [4.0]);
    assert!(copy.values("empty").unwrap().is_empty());
    assert_eq!((copy.keys(), copy.metadata("b")), (vec!["b"], Some("\u{e9}")));

    let path = std::env::temp_dir().join(format!("seqnet-rust-tensors-{}", std::process::id()));
    copy.save(&path).unwrap();
    let loaded = Tensors::load(&path);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(loaded.unwrap().all(), copy.all());
}

#[test]
fn readers_share_a_collection() {
    let mut tensors = Tensors::new().unwrap();
    tensors.set("x", &[4], &[1.0, 2.0, 3.0, 4.0]).unwrap();
    let tensors = &tensors;
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(move || {
                for _ in 0..100 {
                    assert_eq!(tensors.values("x").unwrap()[3], 4.0);
                    assert_eq!(tensors.tensor("x").unwrap().data.len(), 16);
                }
            });
        }
    });
}

#[test]
fn bad_tensors_are_refused() {
    let mut tensors = Tensors::new().unwrap();
    let code = |result: seqnet::Result<()>| result.unwrap_err().code();
    assert_eq!(code(tensors.set("x", &[2, 2], &[0.0; 3])), Code::Shape);
    assert_eq!(code(tensors.set("x", &[1; 9], &[0.0])), Code::InvalidArgument);
    assert_eq!(code(tensors.set("x\0", &[1], &[0.0])), Code::InvalidArgument);
    assert_eq!(code(tensors.set("__metadata__", &[1], &[0.0])), Code::InvalidArgument);
    assert_eq!(code(tensors.remove("x")), Code::NotFound);
    let short = Tensor { name: "x", dtype: Dtype::I64, shape: vec![1], data: &[0; 7] };
    assert_eq!(code(tensors.set_tensor(&short)), Code::InvalidArgument);
    let unknown = Tensor { dtype: Dtype::Unknown, ..short.clone() };
    assert_eq!(code(tensors.set_tensor(&unknown)), Code::InvalidArgument);
    tensors.set_tensor(&Tensor { data: &[0; 8], ..short }).unwrap();
    assert_eq!(tensors.values("x").unwrap_err().code(), Code::Unsupported);
    assert_eq!(tensors.tensor("y").unwrap_err().code(), Code::NotFound);
    assert_eq!(Tensors::parse(b"no file").unwrap_err().code(), Code::Format);
    assert_eq!(Tensors::load("/nowhere/at/all").unwrap_err().code(), Code::Io);
    assert_eq!(code(tensors.save("/nowhere/at/all")), Code::Io);
}

fn layers() -> Vec<Layer> {
    vec![
        Rnn::new(3, 5).nonlinearity(Nonlinearity::Relu).build().unwrap(),
        Lstm::new(3, 5).num_layers(2).bidirectional(true).build().unwrap(),
        Gru::new(3, 5).build().unwrap(),
        Linear::new(3, 5).build().unwrap(),
    ]
}

fn outputs(layer: &Layer) -> Vec<f32> {
    let x: Vec<f32> = (0..12).map(|i| (i as f32).sin()).collect();
    let mut context = layer.context().max_steps(4).build().unwrap();
    context.forward(&Window::floats(&x, 4, 1)).unwrap()
}

#[test]
fn weights_go_out_and_come_back_in_every_dialect() {
    for dialect in DIALECTS {
        for layer in layers() {
            let way = Interchange::new(dialect)
                .prefix("a.")
                .gru_form(if layer.kind() == seqnet::Kind::Gru {
                    GruForm::ResetAfter
                } else {
                    GruForm::Auto
                })
                .nonlinearity(Nonlinearity::Relu);
            let mut tensors = Tensors::new().unwrap();
            layer.export(&mut tensors, &way).unwrap();
            assert!(tensors.all().iter().all(|tensor| tensor.name.starts_with("a.")));
            let mut copy = Layer::from_tensors(&tensors, &way).unwrap();
            for (a, b) in outputs(&layer).iter().zip(outputs(&copy)) {
                assert!((a - b).abs() < 1e-6, "{:?} {:?}", dialect, layer);
            }
            copy.import(&tensors, &way).unwrap();

            let context = copy.context().build().unwrap();
            assert_eq!(copy.import(&tensors, &way).unwrap_err().code(), Code::Busy);
            drop(context);
            let wrong = Interchange::new(dialect).prefix("b.");
            assert_eq!(copy.import(&tensors, &wrong).unwrap_err().code(), Code::NotFound);
        }
    }
}

#[test]
fn modules_have_names() {
    let table = Embedding::new(7, 3).build().unwrap();
    let parts = [table, Lstm::new(3, 4).build().unwrap(), Linear::new(4, 7).build().unwrap()];
    let model = Sequential::new(&parts).build().unwrap();
    let way = Interchange::default().modules(&["embed", "rnn", "head"]);
    let mut tensors = Tensors::new().unwrap();
    model.export(&mut tensors, &way).unwrap();
    assert_eq!(tensors.tensor("rnn.weight_ih_l0").unwrap().shape, [16, 3]);
    let copy = Layer::from_tensors(&tensors, &way).unwrap();
    assert_eq!(copy.children().len(), 3);
    for info in model.parameters() {
        assert_eq!(copy.parameter(&info.name).unwrap(), model.parameter(&info.name).unwrap());
    }
    let refused = Layer::from_tensors(&tensors, &way.clone().modules(&["embed", "nothing"]));
    assert!(refused.unwrap_err().message().contains("nothing"));
}

#[test]
fn a_model_goes_through_memory() {
    let mut model = Model::new(&layers()[1]).unwrap();
    model.set_metadata("a", "1").unwrap();
    let bytes = model.to_bytes().unwrap();
    let copy = Model::parse(&bytes).unwrap();
    assert_eq!(copy.metadata("a"), Some("1"));
    assert_eq!(outputs(copy.layer()), outputs(model.layer()));
    assert_eq!(Model::parse(&bytes[..bytes.len() - 1]).unwrap_err().code(), Code::Format);
}
