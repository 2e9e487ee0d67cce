# SPDX-License-Identifier: MIT
"""Calls of layers: shapes, layouts, lengths, arrays of other kinds, refusals, parameters."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

import seqnet
from seqnet import _arrays

RECURRENT = [
    lambda **options: seqnet.RNN(3, 5, nonlinearity="relu", **options),
    lambda **options: seqnet.LSTM(3, 5, **options),
    lambda **options: seqnet.LSTM(3, 5, proj_size=2, **options),
    lambda **options: seqnet.GRU(3, 5, **options),
]


def parts(state) -> list[np.ndarray]:
    return list(state) if isinstance(state, tuple) else [state]


def joined(states: list[np.ndarray]):
    return tuple(states) if len(states) == 2 else states[0]


@pytest.mark.parametrize("make", RECURRENT)
@pytest.mark.parametrize("directions", [1, 2])
def test_shapes(make, directions, random):
    layer = make(num_layers=2, bidirectional=directions == 2)
    x = random.standard_normal((7, 4, 3)).astype(np.float32)
    y, state = layer(x)
    width = getattr(layer, "proj_size", 0) or 5
    assert y.shape == (7, 4, directions * width)
    assert [h.shape for h in parts(state)] == [
        (2 * directions, 4, size) for size in [width, 5][: len(parts(state))]
    ]
    assert y.dtype == np.float32


@pytest.mark.parametrize("make", RECURRENT)
def test_layouts_agree_bit_for_bit(make, random):
    layer, first = make(num_layers=2), make(num_layers=2, batch_first=True)
    x = random.standard_normal((7, 4, 3)).astype(np.float32)
    lengths = np.array([7, 1, 0, 4])
    y, state = layer(x, lengths=lengths)
    y_first, state_first = first(np.ascontiguousarray(x.swapaxes(0, 1)), lengths=lengths)
    assert np.array_equal(y_first.swapaxes(0, 1), y)
    assert all(map(np.array_equal, parts(state_first), parts(state)))
    y_one, state_one = layer(x[:4, 3])
    assert np.array_equal(y_one, y[:4, 3])
    for one, many in zip(parts(state_one), parts(state)):
        assert one.shape == (2, many.shape[2])
        assert np.array_equal(one, many[:, 3])


@pytest.mark.parametrize("make", RECURRENT)
def test_state_goes_on(make, random):
    layer = make()
    x = random.standard_normal((8, 2, 3)).astype(np.float32)
    y, state = layer(x)
    y_1, state_1 = layer(x[:3])
    y_2, state_2 = layer(x[3:], state_1)
    assert np.array_equal(np.concatenate([y_1, y_2]), y)
    assert all(map(np.array_equal, parts(state_2), parts(state)))
    y_0, _ = layer(x[:3])
    assert np.array_equal(y_0, y_1), "a call without a state starts at zero"


def test_length_ends_a_row(random):
    x = random.standard_normal((6, 3, 3)).astype(np.float32)
    x[2:, 1] = np.nan
    y, (h, _) = seqnet.LSTM(3, 5)(x, lengths=[6, 2, 0])
    assert np.isfinite(y).all()
    assert not y[2:, 1].any() and not y[:, 2].any()
    assert np.array_equal(h[0, 1], y[1, 1])


def test_out_and_zero_copy(random):
    layer = seqnet.LSTM(3, 5)
    x = random.standard_normal((6, 2, 3)).astype(np.float32)
    assert np.shares_memory(_arrays.floats(x, "x"), x)
    assert not np.shares_memory(_arrays.floats(x[:, ::2], "x"), x)
    out = np.full((6, 2, 5), np.nan, np.float32)
    y, _ = layer(x, out=out)
    assert y is out and np.array_equal(out, layer(x)[0])
    with pytest.raises(seqnet.errors.ShapeError, match=r"out has shape \(5, 2, 5\), need"):
        layer(x, out=out[:5])
    with pytest.raises(ValueError, match="contiguous"):
        layer(x, out=np.empty((6, 2, 10), np.float32)[:, :, ::2])
    with pytest.raises(TypeError, match="float32"):
        layer(x, out=out.astype(np.float64))
    square = seqnet.RNN(5, 5)
    with pytest.raises(ValueError, match="overlaps"):
        square(out, out=out)


def test_other_arrays_are_converted(random):
    layer = seqnet.GRU(3, 5)
    x = random.integers(-4, 4, (6, 2, 3))
    y, _ = layer(x.astype(np.float32))
    assert np.array_equal(layer(x)[0], y)
    assert np.array_equal(layer(x.astype(">f8"))[0], y)
    assert np.array_equal(layer(np.asfortranarray(x, np.float32))[0], y)
    assert np.array_equal(layer(x.tolist())[0], y)
    odd = np.frombuffer(b"!" + x.astype(np.float32).tobytes(), np.float32, offset=1)
    assert np.array_equal(layer(odd.reshape(x.shape))[0], y)
    with pytest.raises(TypeError, match="complex"):
        layer(x.astype(complex))


def test_embedding(random):
    layer = seqnet.Embedding(7, 3, padding_idx=-2)
    table = layer.get_parameter("weight")
    assert layer.padding_idx == 5 and not table[5].any()
    tokens = random.integers(0, 7, (4, 2, 3))
    assert np.array_equal(layer(tokens), table[tokens])
    assert np.array_equal(layer(6), table[6])
    assert np.array_equal(layer.nearest(table[tokens]), tokens)
    assert layer(np.zeros((0, 2), np.int32)).shape == (0, 2, 3)
    for bad in [7, -1, 2**40, -(2**32)]:
        with pytest.raises(IndexError):
            layer([1, bad])
    with pytest.raises(TypeError):
        layer([1.5])


def test_linear_takes_any_shape(random):
    layer = seqnet.Linear(3, 4)
    weight, bias = layer.parameters()
    x = random.standard_normal((5000, 2, 3)).astype(np.float32)
    np.testing.assert_allclose(layer(x), x @ weight.T + bias, rtol=1e-5, atol=1e-5)
    assert np.array_equal(layer(x[0, 0]), layer(x)[0, 0])
    with pytest.raises(ValueError, match=r"need \(.., 3\)"):
        layer(x[..., :2])
    assert not seqnet.Linear(3, 4, bias=False).bias


def test_dropout_takes_its_size_from_before(random):
    dropout = seqnet.Dropout(0.25)
    x = random.standard_normal((2, 3)).astype(np.float32)
    assert np.array_equal(dropout(x), x)
    with pytest.raises(ValueError, match="no size yet"):
        seqnet.Sequential(dropout)
    model = seqnet.Sequential(seqnet.Linear(3, 4), dropout)
    assert dropout.output_size == 4 and model(x).shape == (2, 4)


def test_sequential(random):
    model = seqnet.Sequential(
        seqnet.Embedding(9, 4), seqnet.LSTM(4, 5, num_layers=2), seqnet.Linear(5, 9)
    )
    tokens = random.integers(0, 9, (6, 3))
    y, state = model(tokens)
    embedded = model[0](tokens)
    hidden, (h, c) = model[1](embedded)
    np.testing.assert_allclose(y, model[2](hidden), rtol=1e-6, atol=1e-6)
    assert set(state) == {"1.h", "1.c"}
    assert np.array_equal(state["1.h"], h) and np.array_equal(state["1.c"], c)
    y_1, state_1 = model(tokens[:2])
    y_2, state_2 = model(tokens[2:], state_1)
    assert np.array_equal(np.concatenate([y_1, y_2]), y)
    assert np.array_equal(state_2["1.c"], c)
    assert len(model) == 3 and [type(layer) for layer in model] == [
        seqnet.Embedding,
        seqnet.LSTM,
        seqnet.Linear,
    ]
    with pytest.raises(KeyError, match=r"no state '1\.x'"):
        model(tokens, {"1.x": h})
    folded = model.folded()
    assert model.fold_bytes > 0 and np.array_equal(folded(tokens)[0], y)


def test_sequential_layout(random):
    layers = seqnet.GRU(3, 4, batch_first=True), seqnet.Linear(4, 2)
    model = seqnet.Sequential(*layers)
    assert model.batch_first
    x = random.standard_normal((5, 6, 3)).astype(np.float32)
    y, state = model(x, lengths=[6, 0, 1, 2, 3])
    assert y.shape == (5, 6, 2) and state["0.h"].shape == (1, 5, 4)
    with pytest.raises(ValueError, match="batch_first"):
        seqnet.Sequential(layers[0], seqnet.GRU(4, 4))


def test_tied_table():
    embedding = seqnet.Embedding(6, 4)
    head = seqnet.Linear(4, 6, tied_embedding=embedding)
    model = seqnet.Sequential(embedding, seqnet.GRU(4, 4), head)
    assert "2.weight" not in model.names() and "2.bias" in model.names()
    assert head.tied and head.names() == ["bias"]


def test_state_dict(random):
    layer, other = seqnet.LSTM(3, 5, bidirectional=True), seqnet.LSTM(3, 5, bidirectional=True)
    values = {n: random.standard_normal(p.shape) for n, p in layer.named_parameters()}
    assert list(values)[:2] == ["weight_ih_l0", "weight_hh_l0"]
    assert "bias_hh_l0_reverse" in values
    layer.load_state_dict(values)
    other.load_state_dict(layer.state_dict())
    x = random.standard_normal((4, 2, 3))
    assert np.array_equal(layer(x)[0], other(x)[0])
    assert layer.num_parameters == sum(value.size for value in values.values())
    before = other.state_dict()
    bad = dict(layer.state_dict(), bias_hh_l0=np.zeros(19))
    with pytest.raises(ValueError, match=r"bias_hh_l0 has shape \(19,\), need \(20,\)"):
        other.load_state_dict(bad)
    del bad["bias_hh_l0"]
    with pytest.raises(KeyError, match="missing: bias_hh_l0; unknown: extra"):
        other.load_state_dict(dict(bad, extra=np.zeros(1)))
    assert all(np.array_equal(before[n], p) for n, p in other.named_parameters())


@pytest.mark.parametrize(
    ("make", "kind", "text"),
    [
        (lambda: seqnet.LSTM(0, 3), ValueError, "input_size = 0"),
        (lambda: seqnet.LSTM(2**32 + 5, 3), ValueError, "input_size = 4294967301"),
        (lambda: seqnet.LSTM(3, 3, num_layers=0), ValueError, "num_layers = 0"),
        (lambda: seqnet.LSTM(3, 3, proj_size=3), ValueError, "proj_size"),
        (lambda: seqnet.RNN(3, 3, nonlinearity="softplus"), ValueError, "tanh, relu, sigmoid"),
        (lambda: seqnet.GRU(3, 3, dropout=1.0), ValueError, "dropout"),
        (lambda: seqnet.GRU(3, 3, seed=-1), ValueError, "seed"),
        (lambda: seqnet.GRU(3, 3.5), TypeError, "float"),
        (lambda: seqnet.Sequential(seqnet.GRU(3, 4), seqnet.Linear(5, 1)), ValueError, "4"),
        (lambda: seqnet.Sequential(), ValueError, "count"),
    ],
)
def test_refused_layers(make, kind, text):
    with pytest.raises(kind, match=text):
        make()


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (np.zeros((2, 3, 4)), r"x has shape \(2, 3, 4\), need \(T, B, 3\) or \(T, 3\)"),
        (np.zeros(3), "need"),
        (np.zeros((0, 2, 3)), "one step"),
        (np.zeros((2, 0, 3)), "one row"),
    ],
)
def test_refused_inputs(x, text):
    with pytest.raises(seqnet.errors.ShapeError, match=text):
        seqnet.LSTM(3, 5)(x)


def test_refused_states_and_lengths():
    layer, x = seqnet.LSTM(3, 5), np.zeros((4, 2, 3), np.float32)
    h = np.zeros((1, 2, 5), np.float32)
    with pytest.raises(ValueError, match="need h, c"):
        layer(x, (h,))
    with pytest.raises(ValueError, match=r"state c has shape \(2, 5\), need \(1, 2, 5\)"):
        layer(x, (h, h[0]))
    with pytest.raises(ValueError, match="lengths has 3 elements, need 2"):
        layer(x, lengths=[1, 2, 3])
    with pytest.raises(seqnet.errors.ShapeError, match="length"):
        layer(x, lengths=[5, 2])


def test_a_dropped_layer_goes_at_once():
    gc.disable()
    try:
        layer = seqnet.Sequential(seqnet.GRU(3, 5), seqnet.Linear(5, 2))
        layer(np.zeros((4, 2, 3)))
        gone = weakref.ref(layer)
        del layer
        assert gone() is None
    finally:
        gc.enable()


def test_token_input(random):
    layer = seqnet.GRU(7, 5, token_input=True)
    tokens = random.integers(0, 7, (6, 2))
    dense = seqnet.GRU(7, 5)
    dense.load_state_dict(layer.state_dict())
    np.testing.assert_allclose(
        layer(tokens)[0], dense(seqnet.one_hot(tokens, 7))[0], rtol=1e-6, atol=1e-6
    )
    assert layer(tokens[:, 0])[0].shape == (6, 5)
    with pytest.raises(IndexError, match="7"):
        layer([0, 7])
