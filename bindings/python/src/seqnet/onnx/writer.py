# SPDX-License-Identifier: MIT
"""Layers as nodes of an ONNX graph."""

from __future__ import annotations

from typing import Any

import numpy as np

from seqnet.errors import NotSupportedError
from seqnet.interchange import export_weights
from seqnet.layers import Dropout, Embedding, Layer, Linear
from seqnet.onnx.graph import import_onnx
from seqnet.recurrent import GRU, LSTM, RNN, Recurrent
from seqnet.sequential import Sequential
from seqnet.tensors import Tensors

OPSET = 17
IR_VERSION = 8  # that of opset 17's release, for runtimes of its time


class Writer:
    """Nodes and constants as they come; every value has a name of its own."""

    def __init__(self) -> None:
        self.onnx = import_onnx()
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.inputs: list[Any] = []
        self.outputs: list[Any] = []

    def constant(self, name: str, values: Any) -> str:
        self.constants.append(self.onnx.numpy_helper.from_array(np.asarray(values), name))
        return name

    def node(self, op: str, inputs: list[str], outputs: list[str], **attributes: Any) -> str:
        """Append a node, named as its first output, whose name it returns."""
        made = self.onnx.helper.make_node(op, inputs, outputs, name=outputs[0], **attributes)
        self.nodes.append(made)
        return outputs[0]

    def value(self, name: str, shape: list[Any], integers: bool = False) -> Any:
        proto = self.onnx.TensorProto
        kind = proto.INT64 if integers else proto.FLOAT
        return self.onnx.helper.make_tensor_value_info(name, kind, shape)

    def model(self) -> Any:
        helper = self.onnx.helper
        graph = helper.make_graph(
            self.nodes, "seqnet", self.inputs, self.outputs, initializer=self.constants
        )
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
            producer_name="seqnet",
        )
        self.onnx.checker.check_model(model, full_check=True)
        return model


def to_model(layer: Layer, state: bool = True) -> Any:
    """The onnx.ModelProto of a layer."""
    writer = Writer()
    layout = ["B", "T"] if layer.batch_first else ["T", "B"]
    features = [] if layer.token_input else [layer.input_size]
    writer.inputs.append(writer.value("x", [*layout, *features], layer.token_input))
    writer.outputs.append(writer.value("y", [*layout, layer.output_size]))
    flow = "x"
    if layer.batch_first:
        order = [1, 0] if layer.token_input else [1, 0, 2]
        flow = writer.node("Transpose", [flow], ["x.steps"], perm=order)
    flow = _layer(writer, layer, flow, "", state)
    if layer.batch_first:
        writer.node("Transpose", [flow], ["y"], perm=[1, 0, 2])
    else:
        writer.node("Identity", [flow], ["y"])
    return writer.model()


def _layer(writer: Writer, layer: Layer, flow: str, prefix: str, state: bool) -> str:
    """Append a layer whose input is the value `flow`; the name of its output."""
    if isinstance(layer, Sequential):
        for index, child in enumerate(layer):
            flow = _layer(writer, child, flow, f"{prefix}{index}.", state)
        return flow
    if isinstance(layer, Dropout):
        return flow
    if isinstance(layer, Embedding):
        table = writer.constant(f"{prefix}weight", layer.get_parameter("weight"))
        return writer.node("Gather", [table, flow], [f"{prefix}rows"])
    if isinstance(layer, Linear):
        return _linear(writer, layer, flow, prefix)
    assert isinstance(layer, Recurrent)
    return _recurrent(writer, layer, flow, prefix, state)


def _linear(writer: Writer, layer: Linear, flow: str, prefix: str) -> str:
    """MatMul and Add, which take any number of axes; Gemm takes two."""
    values = (layer.tied_embedding or layer).get_parameter("weight")
    weight = writer.constant(f"{prefix}weight", np.ascontiguousarray(values.T))
    product = writer.node("MatMul", [flow, weight], [f"{prefix}product"])
    if not layer.bias:
        return product
    bias = writer.constant(f"{prefix}bias", layer.get_parameter("bias"))
    return writer.node("Add", [product, bias], [f"{prefix}sum"])


def _recurrent(writer: Writer, layer: Recurrent, flow: str, prefix: str, state: bool) -> str:
    if isinstance(layer, LSTM) and layer.proj_size:
        raise NotSupportedError(
            f"seqnet.onnx: layer {prefix or 'LSTM'}: proj_size = {layer.proj_size}: "
            "the operator LSTM has no projection"
        )
    if layer.token_input:
        flow = _one_hot(writer, layer.input_size, flow, prefix)
    states = ["h", "c"] if isinstance(layer, LSTM) else ["h"]
    firsts = [_first_states(writer, layer, prefix + name) for name in states] if state else []
    lasts: list[list[str]] = [[] for _ in states]
    tensors = export_weights(layer, "onnx")
    for level in range(layer.num_layers):
        weights = _weights(writer, layer, tensors, level, prefix)
        inputs = [flow, *weights, "", *[first[level] for first in firsts]]
        stem = f"{prefix}l{level}."
        outputs = [f"{stem}all", *[f"{stem}{name}" for name in states]]
        writer.node(type(layer).__name__, inputs, outputs, **_attributes(layer))
        for name, parts in zip(outputs[1:], lasts):
            parts.append(name)
        flow = _merge_directions(writer, layer, outputs[0], stem)
    if state:
        for name, parts in zip(states, lasts):
            _last_states(writer, layer, prefix + name, parts)
    return flow


def _one_hot(writer: Writer, size: int, flow: str, prefix: str) -> str:
    depth = writer.constant(f"{prefix}depth", np.array([size], np.int64))
    values = writer.constant(f"{prefix}values", np.array([0, 1], np.float32))
    return writer.node("OneHot", [flow, depth, values], [f"{prefix}one_hot"])


def _attributes(layer: Recurrent) -> dict[str, Any]:
    directions = 2 if layer.bidirectional else 1
    attributes: dict[str, Any] = {"hidden_size": layer.hidden_size}
    if layer.bidirectional:
        attributes["direction"] = "bidirectional"
    if isinstance(layer, RNN):
        attributes["activations"] = [layer.nonlinearity.capitalize()] * directions
    if isinstance(layer, GRU):
        attributes["linear_before_reset"] = int(not layer.reset_before)
    return attributes


def _weights(
    writer: Writer, layer: Recurrent, tensors: Tensors, level: int, prefix: str
) -> list[str]:
    """W (D, G*H, I), R (D, G*H, H) and B (D, 2*G*H), or "" without biases."""
    part = f"l{level}." if layer.num_layers > 1 else ""
    names = "WRB" if layer.bias else "WR"
    made = [writer.constant(f"{prefix}l{level}.{name}", tensors[part + name]) for name in names]
    return made if layer.bias else [*made, ""]


def _first_states(writer: Writer, layer: Recurrent, name: str) -> list[str]:
    """An input (L*D, B, H), and its part for each level."""
    directions = 2 if layer.bidirectional else 1
    given = f"{name}_0"
    shape = [layer.num_layers * directions, "B", layer.hidden_size]
    writer.inputs.append(writer.value(given, shape))
    if layer.num_layers == 1:
        return [given]
    sizes = np.full(layer.num_layers, directions, np.int64)
    parts = [f"{given}.l{level}" for level in range(layer.num_layers)]
    writer.node("Split", [given, writer.constant(f"{given}.sizes", sizes)], parts, axis=0)
    return parts


def _last_states(writer: Writer, layer: Recurrent, name: str, parts: list[str]) -> None:
    """An output (L*D, B, H) of all levels' last states."""
    shape = [layer.num_layers * (2 if layer.bidirectional else 1), "B", layer.hidden_size]
    writer.outputs.append(writer.value(f"{name}_n", shape))
    writer.node("Concat", parts, [f"{name}_n"], axis=0)


def _merge_directions(writer: Writer, layer: Recurrent, value: str, stem: str) -> str:
    """(T, D, B, H) to (T, B, D*H)."""
    if not layer.bidirectional:
        axis = writer.constant(f"{stem}axis", np.array([1], np.int64))
        return writer.node("Squeeze", [value, axis], [f"{stem}y"])
    turned = writer.node("Transpose", [value], [f"{stem}turned"], perm=[0, 2, 1, 3])
    shape = writer.constant(f"{stem}shape", np.array([0, 0, -1], np.int64))
    return writer.node("Reshape", [turned, shape], [f"{stem}y"])
