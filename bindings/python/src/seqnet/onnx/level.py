# SPDX-License-Identifier: MIT
"""One RNN, LSTM or GRU node as a layer of the library with one level."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from seqnet._arrays import Float32
from seqnet.interchange import from_weights
from seqnet.onnx.cell import Cell
from seqnet.onnx.node import B, Node, R, W


def flipped(x: np.ndarray, lengths: np.ndarray | None) -> np.ndarray:
    """(T, B, ..) with the steps of each sample in reverse, its padding where it was."""
    if lengths is None:
        return x[::-1]
    steps = np.arange(len(x))[:, None]
    index = np.where(steps < lengths, lengths - 1 - steps, steps)
    return np.take_along_axis(x, index[..., None], axis=0)


def check_shapes(node: Node, cell: Cell, w: Float32, r: Float32, b: Float32 | None) -> None:
    """That the number of gates and all sizes are those of the operator."""
    gates = {"RNN": 1, "LSTM": 4, "GRU": 3}[cell.kind]
    ways, hidden = cell.directions, r.shape[-1] if r.ndim else 0
    said = node.attributes.get("hidden_size", hidden)
    if said != hidden:
        raise node.misfit(R, r, f"(.., {said}) by attribute hidden_size")
    if w.ndim != 3 or w.shape[:2] != (ways, gates * hidden):
        raise node.misfit(W, w, f"({ways}, {gates * hidden}, I)")
    if r.shape != (ways, gates * hidden, hidden):
        raise node.misfit(R, r, (ways, gates * hidden, hidden))
    if b is not None and b.shape != (ways, 2 * gates * hidden):
        raise node.misfit(B, b, (ways, 2 * gates * hidden))


def make_layer(
    cell: Cell, w: Float32, r: Float32, b: Float32 | None, token_input: bool = False
) -> Any:
    """The layer of W (D, G*H, I), R (D, G*H, H) and B (D, 2*G*H); a reverse one runs forward."""
    arrays = {"W": w, "R": r} if b is None else {"W": w, "R": r, "B": b}
    return from_weights(
        arrays,
        "onnx",
        gru_form="reset_after" if cell.linear_before_reset else "reset_before",
        nonlinearity=cell.activations[0][0][0] if cell.kind == "RNN" else "tanh",
        token_input=token_input,
    )


class Level:
    """Runs a node by its layer; a reverse one with its samples turned round."""

    def __init__(self, cell: Cell, w: Float32, r: Float32, b: Float32 | None) -> None:
        self.layer = make_layer(cell, w, r, b)
        self.reverse = cell.direction == "reverse"
        self.kind = cell.kind
        self.directions = cell.directions

    def __call__(
        self, x: Float32, states: Sequence[Float32], lengths: np.ndarray | None
    ) -> tuple[Float32, Sequence[Float32]]:
        """x (T, B, I), states (D, B, H); y (T, D, B, H), last states."""
        if self.reverse:
            x = flipped(x, lengths)
        first = tuple(states) if self.kind == "LSTM" else states[0]
        y, last = self.layer(x, first, lengths)
        if self.reverse:
            y = flipped(y, lengths)
        y = y.reshape(*y.shape[:2], self.directions, -1).transpose(0, 2, 1, 3)
        return y, last if self.kind == "LSTM" else (last,)
