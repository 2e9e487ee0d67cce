# SPDX-License-Identifier: MIT
"""Contexts by hand: gradients of a loss of one's own, state, streams."""

from __future__ import annotations

import numpy as np
import pytest

import seqnet


def test_gradients_of_own_loss(random):
    """Central differences of sum(w * y^2) by one parameter and by x, batch first, with lengths."""
    layer = seqnet.LSTM(3, 4, batch_first=True)
    x = random.standard_normal((2, 5, 3)).astype(np.float32)
    w = random.standard_normal((2, 5, 4))
    lengths = [5, 3]
    context = seqnet.Context(layer, 5, 2, training=True)
    y = context.forward(x, lengths)
    dx = context.backward(2 * w * y)
    gradient = context.gradient("weight_hh_l0")

    def loss() -> float:
        return float((w * layer(x, lengths=lengths)[0].astype(np.float64) ** 2).sum())

    def slope(change) -> float:
        step = 1e-2
        up, down = [(change(sign * step), loss())[1] for sign in (1, -1)]
        change(0)
        return (up - down) / (2 * step)

    weight, x_0 = layer.get_parameter("weight_hh_l0"), x.copy()
    for place in [(0, 0), (5, 1), (10, 2), (15, 3)]:

        def change_weight(amount, place=place):
            moved = weight.copy()
            moved[place] += amount
            layer.set_parameter("weight_hh_l0", moved)

        assert slope(change_weight) == pytest.approx(gradient[place], rel=2e-2, abs=2e-3)
    for place in [(0, 4, 0), (1, 2, 1), (1, 4, 2)]:

        def change_x(amount, place=place):
            x[place] = x_0[place] + amount

        assert slope(change_x) == pytest.approx(dx[place], rel=2e-2, abs=2e-3)
    context.zero_gradients()
    assert not any(values.any() for values in context.gradients().values())


def test_order_and_modes():
    layer = seqnet.GRU(3, 4)
    x = np.zeros((2, 1, 3), np.float32)
    context = seqnet.Context(layer, 2, 1, training=True)
    with pytest.raises(seqnet.errors.StateError):
        context.backward(None)
    y = context.forward(x)
    with pytest.raises(ValueError, match=r"dy has shape \(2, 4\), need \(2, 1, 4\)"):
        context.backward(y[:, 0])
    context.backward(y)
    with pytest.raises(RuntimeError):
        context.backward(y)
    inference = seqnet.Context(layer, 2, 1)
    inference.forward(x)
    with pytest.raises(NotImplementedError):
        inference.backward(y)
    with pytest.raises(ValueError, match="steps"):
        inference.forward(np.zeros((3, 1, 3)))


def test_state_and_streams(random):
    layer = seqnet.LSTM(3, 4, num_layers=2)
    one, two = seqnet.Context(layer, 5, 3), seqnet.Context(layer, 5, 2)
    assert one.state_shapes() == {"h": (2, 3, 4), "c": (2, 3, 4)}
    assert one.stream_size == 16
    x = random.standard_normal((5, 3, 3)).astype(np.float32)
    one.forward(x)
    two.set_stream(one.get_stream(2), 0)
    two.copy_stream(1, one, 0)
    assert np.array_equal(two.get_state("h"), one.get_state("h")[:, [2, 0]])
    one.reset(0)
    assert not one.get_state("c")[:, 0].any() and one.get_state("c")[:, 1].any()
    one.reset()
    assert not any(values.any() for values in one.state().values())
    with pytest.raises(KeyError):
        one.get_state("x")
    with pytest.raises(IndexError):
        one.get_stream(3)
    with pytest.raises(ValueError, match="h has shape"):
        one.set_state("h", np.zeros((2, 2, 4)))
    with pytest.raises(KeyError, match="no parameter 'w'"):
        one.gradient("w")


def test_bytes():
    layer = seqnet.LSTM(32, 64)
    small = seqnet.context_bytes(layer, 1, 1)
    assert 0 < small < seqnet.context_bytes(layer, 100, 8)
    assert seqnet.context_bytes(layer, 100, 8) < seqnet.context_bytes(layer, 100, 8, training=True)
    with pytest.raises(ValueError):
        seqnet.Context(layer, -1)


def test_context_outlives_its_layer_handle(random):
    x = random.standard_normal((2, 1, 3))
    context = seqnet.Context(seqnet.GRU(3, 4), 2)
    assert context.forward(x).shape == (2, 1, 4)
