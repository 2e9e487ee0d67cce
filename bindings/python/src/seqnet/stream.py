# SPDX-License-Identifier: MIT
"""Stateful stepping with as little between Python and the library as ctypes allows."""

from __future__ import annotations

from ctypes import c_int, c_void_p
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from seqnet import errors
from seqnet._arrays import Float32, Int32, address, floats, integers
from seqnet._library import loaded, message
from seqnet.context import Context
from seqnet.errors import ShapeError
from seqnet.layers import Layer


class Stream:
    """One or many streams of a layer, one step at a time; the state goes on from step to step.

        stream = seqnet.Stream(model)
        y = stream(x)            # x: (I) floats, or one token; y: (N)

    With batch=B, x is (B, I) or (B) tokens and y is (B, N). `stream.x` and `stream.y` are the
    arrays that every step reads and writes, so a program may fill `x` and call `step()`, without
    any copy. The y that is returned is `stream.y` itself: the next step writes over it.

    A stream is for one thread at a time.
    """

    def __init__(self, layer: Layer, batch: int | None = None, threads: int = 1) -> None:
        self.layer = layer
        self.context = Context(layer, 1, 1 if batch is None else batch, threads=threads)
        rows = () if batch is None else (self.context.max_batch,)
        if layer.token_input:
            self._x = np.zeros(rows, np.int32)
        else:
            self._x = np.zeros((*rows, layer.input_size), np.float32)
        self._y: Float32 = np.zeros((*rows, layer.output_size), np.float32)
        self._rows = rows
        self._run = self._bind("step_tokens" if layer.token_input else "step")

    @property
    def x(self) -> Float32 | Int32:
        """What the next step reads: (I), or (B, I); tokens: () or (B)."""
        return self._x

    @property
    def y(self) -> Float32:
        """What the last step wrote: (N), or (B, N)."""
        return self._y

    def _bind(self, name: str) -> partial[int]:
        """The call with its arguments converted once; a function object of its own, since the one
        in `lib` converts and checks them every time."""
        function = loaded[f"seqnet_context_{name}"]
        function.restype = c_int
        places = c_void_p(address(self._x)), c_void_p(address(self._y))
        return partial(function, self.context.handle, *places)

    def step(self) -> Float32:
        """One step from `x`; returns `y`."""
        status = self._run()
        if status:
            raise errors.error(status, message())
        return self._y

    def __call__(self, x: ArrayLike) -> Float32:
        """Copy x to `x`, then step."""
        mine = self._x
        if type(x) is not np.ndarray or x.dtype != mine.dtype or x.shape != mine.shape:
            x = self._fitting(x)
        mine[...] = x
        return self.step()

    def _fitting(self, x: ArrayLike) -> Float32 | Int32:
        array = integers(x, "x") if self.layer.token_input else floats(x, "x")
        if array.shape != self._x.shape:
            raise ShapeError(f"x has shape {array.shape}, need {self._x.shape}")
        return array

    @property
    def state(self) -> Float32:
        """A copy of the whole state: (S), or (B, S) with batch; S = context.stream_size.

        Assign it, here or to another stream of the same layer, to go on from there.
        """
        rows = [self.context.get_stream(row) for row in range(self.context.max_batch)]
        return np.stack(rows) if self._rows else rows[0]

    @state.setter
    def state(self, values: ArrayLike) -> None:
        array = floats(values, "state")
        size = self.context.stream_size
        if array.shape != (*self._rows, size):
            raise ShapeError(f"state has shape {array.shape}, need {(*self._rows, size)}")
        for row, one in enumerate(array.reshape(-1, size)):
            self.context.set_stream(one, row)

    def reset(self, row: int | None = None) -> None:
        """Set the state of one row, or of all, to zero."""
        self.context.reset(row)
