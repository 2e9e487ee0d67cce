# SPDX-License-Identifier: MIT
"""Graphs that almost are chains of layers: each must run as it says, not as the chain beside it."""

import numpy as np
import pytest
import seqnet.onnx
from onnx import helper, numpy_helper
from onnx_tools import all_close, graph, noise, run

T, B, N = 5, 3, 4  # of all layers, so that sizes alone give nothing away
X = noise(1, T, B, N)
CONSTANTS = {
    "axis": np.array([1]),
    "h0": noise(2, 1, B, N),
    "m": noise(3, N, N),
    "left": noise(4, B, B),
    "b": noise(5, N),
    "b_all": noise(6, 1),
    "b_steps": noise(7, T, 1, N),
    "swapped": np.array([B, T, N]),
    "merged": np.array([0, 0, -1]),
    "first": np.array([1]),
    "last": np.array([99]),
    **{f"w{way}": noise(8, way, 3 * N, N) for way in (1, 2)},
    **{f"r{way}": noise(9, way, 3 * N, N) for way in (1, 2)},
}


def node(op, inputs, outputs, **attributes):
    return helper.make_node(op, inputs.split(), outputs.split(), **attributes)


def gru(x, y, h0="", ways=1):
    """y (T, D, B, N), and perhaps the last state after it."""
    names = [x, f"w{ways}", f"r{ways}", *(["", "", h0] if h0 else [])]
    direction = "bidirectional" if ways == 2 else "forward"
    return helper.make_node("GRU", names, y.split(), hidden_size=N, direction=direction)


def squeeze(x, y):
    return node("Squeeze", f"{x} axis", y)


def swap(x, y):
    return node("Transpose", x, y, perm=[1, 0, 2])


def model(*nodes, outputs=("y",), rank=3):
    used = {name for one in nodes for name in one.input}
    constants = {name: array for name, array in CONSTANTS.items() if name in used}
    return graph(nodes, {"x": X}, {name: rank for name in outputs}, constants)


def after_gru(*nodes, **options):
    return model(gru("x", "a"), squeeze("a", "s"), *nodes, **options)


GRAPHS = {
    "state of one layer starts the next": lambda: model(
        gru("x", "a h"), squeeze("a", "s"), gru("s", "c", "h"), squeeze("c", "y")),
    "state of a layer of x starts another of x": lambda: model(
        gru("x", "a h"), gru("x", "c", "h"), squeeze("c", "y")),
    "first state is a constant": lambda: model(gru("x", "a", "h0"), squeeze("a", "y")),
    "an output from the middle": lambda: model(
        gru("x", "a"), squeeze("a", "y"), gru("y", "c"), squeeze("c", "z"), outputs=("y", "z")),
    "an output of the middle after the last": lambda: model(
        gru("x", "a"), squeeze("a", "z"), gru("z", "c"), squeeze("c", "y"), outputs=("y", "z")),
    "y is batch first and x is not": lambda: after_gru(swap("s", "y")),
    "time and batch change places": lambda: after_gru(
        swap("s", "t"), gru("t", "c"), squeeze("c", "u"), swap("u", "y")),
    "shape of the other layout": lambda: model(
        gru("x", "a"), node("Transpose", "a", "t", perm=[0, 2, 1, 3]),
        node("Reshape", "t swapped", "y")),
    "a layer that leads nowhere": lambda: after_gru(
        gru("s", "c"), squeeze("c", "z"), node("Identity", "s", "y")),
    "two layers of x, one of which leads nowhere": lambda: model(
        gru("x", "a"), squeeze("a", "z"), gru("x", "c"), squeeze("c", "y")),
    "directions behind hidden units": lambda: model(
        gru("x", "a", ways=2), node("Transpose", "a", "t", perm=[0, 2, 3, 1]),
        node("Reshape", "t merged", "y")),
    "residual": lambda: after_gru(node("Add", "s x", "y")),
    "x is rectified": lambda: model(node("Relu", "x", "z"), gru("z", "a"), squeeze("a", "y")),
    "x is cut": lambda: model(node("Slice", "x first last", "z"), gru("z", "a"),
                              squeeze("a", "y")),
    "product from the left": lambda: after_gru(node("MatMul", "left s", "y")),
    "product added to itself": lambda: after_gru(node("MatMul", "s m", "p"),
                                                 node("Add", "p p", "y")),
    "product added to what it is of": lambda: after_gru(node("MatMul", "s m", "p"),
                                                        node("Add", "p s", "y")),
    "product is an output too": lambda: after_gru(
        node("MatMul", "s m", "p"), node("Add", "p b", "y"), outputs=("y", "p")),
    "one bias for all": lambda: after_gru(node("MatMul", "s m", "p"), node("Add", "p b_all", "y")),
    "a bias for each step": lambda: after_gru(node("MatMul", "s m", "p"),
                                              node("Add", "p b_steps", "y")),
    "two biases": lambda: after_gru(node("MatMul", "s m", "p"), node("Add", "p b", "q"),
                                    node("Add", "q b", "y")),
    "all axes of y": lambda: model(gru("x", "y"), rank=4),
}  # fmt: skip


@pytest.mark.parametrize("name", GRAPHS)
def test_no_chain(name):
    made = GRAPHS[name]()
    loaded = seqnet.onnx.load(made)
    assert isinstance(loaded, seqnet.onnx.Model)
    all_close(list(loaded.run({"x": X}).values()), run(made, {"x": X}))


CHAINS = {
    "one direction": lambda: after_gru(node("Identity", "s", "y")),
    "two directions": lambda: model(
        gru("x", "a", ways=2), node("Transpose", "a", "t", perm=[0, 2, 1, 3]),
        node("Reshape", "t merged", "y")),
    "product and bias": lambda: after_gru(node("MatMul", "s m", "p"), node("Add", "b p", "y")),
    "batch first": lambda: model(swap("x", "t"), gru("t", "a"), squeeze("a", "s"),
                                 swap("s", "y")),
}  # fmt: skip


@pytest.mark.parametrize("name", CHAINS)
def test_chain_next_to_them(name):
    made = CHAINS[name]()
    loaded = seqnet.onnx.load(made)
    assert isinstance(loaded, seqnet.Sequential)
    all_close([loaded(X)[0]], run(made, {"x": X}))


def test_zero_first_state_may_be_in_the_file():
    made = GRAPHS["first state is a constant"]()
    for one in made.graph.initializer:
        if one.name == "h0":
            one.CopyFrom(numpy_helper.from_array(np.zeros((1, B, N), np.float32), "h0"))
    loaded = seqnet.onnx.load(made)
    assert isinstance(loaded, seqnet.Sequential)
    all_close([loaded(X)[0]], run(made, {"x": X}))
