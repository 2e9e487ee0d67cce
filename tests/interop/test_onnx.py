# SPDX-License-Identifier: MIT
"""Operators and models from and to ONNX, against ONNX Runtime."""

import itertools
import sys

import numpy as np
import pytest

pytest.importorskip("onnxruntime")
import onnx
import seqnet.onnx
from onnx import TensorProto, helper
from onnx_tools import (
    BATCH,
    HIDDEN,
    INPUT,
    STEPS,
    all_close,
    close,
    graph,
    noise,
    operator,
    run,
    weights,
)
from seqnet.errors import NotSupportedError, OutOfRangeError, ShapeError

# ---------------------------------------------------------------------- operators in

CELLS = {
    "rnn": ("RNN", {}),
    "rnn_relu": ("RNN", {"activations": ["Relu"]}),
    "rnn_sigmoid": ("RNN", {"activations": ["Sigmoid"]}),
    "lstm": ("LSTM", {}),
    "gru_before": ("GRU", {"linear_before_reset": 0}),
    "gru_after": ("GRU", {"linear_before_reset": 1}),
}


def doubled(attributes, direction):
    """Activations are given for each direction."""
    if direction == "bidirectional" and "activations" in attributes:
        return {**attributes, "activations": attributes["activations"] * 2}
    return attributes


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("lengths", [False, True])
@pytest.mark.parametrize("states", [False, True])
@pytest.mark.parametrize("direction", ["forward", "reverse", "bidirectional"])
@pytest.mark.parametrize("cell", CELLS)
def test_operator(cell, direction, states, lengths, bias):
    op, attributes = CELLS[cell]
    attributes = doubled(attributes, direction)
    model, feeds = operator(op, direction, states, lengths, bias, **attributes)
    loaded = seqnet.onnx.load_graph(model)
    assert list(loaded.layers) == ["cell"]
    all_close(loaded(*feeds.values()), run(model, feeds))


@pytest.mark.parametrize("direction", ["forward", "reverse", "bidirectional"])
@pytest.mark.parametrize("op", ["RNN", "LSTM", "GRU"])
def test_batchwise(op, direction):
    """layout = 1, which ONNX Runtime refuses, gives what layout = 0 gives with axes swapped."""
    model, feeds = operator(op, direction)
    y, *last = run(model, feeds)
    model.graph.node[0].attribute.append(helper.make_attribute("layout", 1))
    swapped = [array.swapaxes(0, 1) for array in feeds.values()]
    found = seqnet.onnx.load_graph(model)(*swapped)
    all_close(found, [y.transpose(2, 0, 1, 3), *(state.swapaxes(0, 1) for state in last)])


FREE = {
    "peepholes": ("LSTM", {"peepholes": True}),
    "input_forget": ("LSTM", {"input_forget": 1}),
    "clip_lstm": ("LSTM", {"clip": 0.4}),
    "clip_gru": ("GRU", {"clip": 0.4, "linear_before_reset": 1}),
    "clip_rnn": ("RNN", {"clip": 0.4}),
    "lstm": ("LSTM", {"activations": ["HardSigmoid", "Softsign", "ScaledTanh"],
                      "activation_alpha": [0.3, 0.9], "activation_beta": [0.4, 1.2]}),
    "gru": ("GRU", {"activations": ["Sigmoid", "LeakyRelu"], "activation_alpha": [0.2]}),
    "gru_after": ("GRU", {"activations": ["Sigmoid", "Elu"], "activation_alpha": [0.7],
                          "linear_before_reset": 1}),
    "thresholded": ("RNN", {"activations": ["ThresholdedRelu"], "activation_alpha": [0.1]}),
    "affine": ("RNN", {"activations": ["Affine"], "activation_alpha": [0.3],
                       "activation_beta": [0.2]}),
    "softplus": ("RNN", {"activations": ["Softplus"]}),
}


@pytest.mark.parametrize("direction", ["forward", "reverse", "bidirectional"])
@pytest.mark.parametrize("case", FREE)
def test_free_cells(case, direction):
    """What no layer has is computed as the operator defines it."""
    op, options = FREE[case]
    options = dict(options)
    if direction == "bidirectional":
        options.update((name, values * 2) for name, values in options.items()
                       if name.startswith("activation"))
    model, feeds = operator(op, direction, lengths=True, **options)
    loaded = seqnet.onnx.load_graph(model)
    assert not loaded.layers
    all_close(loaded(*feeds.values()), run(model, feeds))


def test_weights_may_be_inputs():
    model, feeds = operator("GRU", "bidirectional")
    constants = {one.name: onnx.numpy_helper.to_array(one) for one in model.graph.initializer}
    fed = graph(model.graph.node, {**feeds, **constants}, {"y": 4, "h": 3}, {})
    all_close(seqnet.onnx.load(fed)(**feeds, **constants), run(model, feeds))


# ---------------------------------------------------------------------- layers out

LAYERS = {
    "rnn": (seqnet.RNN, {}),
    "rnn_relu": (seqnet.RNN, {"nonlinearity": "relu"}),
    "rnn_sigmoid": (seqnet.RNN, {"nonlinearity": "sigmoid"}),
    "lstm": (seqnet.LSTM, {}),
    "gru_before": (seqnet.GRU, {"reset_before": True}),
    "gru_after": (seqnet.GRU, {}),
}
OPTIONS = [
    dict(zip(["num_layers", "bidirectional", "bias", "batch_first"], values))
    for values in itertools.product([1, 2], [False, True], [True, False], [False, True])
]


def make_layer(kind, options):
    kind, extra = LAYERS[kind]
    return kind(INPUT, HIDDEN, **extra, **options, init_range=0.7, seed=3)


def inputs_of(layer):
    """x and the first states by the names in the file."""
    leading = (BATCH, STEPS) if layer.batch_first else (STEPS, BATCH)
    slots = layer.num_layers * (1 + layer.bidirectional)
    names = ["h_0", "c_0"] if isinstance(layer, seqnet.LSTM) else ["h_0"]
    return {"x": noise(11, *leading, INPUT),
            **{name: noise(seed, slots, BATCH, HIDDEN) for seed, name in enumerate(names)}}


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("kind", LAYERS)
def test_export(tmp_path, kind, options):
    layer, path = make_layer(kind, options), tmp_path / "model.onnx"
    feeds = inputs_of(layer)
    first = list(feeds.values())[1:]
    y, last = layer(feeds["x"], tuple(first) if len(first) == 2 else first[0])
    seqnet.onnx.save(layer, path)
    all_close([y, *(last if len(first) == 2 else [last])], run(path, feeds))
    seqnet.onnx.save(layer, path, state=False)
    close(layer(feeds["x"])[0], run(path, {"x": feeds["x"]})[0])


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("kind", LAYERS)
def test_round_trip(tmp_path, kind, options):
    """Every level comes back as a layer of its own, with the same bits."""
    layer, path = make_layer(kind, options), tmp_path / "model.onnx"
    seqnet.onnx.save(layer, path)
    model = seqnet.onnx.load(path)
    assert isinstance(model, seqnet.Sequential) and model.batch_first == layer.batch_first
    assert len(list(model.parameters())) == len(list(layer.parameters()))
    for one, other in zip(model.parameters(), layer.parameters()):
        np.testing.assert_array_equal(one, other)
    x, *first = inputs_of(layer).values()
    ways = 1 + layer.bidirectional
    states = {f"{level}.{name}": array[level * ways : (level + 1) * ways]
              for level in range(layer.num_layers) for name, array in zip("hc", first)}
    given = tuple(first) if len(first) == 2 else first[0]
    np.testing.assert_array_equal(model(x, states)[0], layer(x, given)[0])


@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("tied", [False, True])
def test_models(tmp_path, tied, batch_first):
    table = seqnet.Embedding(9, INPUT, seed=1)
    model = seqnet.Sequential(
        table,
        seqnet.LSTM(INPUT, HIDDEN, 2, batch_first=batch_first, bidirectional=True, dropout=0.3,
                    init_range=0.7, seed=2),
        seqnet.Dropout(0.5),
        seqnet.GRU(2 * HIDDEN, INPUT, batch_first=batch_first, init_range=0.7, seed=3),
        seqnet.Linear(INPUT, 9, bias=not tied, tied_embedding=table if tied else None, seed=4),
    )
    tokens = np.random.default_rng(5).integers(0, 9, (BATCH, STEPS))
    path = tmp_path / "model.onnx"
    seqnet.onnx.save(model, path, state=False)
    y, _ = model(tokens)
    close(run(path, {"x": tokens})[0], y)
    close(seqnet.onnx.load(path)(tokens)[0], y)
    seqnet.onnx.save(model, path)
    y, last = model(tokens, {"1.h": noise(1, 4, STEPS, HIDDEN)} if not batch_first else None)
    assert len(last) == 3


def test_states_of_models(tmp_path):
    model = seqnet.Sequential(seqnet.Linear(3, INPUT), seqnet.LSTM(INPUT, HIDDEN, 2),
                              seqnet.GRU(HIDDEN, 6))
    x, path = noise(1, STEPS, BATCH, 3), tmp_path / "model.onnx"
    states = {"1.h": noise(2, 2, BATCH, HIDDEN), "1.c": noise(3, 2, BATCH, HIDDEN),
              "2.h": noise(4, 1, BATCH, 6)}
    seqnet.onnx.save(model, path)
    y, last = model(x, states)
    feeds = {f"{name}_0": array for name, array in states.items()}
    all_close(run(path, {"x": x, **feeds}), [y, last["1.h"], last["1.c"], last["2.h"]])


@pytest.mark.parametrize("make", [
    lambda: seqnet.Linear(INPUT, 3),
    lambda: seqnet.Linear(INPUT, 3, bias=False),
    lambda: seqnet.Sequential(seqnet.Linear(INPUT, 3), seqnet.Dropout(0.5)),
])
def test_layers_without_time(tmp_path, make):
    layer, x = make(), noise(1, STEPS, BATCH, INPUT)
    seqnet.onnx.save(layer, tmp_path / "model.onnx")
    close(run(tmp_path / "model.onnx", {"x": x})[0], layer(x))
    close(seqnet.onnx.load(tmp_path / "model.onnx")(x), layer(x))


def test_tokens(tmp_path):
    tokens = np.random.default_rng(5).integers(0, INPUT, (STEPS, BATCH))
    for layer in [seqnet.GRU(INPUT, HIDDEN, token_input=True), seqnet.Embedding(INPUT, 3)]:
        seqnet.onnx.save(layer, tmp_path / "model.onnx", state=False)
        y = layer(tokens)[0] if layer.has_state else layer(tokens)
        close(run(tmp_path / "model.onnx", {"x": tokens})[0], y)
        loaded = seqnet.onnx.load(tmp_path / "model.onnx")
        assert loaded.token_input
        close(loaded(tokens)[0] if layer.has_state else loaded(tokens), y)


# ---------------------------------------------------------------------- chains and other graphs

def test_gemm():
    """Gemm in all its forms, on a batch without time."""
    x, w, c = noise(1, 6, INPUT), noise(2, INPUT, 3), noise(3, 3)
    for options in [{}, {"transB": 1}, {"alpha": 0.5, "beta": 2.0}]:
        b = np.ascontiguousarray(w.T) if options.get("transB") else w
        node = helper.make_node("Gemm", ["x", "w", "c"], ["y"], **options)
        model = graph([node], {"x": x}, {"y": 2}, {"w": b, "c": c})
        loaded = seqnet.onnx.load(model)
        assert isinstance(loaded, seqnet.Sequential) != ("alpha" in options)
        close(loaded(x), run(model, {"x": x})[0])


def test_gemm_with_one_bias_for_all():
    """No bias of a Linear, so no Sequential."""
    x, w, c = noise(1, 6, INPUT), noise(2, INPUT, 3), noise(3, 1)
    node = helper.make_node("Gemm", ["x", "w", "c"], ["y"])
    model = graph([node], {"x": x}, {"y": 2}, {"w": w, "c": c})
    loaded = seqnet.onnx.load(model)
    assert isinstance(loaded, seqnet.onnx.Model)
    close(loaded(x), run(model, {"x": x})[0])


def test_cast_cuts_off():
    """A cast of features is no step of a chain."""
    x, w = 3 * noise(1, 6, INPUT), noise(2, INPUT, 3)
    nodes = [helper.make_node("Cast", ["x"], ["whole"], to=TensorProto.INT64),
             helper.make_node("Cast", ["whole"], ["again"], to=TensorProto.FLOAT),
             helper.make_node("MatMul", ["again", "w"], ["y"])]
    model = graph(nodes, {"x": x}, {"y": 2}, {"w": w})
    loaded = seqnet.onnx.load(model)
    assert isinstance(loaded, seqnet.onnx.Model)
    close(loaded(x), run(model, {"x": x})[0])
    assert loaded(x.tolist()).dtype == np.float32


def test_last_step_into_gemm():
    """A classifier: no chain, as it takes the last state."""
    model, feeds = operator("LSTM", states=False)
    nodes = [*model.graph.node,
             helper.make_node("Squeeze", ["h", "zero"], ["flat"]),
             helper.make_node("Gemm", ["flat", "head"], ["z"]),
             helper.make_node("Softmax", ["z"], ["p"], axis=-1)]
    constants = {**weights("LSTM", 1), "zero": np.array([0]), "head": noise(8, HIDDEN, 3)}
    model = graph(nodes, feeds, {"p": 2}, constants)
    loaded = seqnet.onnx.load(model)
    assert isinstance(loaded, seqnet.onnx.Model) and list(loaded.layers) == ["cell"]
    close(loaded(feeds["x"]), run(model, feeds)[0])


def test_sources(tmp_path):
    model, feeds = operator("GRU")
    path = tmp_path / "model.onnx"
    onnx.save(model, path)
    expected = run(model, feeds)
    for source in [model, path, str(path), path.read_bytes()]:
        all_close(seqnet.onnx.load_graph(source)(*feeds.values()), expected)


# ---------------------------------------------------------------------- what is refused

def changed(op, name, array):
    """A model with one tensor replaced, unchecked."""
    model, _ = operator(op)
    for one in model.graph.initializer:
        if one.name == name:
            one.CopyFrom(onnx.numpy_helper.from_array(array, name))
    return model


@pytest.mark.parametrize("load", [seqnet.onnx.load, seqnet.onnx.load_graph])
@pytest.mark.parametrize(("op", "name", "shape"), [
    ("LSTM", "W", (1, 3 * HIDDEN, INPUT)),  # the gates of a GRU
    ("GRU", "W", (1, INPUT, 3 * HIDDEN)),  # Keras' layout
    ("GRU", "R", (1, 4 * HIDDEN, HIDDEN)),
    ("RNN", "R", (2, HIDDEN, HIDDEN)),  # two directions
    ("GRU", "B", (1, 3 * HIDDEN)),  # one bias, as Keras has without reset_after
    ("LSTM", "B", (8 * HIDDEN,)),
])
def test_tensors_of_other_dialects(load, op, name, shape):
    with pytest.raises(ShapeError, match=rf"node 'cell' \({op}\): tensor '{name}' has shape"):
        load(changed(op, name, noise(1, *shape)))


def test_hidden_size():
    model, _ = operator("RNN")
    next(a for a in model.graph.node[0].attribute if a.name == "hidden_size").i = HIDDEN + 1
    with pytest.raises(ShapeError, match="'R' .* hidden_size"):
        seqnet.onnx.load(model)


def test_unsupported_operator():
    node = helper.make_node("Einsum", ["x"], ["y"], "product", equation="ij->ji")
    with pytest.raises(NotSupportedError, match=r"node 'product' \(Einsum\)"):
        seqnet.onnx.load(graph([node], {"x": noise(1, 2, 3)}, {"y": 2}, {}))


@pytest.mark.parametrize(("op", "attributes", "text"), [
    ("RNN", {"activations": ["Mish"]}, "activations: 'mish'"),
    ("LSTM", {"activations": ["Tanh"]}, "activations has 1 names, need 3"),
    ("GRU", {"layout": 2}, "layout = 2"),
])
def test_unsupported_attributes(op, attributes, text):
    model, _ = operator(op, **attributes)
    with pytest.raises(NotSupportedError, match=rf"node 'cell' \({op}\): attribute {text}"):
        seqnet.onnx.load(model)


def test_dropout():
    x, ratio = noise(1, 2, 3), np.array(0.5, np.float32)
    for training in [False, True]:
        constants = {"r": ratio, "t": np.array(training)}
        node = helper.make_node("Dropout", ["x", "r", "t"], ["y"], "drop")
        loaded = seqnet.onnx.load(graph([node], {"x": x}, {"y": 2}, constants))
        if training:
            with pytest.raises(NotSupportedError, match=r"node 'drop' \(Dropout\)"):
                loaded(x)
        else:
            np.testing.assert_array_equal(loaded(x), x)


def test_old_opsets():
    node = helper.make_node("Softmax", ["x"], ["y"], "old")
    with pytest.raises(NotSupportedError, match=r"node 'old' \(Softmax\): .*opset 12"):
        seqnet.onnx.load(graph([node], {"x": noise(1, 2, 3)}, {"y": 2}, {}, opset=12))
    node = helper.make_node("Relu", ["x"], ["y"], "old")
    with pytest.raises(NotSupportedError, match="opset 6, need 7"):
        seqnet.onnx.load(graph([node], {"x": noise(1, 2, 3)}, {"y": 2}, {}, opset=6))


def test_inputs_of_a_run():
    model, feeds = operator("GRU", lengths=True)
    loaded = seqnet.onnx.load_graph(model)
    with pytest.raises(TypeError, match="input 'h0'"):
        loaded.run({"x": feeds["x"], "lengths": feeds["lengths"]})
    with pytest.raises(ShapeError, match="'x' has shape"):
        loaded.run({**feeds, "x": noise(1, STEPS, BATCH, INPUT + 1)})
    for lengths in [[4, 9, 1], [4, -1, 1]]:
        with pytest.raises(OutOfRangeError, match=rf"node 'cell' \(GRU\): 'lengths' .* 0..{STEPS}"):
            loaded.run({**feeds, "lengths": np.array(lengths, np.int32)})
    with pytest.raises(ShapeError, match="'h0' has shape"):
        loaded.run({**feeds, "h0": noise(1, 2, BATCH, HIDDEN)})


def test_without_the_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ImportError, match="pip install onnx"):
        seqnet.onnx.load("model.onnx")


def test_projection_cannot_be_said(tmp_path):
    with pytest.raises(NotSupportedError, match="proj_size = 2"):
        seqnet.onnx.save(seqnet.LSTM(3, 4, proj_size=2), tmp_path / "model.onnx")
    assert not (tmp_path / "model.onnx").exists()
