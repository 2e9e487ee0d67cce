# SPDX-License-Identifier: MIT
"""Forward and every gradient against tests/golden/layers, which PyTorch has written.

Weights and inputs are made as tests/golden/layers.py makes them; the cases come in its order.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from conftest import ROOT

import seqnet

STEPS, BATCH, HIDDEN, PROJECTION = 6, 4, 3, 2
LENGTHS = np.array([2, 0, 6, 3], np.int32)
X, STATE, DY, DSTATE, PARAMETER = 0, 1, 3, 4, 8


def noise(stream: int, *shape: int) -> np.ndarray:
    """Multiples of 2^-24 in [-1, 1): SplitMix64 of stream and index."""
    index = np.arange(int(np.prod(shape)), dtype=np.uint64)
    with np.errstate(over="ignore"):
        z = (np.uint64(stream << 32) | index) + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    values = (z >> np.uint64(39)).astype(np.float64) / 2.0**24 - 1.0
    return values.astype(np.float32).reshape(shape)


class Golden:
    """The doubles of one file, taken from the front."""

    def __init__(self, name: str) -> None:
        data = (ROOT / "tests/golden/layers" / f"{name}.bin").read_bytes()
        self.rest = np.frombuffer(data[64:], "<f8")

    def compare(self, actual: np.ndarray) -> None:
        expected, self.rest = np.split(self.rest, [actual.size])
        scale = max(np.abs(expected).max(), 1e-30)
        np.testing.assert_allclose(actual.reshape(-1), expected, rtol=0, atol=1e-5 * scale)

    def finish(self) -> None:
        assert self.rest.size == 0


def set_parameters(layer: seqnet.Layer) -> None:
    for number, name in enumerate(layer.names()):
        layer.set_parameter(name, noise(PARAMETER + number, *layer.shape(name)))


def compare(golden: Golden, layer: seqnet.Layer, x: np.ndarray, lengths=None) -> None:
    """Output, last states, gradients by x, first states and parameters, as results() lists them."""
    steps, batch = x.shape[:2]
    set_parameters(layer)
    context = seqnet.Context(layer, steps, batch, training=True)
    shapes = context.state_shapes()
    for number, (name, shape) in enumerate(shapes.items()):
        context.set_state(name, noise(STATE + number, *shape))
    y = context.forward(x, lengths)
    golden.compare(y)
    for name in shapes:
        golden.compare(context.get_state(name))
    for number, (name, shape) in enumerate(shapes.items()):
        context.set_state_gradient(name, noise(DSTATE + number, *shape))
    dx = context.backward(noise(DY, *y.shape))
    assert (dx is None) == layer.token_input
    if dx is not None:
        golden.compare(dx)
    for name in shapes:
        golden.compare(context.get_state_gradient(name))
    for gradient in context.gradients().values():
        golden.compare(gradient)


def recurrent(kind: str, features: int, **options) -> seqnet.Layer:
    if kind.startswith("rnn"):
        return seqnet.RNN(features, HIDDEN, nonlinearity=kind[4:], **options)
    if kind.startswith("gru"):
        return seqnet.GRU(features, HIDDEN, reset_before=kind != "gru", **options)
    projection = PROJECTION if kind == "lstm_proj" else 0
    return seqnet.LSTM(features, HIDDEN, proj_size=projection, **options)


KINDS = ["rnn_tanh", "rnn_relu", "rnn_sigmoid", "lstm", "lstm_proj", "gru", "gru_reset_before"]


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_recurrent(kind, layers):
    golden = Golden(f"{kind}_{layers}")
    features = 5 if kind == "lstm_proj" else 2
    for bidirectional, bias, steps, with_lengths in itertools.product(
        [False, True], [False, True], [1, STEPS], [False, True]
    ):
        layer = recurrent(kind, features, num_layers=layers, bidirectional=bidirectional, bias=bias)
        lengths = np.minimum(LENGTHS, steps) if with_lengths else None
        compare(golden, layer, noise(X, steps, BATCH, features), lengths)
    golden.finish()


def tokens() -> np.ndarray:
    t, b = np.ogrid[:STEPS, :BATCH]
    return ((5 * t + 3 * b + t * b) % 7).astype(np.int32)


def test_others():
    golden = Golden("others")
    for bias in [True, False]:
        compare(golden, seqnet.Linear(5, 3, bias=bias), noise(X, STEPS, BATCH, 5))
    for padding in [None, 1]:
        compare(golden, seqnet.Embedding(7, 3, padding_idx=padding), tokens())
    model = seqnet.Sequential(
        seqnet.Embedding(7, 5), seqnet.LSTM(5, HIDDEN, num_layers=2), seqnet.Linear(HIDDEN, 7)
    )
    compare(golden, model, tokens())
    golden.finish()
