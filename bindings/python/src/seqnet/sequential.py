# SPDX-License-Identifier: MIT
"""Layers in a row."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Mapping
from typing import Any

from numpy.typing import ArrayLike

from seqnet import _constants as c
from seqnet import _windows
from seqnet._arrays import Float32, floats
from seqnet._handles import create
from seqnet._library import lib
from seqnet._structs import LayerHandle
from seqnet.context import Context
from seqnet.errors import InvalidArgumentError, NotFoundError, ShapeError
from seqnet.layers import KINDS, Dropout, Layer, wrap
from seqnet.recurrent import Recurrent


class Sequential(Layer):
    """Layers in a row, each one's output the next one's input; only the first may take tokens.

    The layers are shared, not copied. Parameters and states have the layer's index before their
    names: "1.weight_ih_l0", "1.h". batch_first is that of the recurrent layers in it.

        model = seqnet.Sequential(seqnet.Embedding(50, 16), seqnet.GRU(16, 32),
                                  seqnet.Linear(32, 50))
        y, state = model(tokens)
        y, state = model(more_tokens, state)
    """

    def __init__(self, *layers: Layer, batch_first: bool | None = None) -> None:
        self._size_dropouts(layers)
        handles = (LayerHandle * len(layers))(*[layer.handle for layer in layers])
        self._layers = list(layers)
        self._adopt(create(LayerHandle, lib.seqnet_sequential_create, handles, len(layers), None))
        self.batch_first = self._layout() if batch_first is None else bool(batch_first)

    @staticmethod
    def _size_dropouts(layers: tuple[Layer, ...]) -> None:
        for before, layer in zip(layers, layers[1:]):
            if isinstance(layer, Dropout) and layer._owner is None:
                layer._resize(before.output_size)

    def _layout(self) -> bool:
        layouts = {layer.batch_first for layer in self._layers if isinstance(layer, Recurrent)}
        if len(layouts) > 1:
            raise InvalidArgumentError("layers with and without batch_first in one Sequential")
        return layouts.pop() if layouts else False

    @classmethod
    def _wrap(cls, handle: LayerHandle) -> Sequential:
        model = cls.__new__(cls)
        model._layers = []
        while child := lib.seqnet_layer_child(handle, len(model._layers)):
            lib.seqnet_layer_retain(child)
            model._layers.append(wrap(child))
        model._adopt(handle)
        return model

    def __call__(
        self,
        x: ArrayLike,
        state: Mapping[str, ArrayLike] | None = None,
        lengths: ArrayLike | None = None,
        out: Float32 | None = None,
    ) -> Any:
        """Returns y, state: outputs (T, B, N), and the last states by name, each (L*D, B, H);
        only y if no layer has a state. x, state and lengths are as for the layers in it."""
        read = _windows.read(x, lengths, self.token_input, self.input_size, self.batch_first)
        context = self._cache.get(read.steps, read.batch)
        self._set_state(context, state or {}, read.batched)
        y = context._forward(read, out)
        if not self.has_state:
            return y
        last = context.state()
        return y, last if read.batched else {name: h[:, 0] for name, h in last.items()}

    @staticmethod
    def _set_state(context: Context, state: Mapping[str, ArrayLike], batched: bool) -> None:
        shapes = context.state_shapes()
        given = {}
        for name, values in state.items():
            if name not in shapes:
                raise NotFoundError(f"no state {name!r}, only {', '.join(shapes) or 'none'}")
            shape = shapes[name]
            need = shape if batched else (shape[0], shape[2])
            given[name] = floats(values, name)
            if given[name].shape != need:
                raise ShapeError(f"state {name} has shape {given[name].shape}, need {need}")
        context.reset()
        for name, array in given.items():
            context.set_state(name, array.reshape(shapes[name]))

    def folded(self) -> Sequential:
        """A faster form of a model that begins with an embedding and a recurrent layer, for
        inference: equal outputs, more memory (fold_bytes); it does not follow later changes."""
        model = wrap(create(LayerHandle, lib.seqnet_sequential_fold, self.handle, None))
        model.batch_first = self.batch_first
        model.metadata = dict(self.metadata)
        return model

    @property
    def fold_bytes(self) -> int:
        """Bytes of the table that `folded` makes."""
        size = ctypes.c_size_t()
        lib.seqnet_sequential_fold_bytes(self.handle, size)
        return size.value

    def __len__(self) -> int:
        return len(self._layers)

    def __getitem__(self, index: int) -> Layer:
        return self._layers[index]

    def __iter__(self) -> Iterator[Layer]:
        return iter(self._layers)

    def __repr__(self) -> str:
        return f"Sequential({', '.join(map(repr, self._layers))})"


KINDS[c.SEQUENTIAL] = Sequential
