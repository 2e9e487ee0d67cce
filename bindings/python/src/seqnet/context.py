# SPDX-License-Identifier: MIT
"""Contexts: forward, backward, gradients and state of one user of a layer (seqnet/context.h)."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, Callable

import numpy as np
from numpy.typing import ArrayLike

from seqnet import _windows
from seqnet._arrays import Float32, address, floats, int32, output, seed64
from seqnet._handles import Owner, create
from seqnet._library import lib
from seqnet._structs import ContextHandle, ContextOptions, TensorInfo
from seqnet._texts import text
from seqnet.errors import InvalidArgumentError, ShapeError

if TYPE_CHECKING:
    from seqnet.layers import Layer


def _options(**members: Any) -> ContextOptions:
    seed = seed64(members.pop("seed", 0))
    return ContextOptions(seed=seed, **{name: int32(v, name) for name, v in members.items()})


def context_bytes(layer: Layer, max_steps: int = 1, max_batch: int = 1, **options: Any) -> int:
    """Bytes that a Context with these options takes."""
    size = ctypes.c_size_t()
    settings = _options(max_steps=max_steps, max_batch=max_batch, **options)
    lib.seqnet_context_bytes(layer.handle, settings, size)
    return size.value


class Context:
    """Everything that changes while a layer runs: the state of `max_batch` streams and scratch
    memory for `max_steps` steps; with training=True also what backward needs.

    Shapes of arrays are those of the layer's call. A context is for one thread at a time.

        context = seqnet.Context(layer, max_steps=20, max_batch=8, training=True)
        y = context.forward(x)                    # (T, B, N)
        dx = context.backward(dy)                 # dy: gradient of your loss by y
        context.gradients()["weight_ih_l0"]

    threads=0 lets the library choose; recompute=True trains with less memory and more time.
    """

    def __init__(
        self,
        layer: Layer,
        max_steps: int = 1,
        max_batch: int = 1,
        *,
        training: bool = False,
        threads: int = 0,
        recompute: bool = False,
        seed: int = 0,
    ) -> None:
        options = _options(
            max_steps=max_steps,
            max_batch=max_batch,
            training=training,
            threads=threads,
            recompute=recompute,
            seed=seed,
        )
        handle = create(ContextHandle, lib.seqnet_context_create, layer.handle, options)
        self._adopt(layer, handle, Owner(handle, lib.seqnet_context_destroy), options.max_batch)

    def _adopt(self, layer: Layer, handle: ContextHandle, owner: Any, max_batch: int) -> None:
        self.layer = layer
        self.handle = handle
        self.max_batch = max(max_batch, 1)
        self._owner = owner
        self._input: _windows.Input | None = None
        self._states = {info.name.decode(): info for info in self._state_infos()}

    @classmethod
    def _borrow(cls, layer: Layer, handle: ContextHandle, owner: Any, max_batch: int) -> Context:
        """A context that `owner` keeps alive."""
        context = cls.__new__(cls)
        context._adopt(layer, handle, owner, max_batch)
        return context

    # ------------------------------------------------------------------ forward and backward

    def forward(
        self, x: ArrayLike, lengths: ArrayLike | None = None, out: Float32 | None = None
    ) -> Float32:
        """Run the layer over a window; its streams go on from the state they have.

        x: (T, B, I) floats or (T, B) tokens, (B, T, ..) if the layer is batch_first, or without B.
        lengths: (B), each 0..T, in any order. Returns y: (T, B, N), zero after a row's length.
        """
        layer = self.layer
        read = _windows.read(x, lengths, layer.token_input, layer.input_size, layer.batch_first)
        return self._forward(read, out)

    def _forward(self, read: _windows.Input, out: Float32 | None) -> Float32:
        y = output(out, read.shape(self.layer.output_size))
        if out is not None and np.may_share_memory(read.x, y):
            raise InvalidArgumentError("out overlaps x")
        lib.seqnet_context_forward(self.handle, read.window(), address(y))
        self._input = read
        return y

    def backward(self, dy: ArrayLike | None, input_gradient: bool = True) -> Float32 | None:
        """Back-propagate once through the last forward call of a training context.

        dy: gradient of the loss by y, in y's shape; None: zero. Returns dx in x's shape, or None
        for layers that take tokens and without input_gradient. Adds to the parameters' gradients.
        """
        read = self._input
        if read is None:
            lib.seqnet_context_backward(self.handle, None, None)
            return None
        dy = None if dy is None else self._like_output(dy, read)
        dx = None
        if input_gradient and not read.tokens:
            dx = np.empty(read.x.shape, np.float32)
        lib.seqnet_context_backward(self.handle, address(dy), address(dx))
        return dx

    def _like_output(self, dy: ArrayLike, read: _windows.Input) -> Float32:
        array = floats(dy, "dy")
        shape = read.shape(self.layer.output_size)
        if array.shape != shape:
            raise ShapeError(f"dy has shape {array.shape}, need {shape}")
        return array

    def zero_gradients(self) -> None:
        """Set the gradients of all parameters to zero."""
        lib.seqnet_context_zero_gradients(self.handle)

    def gradient(self, name: str) -> Float32:
        """A copy of the gradient of one parameter, in its shape."""
        return self._copy_out(lib.seqnet_context_get_gradient, name, self.layer.shape(name))

    def gradients(self) -> dict[str, Float32]:
        """Copies of the gradients of all parameters, by name."""
        return {name: self.gradient(name) for name in self.layer.names()}

    # ------------------------------------------------------------------ state of all streams

    def _state_infos(self) -> list[TensorInfo]:
        infos = [TensorInfo() for _ in range(lib.seqnet_context_state_count(self.handle))]
        for index, info in enumerate(infos):
            lib.seqnet_context_state_info(self.handle, index, info)
        return infos

    def state_shapes(self) -> dict[str, tuple[int, ...]]:
        """Names and shapes (L*D, max_batch, H) of the state: "h", "c"; in a Sequential "1.h"."""
        return {name: tuple(info.shape[: info.rank]) for name, info in self._states.items()}

    def _state_shape(self, name: str) -> tuple[int, ...] | None:
        info = self._states.get(name)
        return tuple(info.shape[: info.rank]) if info else None

    def _copy_out(
        self, function: Callable[..., int], name: str, shape: tuple[int, ...] | None
    ) -> Float32:
        values = np.empty(shape or (0,), np.float32)
        function(self.handle, text(name, "name"), address(values), values.size)
        return values

    def _copy_in(self, function: Callable[..., int], name: str, values: ArrayLike) -> None:
        array = floats(values, name)
        shape = self._state_shape(name)
        if shape and array.shape != shape:
            raise ShapeError(f"{name} has shape {array.shape}, need {shape}")
        function(self.handle, text(name, "name"), address(array), array.size)

    def get_state(self, name: str) -> Float32:
        """A copy of one state tensor of all streams."""
        return self._copy_out(lib.seqnet_context_get_state, name, self._state_shape(name))

    def set_state(self, name: str, values: ArrayLike) -> None:
        """Set one state tensor of all streams: h_0 or c_0 of the next forward call."""
        self._copy_in(lib.seqnet_context_set_state, name, values)

    def state(self) -> dict[str, Float32]:
        """Copies of all state tensors, by name."""
        return {name: self.get_state(name) for name in self._states}

    def get_state_gradient(self, name: str) -> Float32:
        """dh_0 or dc_0 after backward."""
        return self._copy_out(lib.seqnet_context_get_state_gradient, name, self._state_shape(name))

    def set_state_gradient(self, name: str, values: ArrayLike) -> None:
        """dh_n or dc_n for the next backward; call it between forward and backward."""
        self._copy_in(lib.seqnet_context_set_state_gradient, name, values)

    # ------------------------------------------------------------------ state of one stream

    def reset(self, stream: int | None = None) -> None:
        """Set the state of one stream, or of all, to zero."""
        if stream is None:
            lib.seqnet_context_reset(self.handle)
        else:
            lib.seqnet_context_reset_stream(self.handle, int32(stream, "stream"))

    @property
    def stream_size(self) -> int:
        """Floats that one stream's whole state takes."""
        return lib.seqnet_context_stream_size(self.handle)

    def get_stream(self, stream: int = 0) -> Float32:
        """The whole state of one stream, to save it or to give it to another context."""
        values = np.empty(self.stream_size, np.float32)
        lib.seqnet_context_get_stream(
            self.handle, int32(stream, "stream"), address(values), values.size
        )
        return values

    def set_stream(self, values: ArrayLike, stream: int = 0) -> None:
        """Set the whole state of one stream, as get_stream gave it."""
        array = floats(values, "values")
        lib.seqnet_context_set_stream(
            self.handle, int32(stream, "stream"), address(array), array.size
        )

    def copy_stream(self, stream: int, source: Context, source_stream: int) -> None:
        """Copy a stream's state from this or another context of the same layer."""
        lib.seqnet_context_copy_stream(
            self.handle,
            int32(stream, "stream"),
            source.handle,
            int32(source_stream, "source_stream"),
        )
