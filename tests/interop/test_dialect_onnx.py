# SPDX-License-Identifier: MIT
"""Weights of ONNX operators become models with ONNX Runtime's outputs, and models weights."""

import numpy as np
import pytest
from dialect_tools import TOLERANCE, convert, noise, outputs, read, write

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")

STEPS, BATCH, INPUT, HIDDEN = 6, 3, 5, 4
CELLS = {
    "rnn": ("RNN", 1, {}, []),
    "rnn_relu": ("RNN", 1, {"activations": "Relu"}, ["--nonlinearity", "relu"]),
    "rnn_sigmoid": ("RNN", 1, {"activations": "Sigmoid"}, ["--nonlinearity", "sigmoid"]),
    "lstm": ("LSTM", 4, {}, []),
    "gru_after": ("GRU", 3, {"linear_before_reset": 1}, ["--gru", "reset-after"]),
    "gru_before": ("GRU", 3, {"linear_before_reset": 0}, ["--gru", "reset-before"]),
}


def make_arrays(cell, levels, directions, bias):
    """Random W, R and B under the documented names."""
    gates, found = CELLS[cell][1], {}
    for level in range(levels):
        inputs = INPUT if level == 0 else directions * HIDDEN
        part = f"rnn.l{level}." if levels > 1 else "rnn."
        found[f"{part}W"] = 0.7 * noise(3 * level, directions, gates * HIDDEN, inputs)
        found[f"{part}R"] = 0.7 * noise(3 * level + 1, directions, gates * HIDDEN, HIDDEN)
        if bias:
            found[f"{part}B"] = 0.7 * noise(3 * level + 2, directions, 2 * gates * HIDDEN)
    return found


def level_nodes(cell, level, levels, directions, bias):
    """One operator, and Y (T, D, B, H) as (T, B, D*H)."""
    operator, _, options, _ = CELLS[cell]
    attributes = {"hidden_size": HIDDEN, **options,
                  "direction": "bidirectional" if directions == 2 else "forward"}
    if "activations" in attributes:
        attributes["activations"] = [attributes["activations"]] * directions
    part = f"rnn.l{level}." if levels > 1 else "rnn."
    inputs = [f"x{level}", f"{part}W", f"{part}R"] + ([f"{part}B"] if bias else [])
    return [onnx.helper.make_node(operator, inputs, [f"y{level}"], **attributes),
            onnx.helper.make_node("Transpose", [f"y{level}"], [f"t{level}"], perm=[0, 2, 1, 3]),
            onnx.helper.make_node("Reshape", [f"t{level}", "shape"], [f"x{level + 1}"])]


def run(cell, arrays, levels, directions, bias, x):
    nodes = [node for level in range(levels)
             for node in level_nodes(cell, level, levels, directions, bias)]
    arrays = {**arrays, "shape": np.array([0, 0, directions * HIDDEN], dtype=np.int64)}
    value = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        nodes, "stack", [value("x0", onnx.TensorProto.FLOAT, x.shape)],
        [value(f"x{levels}", onnx.TensorProto.FLOAT, None)],
        [onnx.numpy_helper.from_array(array, name) for name, array in arrays.items()])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 14)],
                                   ir_version=8)
    session = onnxruntime.InferenceSession(model.SerializeToString(),
                                           providers=["CPUExecutionProvider"])
    return session.run(None, {"x0": x})[0]


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("directions", [1, 2])
@pytest.mark.parametrize("levels", [1, 2])
@pytest.mark.parametrize("cell", CELLS)
def test_recurrent(tmp_path, cell, levels, directions, bias):
    arrays = make_arrays(cell, levels, directions, bias)
    write(tmp_path / "arrays", arrays)
    convert("--from", "onnx", "--modules", "rnn", *CELLS[cell][3], tmp_path / "arrays",
            tmp_path / "model")
    x = noise(100, STEPS, BATCH, INPUT)
    expected = run(cell, arrays, levels, directions, bias, x)
    np.testing.assert_allclose(outputs(tmp_path / "model", x, directions * HIDDEN), expected,
                               **TOLERANCE)
    convert("--to", "onnx", "--modules", "rnn", tmp_path / "model", tmp_path / "back")
    back = read(tmp_path / "back")
    assert back.keys() == arrays.keys()
    for name, array in arrays.items():
        np.testing.assert_array_equal(back[name], array)


def test_peepholes(tmp_path):
    arrays = make_arrays("lstm", 1, 1, True)
    arrays["rnn.P"] = np.zeros((1, 3 * HIDDEN), dtype=np.float32)
    write(tmp_path / "arrays", arrays)
    convert("--from", "onnx", "--modules", "rnn", tmp_path / "arrays", tmp_path / "model")
    arrays["rnn.P"][0, 5] = 0.25
    write(tmp_path / "arrays", arrays)
    convert("--from", "onnx", "--modules", "rnn", tmp_path / "arrays", tmp_path / "other",
            fails='"rnn.P": peepholes are not supported')
