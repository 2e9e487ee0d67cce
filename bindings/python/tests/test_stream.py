# SPDX-License-Identifier: MIT
"""Streams: the same bits as windows, state, and what a step costs."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from conftest import ROOT

import seqnet
from seqnet import runtime


@pytest.fixture
def model() -> seqnet.Sequential:
    return seqnet.Sequential(seqnet.Linear(3, 6), seqnet.GRU(6, 5), seqnet.Linear(5, 2))


def test_stream_equals_window(model, random):
    x = random.standard_normal((9, 3)).astype(np.float32)
    y, _ = model(x)
    stream = seqnet.Stream(model)
    steps = np.stack([stream(one).copy() for one in x])
    if runtime.backend() == "native":
        assert np.array_equal(steps, y)
    np.testing.assert_allclose(steps, y, rtol=1e-5, atol=1e-6)


def test_arrays_are_its_own(model, random):
    stream = seqnet.Stream(model, batch=4)
    assert stream.x.shape == (4, 3) and stream.y.shape == (4, 2)
    stream.x[:] = random.standard_normal((4, 3))
    x = stream.x.copy()
    y = stream.step()
    assert y is stream.y
    assert np.array_equal(y, model(x[np.newaxis])[0][0])
    with pytest.raises(AttributeError):
        stream.x = x
    with pytest.raises(ValueError, match=r"x has shape \(3,\), need \(4, 3\)"):
        stream(x[0])
    assert np.array_equal(seqnet.Stream(model, batch=4)(x.tolist()), model(x[np.newaxis])[0][0])


@pytest.mark.parametrize("batch", [None, 3])
def test_state(model, batch, random):
    stream = seqnet.Stream(model, batch=batch)
    x = random.standard_normal((6, *stream.x.shape))
    for one in x[:3]:
        stream(one)
    saved = stream.state
    assert saved.shape == (5,) if batch is None else (3, 5)
    first = [stream(one).copy() for one in x[3:]]
    other = seqnet.Stream(model, batch=batch)
    other.state = saved
    again = [other(one).copy() for one in x[3:]]
    assert np.array_equal(first, again)
    stream.reset()
    assert not stream.state.any()
    with pytest.raises(ValueError, match="state has shape"):
        stream.state = np.zeros(4)


def test_reset_of_one_row(model, random):
    stream = seqnet.Stream(model, batch=2)
    stream(random.standard_normal((2, 3)))
    stream.reset(1)
    assert stream.state[0].any() and not stream.state[1].any()


def test_tokens(random):
    model = seqnet.Sequential(seqnet.Embedding(7, 4), seqnet.LSTM(4, 5))
    tokens = random.integers(0, 7, 6)
    stream = seqnet.Stream(model)
    assert stream.x.shape == () and stream.x.dtype == np.int32
    steps = np.stack([stream(token).copy() for token in tokens])
    assert np.array_equal(steps, model(tokens)[0])
    state = stream.state
    with pytest.raises(IndexError, match="7"):
        stream(7)
    for refused, kind in [(np.array(2**32), IndexError), (np.array(1.5), TypeError)]:
        with pytest.raises(kind):
            stream(refused)
    assert np.array_equal(stream.state, state)


def test_stream_keeps_its_layer():
    stream = seqnet.Stream(seqnet.GRU(3, 4))
    assert stream(np.zeros(3)).shape == (4,)


def test_overhead(record_property):
    """At most 5 microseconds above C: of 30 rounds the quickest, which other tests do not slow."""
    sys.path.insert(0, str(ROOT / "bindings/python/benchmarks"))
    import overhead

    found = overhead.measure(64)
    if found is None:
        pytest.skip("no C compiler")
    text = f"C {found.c:.2f}, step() {found.step:.2f}, call {found.call:.2f} microseconds"
    print("one LSTM step, H = 64:", text)
    record_property("overhead", text)
    assert found.step - found.c <= 5
    assert found.call - found.c <= 5
