# SPDX-License-Identifier: MIT
"""An ONNX graph that runs node by node: recurrent nodes by the library, the rest by NumPy."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np
from numpy.typing import ArrayLike

from seqnet._arrays import Float32
from seqnet.errors import OutOfRangeError
from seqnet.layers import Layer
from seqnet.onnx import cell as cells
from seqnet.onnx.free_cell import FreeLevel
from seqnet.onnx.graph import Graph
from seqnet.onnx.level import Level, check_shapes
from seqnet.onnx.node import C0, H0, LENGTHS, B, Node, P, R, W, X
from seqnet.onnx.operators import OPERATORS

WEIGHTS = (W, R, B, P)

Values = dict[str, Any]


class RecurrentNode:
    """An RNN, LSTM or GRU node; its weights may be constants or come with each run."""

    def __init__(self, node: Node, constants: Values) -> None:
        self.node = node
        self.cell = cells.read(node)
        names = [node.input(index) for index in WEIGHTS]
        self.level = None
        if all(name in constants for name in names if name):
            self.level = self._make({name: constants.get(name) for name in names})

    def _make(self, values: Values) -> Level | FreeLevel:
        arrays: list[Any] = [values.get(self.node.input(index)) for index in WEIGHTS]
        w, r, b, p = arrays
        check_shapes(self.node, self.cell, w, r, b)
        if p is not None and self.cell.kind == "LSTM" and np.any(p):
            return FreeLevel(self.cell, w, r, b, p)
        if self.cell.beyond_layers():
            return FreeLevel(self.cell, w, r, b, None)
        return Level(self.cell, w, r, b)

    def run(self, values: Values) -> list[np.ndarray]:
        """Y, Y_h and, of an LSTM, Y_c."""
        level = self.level or self._make(values)
        x = self._sequences(values)
        lengths = self._lengths(values, *x.shape[:2])
        y, last = level(x, self._states(values, x.shape[1]), lengths)
        if not self.cell.batch_first:
            return [y, *last]
        return [y.transpose(2, 0, 1, 3), *(state.swapaxes(0, 1) for state in last)]

    def _sequences(self, values: Values) -> Float32:
        """X as (T, B, I)."""
        x = values[self.node.input(X)]
        features = values[self.node.input(W)].shape[2]
        if x.ndim != 3 or x.shape[2] != features:
            raise self.node.misfit(X, x, f"(.., .., {features})")
        return np.asarray(x.swapaxes(0, 1) if self.cell.batch_first else x, np.float32)

    def _lengths(self, values: Values, steps: int, batch: int) -> np.ndarray | None:
        lengths = values.get(self.node.input(LENGTHS))
        if lengths is None:
            return None
        if lengths.shape != (batch,):
            raise self.node.misfit(LENGTHS, lengths, (batch,))
        if np.any(lengths < 0) or np.any(lengths > steps):
            raise OutOfRangeError(
                f"seqnet.onnx: node {self.node.name!r} ({self.node.op}): "
                f"{self.node.input(LENGTHS)!r} is {lengths.tolist()}, need 0..{steps}"
            )
        return lengths

    def _states(self, values: Values, batch: int) -> list[np.ndarray]:
        """First states (D, B, H); zero where there are none."""
        hidden, first = values[self.node.input(R)].shape[2], self.cell.batch_first
        ways = self.cell.directions
        shape = (batch, ways, hidden) if first else (ways, batch, hidden)
        states = []
        for index in (H0, C0) if self.cell.kind == "LSTM" else (H0,):
            state = values.get(self.node.input(index))
            if state is None:
                state = np.zeros(shape, np.float32)
            elif state.shape != shape:
                raise self.node.misfit(index, state, shape)
            states.append(state.swapaxes(0, 1) if first else state)
        return states


class Model:
    """A graph that is no plain chain of layers, called with its inputs.

        y = model(x)                            one output
        y, h = model(x, h0)                     several; inputs in the graph's order or by name
        outputs = model.run({"x": x, "h0": h0}) by name

    Attributes: inputs, outputs (names), and layers: those that run the recurrent nodes, by the
    nodes' names. Nodes that ask for what no layer has are run by NumPy and are not among them.
    """

    def __init__(self, graph: Graph) -> None:
        self.inputs = graph.inputs
        self.outputs = graph.outputs
        self._constants: Values = dict(graph.constants)
        self._dtypes = graph.dtypes
        self._steps: list[tuple[Node, Callable[[Values], Any]]] = []
        self.layers: dict[str, Layer] = {}
        for node in graph.nodes:
            self._add(node)

    def _add(self, node: Node) -> None:
        if node.op in cells.KINDS:
            recurrent = RecurrentNode(node, self._constants)
            if isinstance(recurrent.level, Level):
                self.layers[node.name] = recurrent.level.layer
            self._steps.append((node, recurrent.run))
        elif node.op in OPERATORS:
            self._steps.append((node, _plain(node)))
        else:
            raise node.unsupported("the operator is not supported")

    def __call__(self, *inputs: ArrayLike, **named: ArrayLike) -> Any:
        """Run it. Returns the output, or a tuple of all."""
        if len(inputs) > len(self.inputs):
            raise TypeError(f"{len(inputs)} inputs, the graph has {', '.join(self.inputs)}")
        outputs = self.run({**dict(zip(self.inputs, inputs)), **named})
        values = tuple(outputs[name] for name in self.outputs)
        return values[0] if len(values) == 1 else values

    def run(self, feeds: dict[str, ArrayLike]) -> dict[str, np.ndarray]:
        """All outputs by name, from all inputs by name."""
        wrong = set(feeds) ^ set(self.inputs)
        if wrong:
            raise TypeError(f"input {sorted(wrong)[0]!r}; the graph has {', '.join(self.inputs)}")
        given = {name: np.asarray(x, self._dtypes[name]) for name, x in feeds.items()}
        values = {**self._constants, **given}
        for node, run in self._steps:
            found = run(values)
            found = found if isinstance(found, (tuple, list)) else [found]
            values.update((name, one) for name, one in zip(node.outputs, found) if name)
        return {name: values[name] for name in self.outputs}


def _plain(node: Node) -> Callable[[Values], Any]:
    operator = OPERATORS[node.op]
    return lambda values: operator(node, [values[one] if one else None for one in node.inputs])
