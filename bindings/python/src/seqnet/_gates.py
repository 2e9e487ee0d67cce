# SPDX-License-Identifier: MIT
"""The gate orders and layouts in which ONNX and Keras keep the weights of one recurrent level.

The library's are PyTorch's: weight_ih (G*H, I), weight_hh (G*H, H), bias_ih and bias_hh (G*H).
"""

from __future__ import annotations

from typing import Sequence

import numpy as np

from seqnet._arrays import Float32

TORCH = {"RNN": "h", "LSTM": "ifgo", "GRU": "rzn"}
ONNX = {"RNN": "h", "LSTM": "iofg", "GRU": "zrn"}
KERAS = {"RNN": "h", "LSTM": "ifgo", "GRU": "zrn"}

STEMS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def names(level: int, reverse: bool, bias: bool = True) -> list[str]:
    """The parameters of one level and direction, in the order of STEMS."""
    suffix = f"_l{level}{'_reverse' if reverse else ''}"
    return [stem + suffix for stem in STEMS[: 4 if bias else 2]]


def reorder(array: Float32, given: str, wanted: str) -> Float32:
    """Move the gate blocks along the first axis (G*H, ..) from one order to another."""
    blocks = dict(zip(given, np.split(np.asarray(array), len(given))))
    return np.concatenate([blocks[gate] for gate in wanted])


def from_onnx(kind: str, arrays: Sequence[Float32]) -> list[Float32]:
    """One direction's W (G*H, I), R (G*H, H) and perhaps B (2*G*H) as the library's."""
    w, r, *biases = arrays
    parts = [w, r, *(half for b in biases for half in np.split(b, 2))]
    return [reorder(part, ONNX[kind], TORCH[kind]) for part in parts]


def to_onnx(kind: str, arrays: Sequence[Float32]) -> list[Float32]:
    """W, R and perhaps B of one direction."""
    w, r, *biases = [reorder(array, TORCH[kind], ONNX[kind]) for array in arrays]
    return [w, r, np.concatenate(biases)] if biases else [w, r]


def from_keras(kind: str, arrays: Sequence[Float32]) -> list[Float32]:
    """kernel (I, G*H), recurrent_kernel (H, G*H) and perhaps bias as the library's.

    A bias (2, G*H), of a GRU that resets after, is both; one of (G*H) is bias_ih.
    """
    kernel, recurrent, *biases = arrays
    parts = [kernel.T, recurrent.T]
    for bias in biases:
        parts += list(bias) if bias.ndim == 2 else [bias, np.zeros_like(bias)]
    return [reorder(part, KERAS[kind], TORCH[kind]) for part in parts]


def to_keras(kind: str, arrays: Sequence[Float32], two_biases: bool) -> list[Float32]:
    """kernel, recurrent_kernel and perhaps bias; without two_biases it is their sum."""
    w, r, *biases = [reorder(array, TORCH[kind], KERAS[kind]) for array in arrays]
    bias = [np.stack(biases) if two_biases else biases[0] + biases[1]] if biases else []
    return [np.ascontiguousarray(w.T), np.ascontiguousarray(r.T), *bias]
