# SPDX-License-Identifier: MIT
"""RNN, LSTM and GRU as the ONNX operators define them, step by step in NumPy.

This runs what the library's cells do not have: peepholes, clip, input_forget, and activations other
than the usual ones. It is slow, and cannot be trained.

    RNN    h = f(W x + R h + b)
    LSTM   i = f(.. + P_i c),  f = f(.. + P_f c)  or  1 - i,  c' = f c + i g(..)
           o = f(.. + P_o c'),  h = o h(c')
    GRU    z, r = f(..),  n = g(W x + R (r h) + b)  or  g(W x + r (R h + b_R) + b_W)
           h = (1 - z) n + z h
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Callable

import numpy as np

from seqnet._arrays import Float32
from seqnet.onnx.cell import Cell
from seqnet.onnx.level import flipped

Function = Callable[[np.ndarray], np.ndarray]


def _or(value: float | None, default: float) -> float:
    return default if value is None else value


def _sigmoid(x: np.ndarray) -> np.ndarray:
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


def activation(name: str, alpha: float | None, beta: float | None) -> Function:
    """An activation of the ONNX recurrent operators, with its default parameters."""
    simple: dict[str, Function] = {
        "tanh": np.tanh,
        "relu": lambda x: np.maximum(x, 0),
        "sigmoid": _sigmoid,
        "softsign": lambda x: x / (1 + np.abs(x)),
        "softplus": lambda x: np.logaddexp(0, x),
        "leakyrelu": lambda x: np.where(x >= 0, x, _or(alpha, 0.01) * x),
        "thresholdedrelu": lambda x: np.where(x > _or(alpha, 1.0), x, 0),
        "elu": lambda x: np.where(x >= 0, x, _or(alpha, 1.0) * np.expm1(np.minimum(x, 0))),
        "affine": lambda x: _or(alpha, 1.0) * x + _or(beta, 0.0),
        "scaledtanh": lambda x: _or(alpha, 1.0) * np.tanh(_or(beta, 1.0) * x),
        "hardsigmoid": lambda x: np.clip(_or(alpha, 0.2) * x + _or(beta, 0.5), 0, 1),
    }
    return simple[name]


class Direction:
    """One direction: W (G*H, I), R (G*H, H), both halves of B (G*H), P (3*H)."""

    def __init__(self, cell: Cell, way: int, w, r, b, peepholes) -> None:
        self.cell = cell
        self.functions = [activation(*one) for one in cell.activations[way]]
        self.w, self.r, self.hidden = w, r, r.shape[1]
        self.b_w, self.b_r = np.split(b, 2)
        self.peepholes = np.split(peepholes, 3)
        self.step = getattr(self, f"_{cell.kind.lower()}")

    def _clip(self, x: np.ndarray) -> np.ndarray:
        return x if self.cell.clip is None else np.clip(x, -self.cell.clip, self.cell.clip)

    def _rnn(self, x, h):
        return (self.functions[0](self._clip(x + self.b_r + h @ self.r.T)),)

    def _lstm(self, x, h, c):
        f, g, out = self.functions
        p_i, p_o, p_f = self.peepholes
        i, o, forget, n = np.split(x + self.b_r + h @ self.r.T, 4, axis=1)
        i = f(self._clip(i + p_i * c))
        forget = 1 - i if self.cell.input_forget else f(self._clip(forget + p_f * c))
        c = forget * c + i * g(self._clip(n))
        o = f(self._clip(o + p_o * c))
        return o * out(c), c

    def _gru(self, x, h):
        f, g = self.functions
        two = 2 * self.hidden
        gates = x[:, :two] + self.b_r[:two] + h @ self.r[:two].T
        z, r = np.split(f(self._clip(gates)), 2, axis=1)
        if self.cell.linear_before_reset:
            past = r * (h @ self.r[two:].T + self.b_r[two:])
        else:
            past = (r * h) @ self.r[two:].T + self.b_r[two:]
        n = g(self._clip(x[:, two:] + past))
        return ((1 - z) * n + z * h,)

    def run(self, x, states, lengths):
        """x (T, B, I), states (B, H); y (T, B, H), last states."""
        products = x @ self.w.T + self.b_w
        y = np.zeros((len(x), x.shape[1], self.hidden), np.float32)
        for t, row in enumerate(products):
            after = self.step(row, *states)
            alive = np.full(x.shape[1], True) if lengths is None else t < lengths
            states = [np.where(alive[:, None], *pair) for pair in zip(after, states)]
            y[t] = np.where(alive[:, None], states[0], 0)
        return y, states


class FreeLevel:
    """A node with any attributes; called as Level is."""

    def __init__(
        self, cell: Cell, w: Float32, r: Float32, b: Float32 | None, peepholes: Float32 | None
    ) -> None:
        gates, hidden = w.shape[1], r.shape[2]
        b = np.zeros((len(w), 2 * gates), np.float32) if b is None else b
        p = np.zeros((len(w), 3 * hidden), np.float32) if peepholes is None else peepholes
        ways = range(cell.directions)
        self.directions = [Direction(cell, way, w[way], r[way], b[way], p[way]) for way in ways]
        self.first_is_reverse = cell.direction == "reverse"

    def __call__(
        self, x: Float32, states: Sequence[Float32], lengths: np.ndarray | None
    ) -> tuple[Float32, Sequence[Float32]]:
        """x (T, B, I), states (D, B, H); y (T, D, B, H), last states."""
        outputs, lasts = [], []
        for way, direction in enumerate(self.directions):
            back = way == 1 or self.first_is_reverse
            given = [state[way] for state in states]
            y, last = direction.run(flipped(x, lengths) if back else x, given, lengths)
            outputs.append(flipped(y, lengths) if back else y)
            lasts.append(last)
        states = [np.stack(last).astype(np.float32) for last in zip(*lasts)]
        return np.stack(outputs, axis=1), states
