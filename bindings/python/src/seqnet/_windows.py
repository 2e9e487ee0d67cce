# SPDX-License-Identifier: MIT
"""One call's input: arrays of PyTorch's shapes made into a seqnet_window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from seqnet._arrays import Float32, Int32, address, floats, integers
from seqnet._structs import Window
from seqnet.errors import ShapeError


@dataclass(frozen=True)
class Input:
    """(T, B, I) floats or (T, B) tokens; (B, T, ..) if batch_first; without B if not batched."""

    x: Float32 | Int32
    lengths: Int32 | None
    steps: int
    batch: int
    batched: bool
    batch_first: bool
    tokens: bool

    def window(self) -> Window:
        """The C struct; it points into this object's arrays."""
        where = {"tokens" if self.tokens else "x": address(self.x)}
        return Window(
            lengths=address(self.lengths),
            steps=self.steps,
            batch=self.batch,
            batch_major=self.batch_first,
            **where,
        )

    def shape(self, features: int) -> tuple[int, ...]:
        """The shape of an output with so many features."""
        if not self.batched:
            return (self.steps, features)
        if self.batch_first:
            return (self.batch, self.steps, features)
        return (self.steps, self.batch, features)


def _lengths(lengths: ArrayLike | None, batch: int) -> Int32 | None:
    if lengths is None:
        return None
    array = integers(lengths, "lengths").reshape(-1)
    if array.shape != (batch,):
        raise ShapeError(f"lengths has {array.size} elements, need {batch}")
    return array


def read(
    x: ArrayLike, lengths: ArrayLike | None, tokens: bool, size: int, batch_first: bool
) -> Input:
    """Look at the input of a layer that takes tokens, or `size` floats a step."""
    array = integers(x, "x") if tokens else floats(x, "x")
    features = () if tokens else (size,)
    inner = array.ndim - len(features)
    if inner not in (1, 2) or array.shape[inner:] != features:
        layout = "B, T" if batch_first else "T, B"
        tail = "" if tokens else f", {size}"
        raise ShapeError(f"x has shape {array.shape}, need ({layout}{tail}) or (T{tail or ','})")
    batched = inner == 2
    steps, batch = array.shape[:2] if batched else (array.shape[0], 1)
    if batched and batch_first:
        steps, batch = batch, steps
    if steps < 1 or batch < 1:
        raise ShapeError(f"x has shape {array.shape}, need one step and one row or more")
    lengths = _lengths(lengths, batch)
    return Input(array, lengths, steps, batch, batched, batched and batch_first, tokens)


def rows(x: ArrayLike, tokens: bool, size: int) -> tuple[np.ndarray, tuple[int, ...]]:
    """Input of any leading shape as N rows, and that shape; for layers without time."""
    array = integers(x, "x") if tokens else floats(x, "x")
    if tokens:
        return array.reshape(-1), array.shape
    if array.ndim < 1 or array.shape[-1] != size:
        raise ShapeError(f"x has shape {array.shape}, need (.., {size})")
    return array.reshape(-1, size), array.shape[:-1]
