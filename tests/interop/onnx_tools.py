# SPDX-License-Identifier: MIT
"""What the tests of ONNX share: graphs of one operator, and ONNX Runtime."""

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

TOLERANCE = dict(rtol=1e-5, atol=1e-5)
GATES = {"RNN": 1, "LSTM": 4, "GRU": 3}
STEPS, BATCH, INPUT, HIDDEN = 7, 3, 5, 4


def noise(seed, *shape):
    return np.random.default_rng(seed).uniform(-1, 1, shape).astype(np.float32)


def value(name, array):
    kind = helper.np_dtype_to_tensor_dtype(array.dtype)
    return helper.make_tensor_value_info(name, kind, array.shape)


def graph(nodes, feeds, outputs, constants, opset=22):
    """A model; the shapes of its inputs are those of `feeds`, `outputs` are names and ranks."""
    made = helper.make_graph(
        nodes,
        "graph",
        [value(name, array) for name, array in feeds.items()],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None] * rank)
         for name, rank in outputs.items()],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    imports = [helper.make_opsetid("", opset)]
    model = helper.make_model(made, opset_imports=imports, ir_version=10)
    onnx.checker.check_model(model)
    return model


def weights(op, ways, bias=True, peepholes=False, hidden=HIDDEN):
    """W, R and perhaps B and P, large enough to tell gates apart."""
    rows = GATES[op] * hidden
    found = {"W": 0.8 * noise(1, ways, rows, INPUT), "R": 0.8 * noise(2, ways, rows, hidden)}
    if bias:
        found["B"] = 0.8 * noise(3, ways, 2 * rows)
    if peepholes:
        found["P"] = 0.8 * noise(4, ways, 3 * hidden)
    return found


def operator(op, direction="forward", states=True, lengths=False, bias=True, peepholes=False,
             **attributes):
    """A model of one RNN, LSTM or GRU, and its inputs x, and perhaps lengths, h0 and c0."""
    ways = 2 if direction == "bidirectional" else 1
    feeds = {"x": noise(5, STEPS, BATCH, INPUT)}
    if lengths:
        feeds["lengths"] = np.array([4, 7, 1], np.int32)
    state_names = ["h0", "c0"][: 2 if op == "LSTM" else 1]
    if states:
        feeds.update((name, noise(6, ways, BATCH, HIDDEN)) for name in state_names)
    constants = weights(op, ways, bias, peepholes)
    have = {**feeds, **constants}
    names = [name if name in have else "" for name in ("x", "W", "R", "B", "lengths", "h0")]
    if op == "LSTM":
        names += [name if name in have else "" for name in ("c0", "P")]
    outputs = {"y": 4, "h": 3, **({"c": 3} if op == "LSTM" else {})}
    node = helper.make_node(op, names, list(outputs), "cell", hidden_size=HIDDEN, direction=direction,
                            **attributes)
    return graph([node], feeds, outputs, constants), feeds


def run(model, feeds):
    """The outputs by ONNX Runtime, of a path or a model."""
    if isinstance(model, onnx.ModelProto):
        model = model.SerializeToString()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return session.run(None, feeds)


def close(actual, expected):
    assert np.shape(actual) == np.shape(expected)
    np.testing.assert_allclose(actual, expected, **TOLERANCE)


def all_close(actual, expected):
    assert len(actual) == len(expected)
    for one, other in zip(actual, expected):
        close(one, other)
