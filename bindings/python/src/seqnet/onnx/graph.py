# SPDX-License-Identifier: MIT
"""An ONNX model as plain Python: nodes in order, constants as arrays."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np

from seqnet.errors import NotSupportedError
from seqnet.onnx.node import Node
from seqnet.onnx.operators import OPERATORS

DOMAINS = ("", "ai.onnx")
OLDEST = 7  # opset: before it, sums and cells were said in other ways
# Operators that meant something else before an opset.
SINCE = {"LogSoftmax": 13, "Softmax": 13}


@dataclass(frozen=True)
class Graph:
    """`shapes` has the known sizes of the inputs' axes, None for an unknown one; `dtypes` their
    types."""

    nodes: tuple[Node, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    constants: dict[str, np.ndarray]
    shapes: dict[str, list[int | None]]
    dtypes: dict[str, np.dtype]


def import_onnx():
    """The onnx package, which only this part of seqnet needs."""
    try:
        import onnx
    except ImportError as error:
        raise ImportError("seqnet.onnx needs the package onnx: pip install onnx") from error
    return onnx


def read(source) -> Graph:
    """Read a path, the bytes of a file, or an onnx.ModelProto."""
    onnx = import_onnx()
    model = _parse(onnx, source)
    onnx.checker.check_model(model)
    if model.functions:
        from onnx import inliner

        model = inliner.inline_local_functions(model)
    return _graph(onnx, model)


def _parse(onnx, source):
    if isinstance(source, onnx.ModelProto):
        return source
    if isinstance(source, (bytes, bytearray, memoryview)):
        return onnx.load_model_from_string(bytes(source))
    return onnx.load(os.fspath(source))


def _graph(onnx, model) -> Graph:
    graph = model.graph
    opset = _opset(model)
    if graph.sparse_initializer:
        raise NotSupportedError("seqnet.onnx: sparse initializers are not supported")
    constants = {one.name: onnx.numpy_helper.to_array(one) for one in graph.initializer}
    inputs = [one for one in graph.input if one.name not in constants]
    nodes = []
    for index, proto in enumerate(graph.node):
        node = _node(onnx, index, proto)
        if opset < SINCE.get(node.op, OLDEST):
            raise node.unsupported(f"it is of opset {opset}, need {SINCE.get(node.op, OLDEST)}")
        if node.op == "Constant":
            constants[node.outputs[0]] = _constant(onnx, node)
        else:
            nodes.append(node)
    return Graph(
        nodes=_fold(nodes, constants),
        inputs=tuple(one.name for one in inputs),
        outputs=tuple(one.name for one in graph.output),
        constants=constants,
        shapes={one.name: _shape(one) for one in inputs},
        dtypes={one.name: _dtype(onnx, one) for one in inputs},
    )


def _opset(model) -> int:
    """The version of the standard operators."""
    versions = [one.version for one in model.opset_import if one.domain in DOMAINS]
    return versions[0] if versions else 1


def _fold(nodes: list[Node], constants: dict[str, np.ndarray]) -> tuple[Node, ...]:
    """Work out nodes of constants alone; those that are left."""
    left = []
    for node in nodes:
        known = [constants.get(name) for name in node.inputs if name]
        if node.op in OPERATORS and known and all(one is not None for one in known):
            found = OPERATORS[node.op](node, [constants.get(name) for name in node.inputs])
            found = found if isinstance(found, tuple) else (found,)
            constants.update(zip(node.outputs, found))
        else:
            left.append(node)
    return tuple(left)


def _node(onnx, index: int, proto) -> Node:
    node = Node(
        op=proto.op_type,
        name=proto.name or (proto.output[0] if proto.output else f"#{index}"),
        inputs=tuple(proto.input),
        outputs=tuple(proto.output),
        attributes={one.name: _attribute(onnx, one) for one in proto.attribute},
    )
    if proto.domain not in DOMAINS:
        raise node.unsupported(f"domain {proto.domain!r} is not supported")
    return node


def _attribute(onnx, proto):
    value = onnx.helper.get_attribute_value(proto)
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, list) and value and isinstance(value[0], bytes):
        return [one.decode() for one in value]
    return value


def _constant(onnx, node: Node) -> np.ndarray:
    ((kind, value),) = node.attributes.items()
    if kind == "value":
        return onnx.numpy_helper.to_array(value)
    if kind in ("value_float", "value_floats"):
        return np.asarray(value, np.float32)
    if kind in ("value_int", "value_ints"):
        return np.asarray(value, np.int64)
    raise node.unsupported(f"attribute {kind} is not supported")


def _shape(value) -> list[int | None]:
    if not value.type.tensor_type.HasField("shape"):
        return []
    return [one.dim_value or None for one in value.type.tensor_type.shape.dim]


def _dtype(onnx, value) -> np.dtype:
    return onnx.helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type)
