# SPDX-License-Identifier: MIT
"""ONNX Runtime as a contender, forward only: a model of L recurrent nodes made for the case.

Inputs, states and outputs are bound to memory allocated once. The final states of a call are the
initial ones of the next: two bindings, used in turns, swap their buffers. With arguments, a file
and a request, it only writes the model.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy
import onnx
import onnxruntime
import streams
from onnx import TensorProto, helper, numpy_helper
from protocol import Request, Skip, Subject, parse, serve, spread

OPERATORS = {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}
# ONNX orders the gates i o f c and z r h; PyTorch i f g o and r z n.
GATES = {"rnn": [0], "lstm": [0, 3, 1, 2], "gru": [1, 0, 2]}
OPSET = 14
IR_VERSION = 8


def reorder(values, cell: str):
    """Rows from PyTorch's order of gates into ONNX's."""
    blocks = numpy.split(values, len(GATES[cell]))
    return numpy.concatenate([blocks[g] for g in GATES[cell]])


def weights_of_level(request: Request, level: int) -> list[onnx.TensorProto]:
    """W (1, GH, I), R (1, GH, H), B (1, 2GH)."""
    rows = len(GATES[request.cell]) * request.hidden
    inputs = request.input if level == 0 else request.hidden
    shapes = [(rows, inputs), (rows, request.hidden), (rows,), (rows,)]
    w, r, bias_w, bias_r = (
        reorder(streams.uniform(4 * level + i, shape, request.hidden**-0.5), request.cell)
        for i, shape in enumerate(shapes)
    )
    named = {"W": w, "R": r, "B": numpy.concatenate([bias_w, bias_r])}
    return [numpy_helper.from_array(v[None], f"{n}{level}") for n, v in named.items()]


def state_names(request: Request, level: int, prefix: str) -> list[str]:
    kinds = ["h", "c"] if request.cell == "lstm" else ["h"]
    return [f"{prefix}{kind}{level}" for kind in kinds]


def nodes_of_level(request: Request, level: int, source: str) -> list[onnx.NodeProto]:
    """The recurrent node, and one that drops the axis of directions from its output."""
    attributes = {"linear_before_reset": 1} if request.cell == "gru" else {}
    node = helper.make_node(
        OPERATORS[request.cell],
        [source, f"W{level}", f"R{level}", f"B{level}", "", *state_names(request, level, "")],
        [f"Y{level}", *state_names(request, level, "next_")],
        hidden_size=request.hidden,
        **attributes,
    )
    return [node, helper.make_node("Squeeze", [f"Y{level}", "axis"], [f"y{level}"])]


def make_model(request: Request) -> bytes:
    nodes, tensors, source = [], [numpy_helper.from_array(numpy.array([1]), "axis")], "x"
    inputs = [float_info("x", (request.steps, request.batch, request.input))]
    last = f"y{request.layers - 1}"
    outputs = [float_info(last, (request.steps, request.batch, request.hidden))]
    for level in range(request.layers):
        nodes += nodes_of_level(request, level, source)
        tensors += weights_of_level(request, level)
        shape = (1, request.batch, request.hidden)
        inputs += [float_info(name, shape) for name in state_names(request, level, "")]
        outputs += [float_info(name, shape) for name in state_names(request, level, "next_")]
        source = f"y{level}"
    graph = helper.make_graph(nodes, "case", inputs, outputs, tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = IR_VERSION
    return model.SerializeToString()


def float_info(name: str, shape: tuple[int, ...]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def make_session(request: Request) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = request.threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(
        make_model(request), options, providers=["CPUExecutionProvider"]
    )


def zeros(shape: tuple[int, ...]) -> onnxruntime.OrtValue:
    return onnxruntime.OrtValue.ortvalue_from_numpy(numpy.zeros(shape, numpy.float32))


def bind(session, request: Request, values: dict[str, onnxruntime.OrtValue], turn: int):
    """The states of `turn` in, those of the other turn out."""
    binding = session.io_binding()
    binding.bind_ortvalue_input("x", values["x"])
    binding.bind_ortvalue_output(f"y{request.layers - 1}", values["y"])
    for level in range(request.layers):
        for name in state_names(request, level, ""):
            binding.bind_ortvalue_input(name, values[f"{name}/{turn}"])
            binding.bind_ortvalue_output(f"next_{name}", values[f"{name}/{1 - turn}"])
    return binding


def make_values(request: Request) -> dict[str, onnxruntime.OrtValue]:
    x = streams.uniform(streams.X, (request.steps, request.batch, request.input))
    values = {"x": onnxruntime.OrtValue.ortvalue_from_numpy(x)}
    values["y"] = zeros((request.steps, request.batch, request.hidden))
    for level in range(request.layers):
        for name in state_names(request, level, ""):
            for turn in (0, 1):
                values[f"{name}/{turn}"] = zeros((1, request.batch, request.hidden))
    return values


def make(request: Request) -> Subject:
    if request.mode != "forward":
        raise Skip("forward only")
    session = make_session(request)
    values = make_values(request)
    bindings = [bind(session, request, values, turn) for turn in (0, 1)]

    def run() -> None:
        session.run_with_iobinding(bindings[0])
        bindings.reverse()

    def sample() -> list[float]:
        run()
        return spread(values["y"].numpy())

    return Subject(run, sample)


if __name__ == "__main__" and len(sys.argv) > 1:
    Path(sys.argv[1]).write_bytes(make_model(parse(sys.argv[2:])))
elif __name__ == "__main__":
    serve(make, lambda: {"version": onnxruntime.__version__, "onnx": onnx.__version__})
