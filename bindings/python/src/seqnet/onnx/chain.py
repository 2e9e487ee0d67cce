# SPDX-License-Identifier: MIT
"""Recognises a graph that is a plain chain of layers, and makes a Sequential of it.

Every value of the graph is given a role:

    Flow       what goes through the layers, with a name for each axis: 0 and 1 are the first two of
               the graph's input (time and batch, in either order), "F" features, "D" directions and
               "H" hidden units, which together are features
    CONSTANT   of the file; ZERO: known to be zero in all elements, of whatever shape
    GIVEN      an input of the graph other than x, or a part of it: a first state
    STATE      a last state, or some of them together
    SIZE       sizes, worked out at run time

A node that mixes these roles ends the attempt: the graph is then run node by node.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from seqnet.layers import Embedding, Layer, Linear
from seqnet.onnx import cell as cells
from seqnet.onnx.graph import Graph
from seqnet.onnx.level import check_shapes, make_layer
from seqnet.onnx.node import C0, H0, LENGTHS, B, Node, P, R, W
from seqnet.onnx.operators import integers
from seqnet.sequential import Sequential

CONSTANT, ZERO, GIVEN, STATE, SIZE = "constant", "zero", "given", "state", "size"
AXES: list[Any] = [0, 1, "F"]
FLOAT, INTEGERS = 1, (6, 7)  # of onnx.TensorProto: float32; int32 and int64

# Nodes that only move, cut or repeat elements of their first input.
MOVES = {"Cast", "Expand", "Gather", "Identity", "Reshape", "Slice", "Split", "Squeeze",
         "Transpose", "Unsqueeze"}  # fmt: skip
SUMS = {"Add", "Div", "Equal", "Mul", "Sub", "Where"}


class NotAChain(Exception):  # noqa: N818 (no error: it leads to the other way)
    """The graph is no chain of layers."""


def need(condition: Any) -> None:
    if not condition:
        raise NotAChain


@dataclass(frozen=True)
class Flow:
    """The value after `depth` layers."""

    axes: tuple[Any, ...]
    depth: int = 0
    directions: int = 1
    features: int = 0  # sizes of the last axis; 0: not known yet
    one_hot: bool = False


class Chain:
    """The attempt with one input of the graph as x."""

    def __init__(self, graph: Graph, x: str) -> None:
        self.graph = graph
        self.sizes = graph.shapes[x]
        need(1 <= len(self.sizes) <= 3)
        self.layers: list[Layer] = []
        self.time: int | None = None  # which axis of x it is, once a recurrent node says so
        self.done: set[int] = set()  # nodes that were taken together with an earlier one
        self.roles: dict[str, Any] = dict.fromkeys(graph.inputs, GIVEN)
        self.roles[x] = Flow(self._axes(graph.dtypes[x]))
        for name, value in graph.constants.items():
            self.roles[name] = CONSTANT if value.size and np.any(value) else ZERO

    def build(self) -> Sequential:
        for node in self.graph.nodes:
            if id(node) not in self.done:
                self._visit(node)
        flow, *states = [self.roles[name] for name in self.graph.outputs]
        need(isinstance(flow, Flow) and flow.depth == len(self.layers) > 0)
        need(flow.axes == (*AXES[: len(flow.axes) - 1], "F"))
        need(all(state == STATE for state in states))
        for layer in self.layers:
            if layer.has_state:
                layer.batch_first = self.time == 1
        return Sequential(*self.layers)

    def _axes(self, dtype: np.dtype) -> tuple[Any, ...]:
        """Those of x: tokens, or floats whose last axis is features."""
        rank = len(self.sizes)
        if dtype == np.float32:
            return (*AXES[: rank - 1], "F")
        need(dtype.kind == "i" and rank <= 2)
        return tuple(AXES[:rank])

    # ------------------------------------------------------------------ roles

    def _role(self, node: Node, index: int) -> Any:
        name = node.input(index)
        return self.roles[name] if name else None

    def _constant(self, node: Node, index: int) -> Any:
        """An input that has to be an array of the file; None if it is absent."""
        name = node.input(index)
        need(not name or name in self.graph.constants)
        return self.graph.constants[name] if name else None

    def _set(self, node: Node, *roles: Any) -> None:
        self.roles.update((name, role) for name, role in zip(node.outputs, roles) if name)

    def _visit(self, node: Node) -> None:
        roles = [self.roles[name] for name in node.inputs if name]
        if node.op == "Shape":
            self._set(node, SIZE)
        elif any(isinstance(role, Flow) for role in roles):
            self._flow(node)
        else:
            self._set(node, *[self._combined(node, roles)] * len(node.outputs))

    def _combined(self, node: Node, roles: list[Any]) -> str:
        """The role of what a node makes of values that do not flow through the layers."""
        kinds, values = set(roles), set(roles) - {CONSTANT, ZERO}
        if node.op == "ConstantOfShape":
            need(not np.any(_fill(node)))
            return ZERO
        if node.op == "Concat":
            need(len(kinds) == 1 or values == {SIZE})
            return SIZE if values == {SIZE} else roles[0]
        if node.op in SUMS:
            need(values == {SIZE})
            return SIZE
        need(node.op in MOVES and not values - {roles[0], SIZE})
        return roles[0]

    # ------------------------------------------------------------------ the flow

    def _flow(self, node: Node) -> None:
        flow = self._role(node, 0)
        if node.op == "Gather":
            self._embedding(node)
            return
        need(isinstance(flow, Flow))
        ways = {
            "Cast": self._cast,
            "Dropout": self._dropout,
            "Gemm": self._gemm,
            "Identity": self._same,
            "MatMul": self._product,
            "OneHot": self._one_hot,
            "Reshape": self._reshape,
            "Squeeze": self._squeeze,
            "Transpose": self._transpose,
        }
        ways.update(dict.fromkeys(cells.KINDS, self._recurrent))
        need(node.op in ways)
        ways[node.op](node, flow)

    def _push(self, node: Node, flow: Flow, layer: Layer, **after: Any) -> Flow:
        """Append a layer and give the node's output its role."""
        need(flow.depth == len(self.layers))
        self.layers.append(layer)
        after = {"one_hot": False, "features": layer.output_size, **after}
        pushed = replace(flow, depth=flow.depth + 1, **after)
        self._set(node, pushed)
        return pushed

    def _same(self, node: Node, flow: Flow) -> None:
        self._set(node, flow)

    def _cast(self, node: Node, flow: Flow) -> None:
        """Tokens to another integer, or anything to float; not features to integers."""
        to = node.attributes["to"]
        is_tokens = flow.depth == 0 and "F" not in flow.axes
        need(to in INTEGERS if is_tokens else to == FLOAT)
        self._set(node, flow)

    def _dropout(self, node: Node, flow: Flow) -> None:
        need(self._role(node, 2) in (None, ZERO) and len(node.outputs) == 1)
        self._set(node, flow)

    def _embedding(self, node: Node) -> None:
        table, flow = self._constant(node, 0), self._role(node, 1)
        need(table is not None and table.ndim == 2 and node.attributes.get("axis", 0) == 0)
        need(flow.depth == 0 and "F" not in flow.axes)
        layer = Embedding(*table.shape)
        layer.load_state_dict({"weight": table})
        self._push(node, flow, layer, axes=(*flow.axes, "F"))

    def _one_hot(self, node: Node, flow: Flow) -> None:
        depth, values = self._constant(node, 1), self._constant(node, 2)
        need(flow.depth == 0 and flow.axes == (0, 1) and node.attributes.get("axis", -1) == -1)
        need(list(values) == [0, 1])
        features = int(depth.ravel()[0])
        self._set(node, replace(flow, axes=(0, 1, "F"), one_hot=True, features=features))

    def _recurrent(self, node: Node, flow: Flow) -> None:
        cell = cells.read(node)
        need(cell.direction != "reverse" and not cell.beyond_layers())
        need(not node.input(LENGTHS) and self._role(node, P) in (None, ZERO))
        need({self._role(node, H0), self._role(node, C0)} <= {None, ZERO, GIVEN})
        need(len(flow.axes) == 3 and flow.axes[2] == "F")
        first, second = flow.axes[:2]
        time = second if cell.batch_first else first
        need(self.time in (None, time))
        self.time = time
        w, r, b = (self._constant(node, index) for index in (W, R, B))
        check_shapes(node, cell, w, r, b)
        layer = make_layer(cell, w, r, b, token_input=flow.one_hot)
        axes = (first, second, "D", "H") if cell.batch_first else (first, "D", second, "H")
        self._push(node, flow, layer, axes=axes, directions=cell.directions)
        self._set(node, self.roles[node.outputs[0]], STATE, STATE)

    def _linear(self, node: Node, flow: Flow, weight: np.ndarray, bias: np.ndarray | None) -> None:
        """A layer with weight (O, I) and bias (O)."""
        need(flow.axes[-1] == "F" and weight.ndim == 2 and not flow.one_hot)
        layer = Linear(weight.shape[1], weight.shape[0], bias=bias is not None)
        state = {"weight": weight} if bias is None else {"weight": weight, "bias": bias}
        layer.load_state_dict(state)
        self._push(node, flow, layer)

    def _product(self, node: Node, flow: Flow) -> None:
        """MatMul, and Add if it is the only one that reads the product."""
        weight, bias = self._constant(node, 1), None
        users = [one for one in self.graph.nodes if node.outputs[0] in one.inputs]
        last = node
        if len(users) == 1 and users[0].op == "Add" and node.outputs[0] not in self.graph.outputs:
            # A product that is added to itself leaves no other input.
            others = [name for name in users[0].inputs if name != node.outputs[0]]
            bias = self.graph.constants.get(others[0]) if others else None
            if bias is not None and bias.shape == weight.shape[1:]:
                self.done.add(id(users[0]))
                last = users[0]
            else:
                bias = None
        self._linear(last, flow, weight.T, bias)

    def _gemm(self, node: Node, flow: Flow) -> None:
        weight, bias, given = self._constant(node, 1), self._constant(node, 2), node.attributes
        need(not given.get("transA", 0) and len(flow.axes) == 2)
        need(given.get("alpha", 1.0) == 1 and given.get("beta", 1.0) == 1)
        need(weight is not None)
        weight = weight if given.get("transB", 0) else weight.T
        need(bias is None or bias.shape == weight.shape[:1])
        self._linear(node, flow, weight, bias)

    # ------------------------------------------------------------------ axes

    def _squeeze(self, node: Node, flow: Flow) -> None:
        """Take the axis of a single direction away."""
        self._constant(node, 1)
        axes = integers(node, [None, self._constant(node, 1)], 1, "axes")
        need(axes is not None and len(axes) == 1 and flow.directions == 1)
        need(flow.axes[axes[0]] == "D")
        left = [axis for axis in flow.axes if axis != "D"]
        self._set(node, replace(flow, axes=tuple("F" if axis == "H" else axis for axis in left)))

    def _transpose(self, node: Node, flow: Flow) -> None:
        order = node.attributes.get("perm", range(len(flow.axes))[::-1])
        self._set(node, replace(flow, axes=tuple(flow.axes[axis] for axis in order)))

    def _reshape(self, node: Node, flow: Flow) -> None:
        """(.., D, H) to (.., D*H), all other sizes kept."""
        *kept, last = integers(node, [None, self._constant(node, 1)], 1, "shape")
        need(flow.axes[-2:] == ("D", "H") and len(kept) == len(flow.axes) - 2)
        need(last in (-1, flow.features) and [*kept, last].count(-1) <= 1)
        for size, axis in zip(kept, flow.axes):
            copied = size == 0 and not node.attributes.get("allowzero", 0)
            need(copied or size == -1 or size == self.sizes[axis])
        self._set(node, replace(flow, axes=(*flow.axes[:-2], "F")))


def _fill(node: Node) -> Any:
    from onnx import numpy_helper

    value = node.attributes.get("value")
    return 0 if value is None else numpy_helper.to_array(value)


def sequential(graph: Graph) -> Sequential | None:
    """The graph as a Sequential; None if it is no chain of layers."""
    for x in graph.inputs:
        try:
            return Chain(graph, x).build()
        except NotAChain:
            continue
    return None
