# SPDX-License-Identifier: MIT
"""One RNN, LSTM or GRU node as a layer of the library with one level."""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np

from seqnet import _gates
from seqnet._arrays import Float32
from seqnet.layers import Layer
from seqnet.onnx.cell import Cell
from seqnet.recurrent import GRU, LSTM, RNN


def flipped(x: np.ndarray, lengths: np.ndarray | None) -> np.ndarray:
    """(T, B, ..) with the steps of each sample in reverse, its padding where it was."""
    if lengths is None:
        return x[::-1]
    steps = np.arange(len(x))[:, None]
    index = np.where(steps < lengths, lengths - 1 - steps, steps)
    return np.take_along_axis(x, index[..., None], axis=0)


def make_layer(
    cell: Cell, w: Float32, r: Float32, b: Float32 | None, token_input: bool = False
) -> Layer:
    """The layer of W (D, G*H, I), R (D, G*H, H) and B (D, 2*G*H); a reverse one runs forward."""
    options: dict[str, Any] = {"bias": b is not None, "bidirectional": cell.directions == 2}
    options["token_input"] = token_input
    sizes = w.shape[2], r.shape[2]
    if cell.kind == "RNN":
        layer: Layer = RNN(*sizes, nonlinearity=cell.activations[0][0][0], **options)
    elif cell.kind == "LSTM":
        layer = LSTM(*sizes, **options)
    else:
        layer = GRU(*sizes, reset_before=not cell.linear_before_reset, **options)
    state = {}
    for way in range(cell.directions):
        given = [array[way] for array in (w, r, b) if array is not None]
        names = _gates.names(0, reverse=way == 1)
        state.update(zip(names, _gates.from_onnx(cell.kind, given)))
    layer.load_state_dict(state)
    return layer


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
