# SPDX-License-Identifier: MIT
"""What every layer has, and the layers without time: Embedding, Linear, Dropout."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from seqnet import _constants as c
from seqnet import _windows
from seqnet._arrays import Float32, Int32, address, floats, int32, output, seed64
from seqnet._cache import ContextCache
from seqnet._handles import Owner, create
from seqnet._library import lib
from seqnet._structs import (
    EmbeddingOptions,
    LayerHandle,
    LayerInfo,
    LinearOptions,
    TensorInfo,
)
from seqnet.errors import NotFoundError, ShapeError

PIECE = 4096  # rows that layers without time take in one call


class Layer:
    """Parameters, and a call that runs them for inference.

    Layers have no training mode of their own: Trainer and Context(training=True) train them.
    Any number of threads may call a layer, or read its parameters, at once; writing parameters
    needs it to be otherwise idle. Each thread keeps contexts for its calls (`seqnet._cache`
    says how much); clear_cache frees those of the calling thread.

    Attributes: input_size, output_size (features per step), token_input (takes int32 tokens),
    has_state, num_parameters, batch_first, and metadata: text entries that seqnet.save keeps.
    """

    _owner: Owner | None = None

    def _adopt(self, handle: LayerHandle) -> None:
        """Own a reference to a layer of the library."""
        self._owner = Owner(handle, lib.seqnet_layer_destroy)
        info = LayerInfo()
        lib.seqnet_layer_get_info(handle, info)
        self.input_size: int = info.input_size
        self.output_size: int = info.output_size
        self.token_input = bool(info.token_input)
        self.has_state = bool(info.has_state)
        self.num_parameters: int = info.parameter_count
        self.batch_first = False
        self.metadata: dict[str, str] = {}
        self._tensors = {tensor.name.decode(): tensor for tensor in self._tensor_infos()}
        self._cache = ContextCache(self)
        self._describe()

    def _describe(self) -> None:
        """Set the attributes of this kind of layer from what the library knows of it."""

    @classmethod
    def _wrap(cls, handle: LayerHandle) -> Any:
        """A Python object for a reference that is given away."""
        layer = cls.__new__(cls)
        layer._adopt(handle)
        return layer

    @property
    def handle(self) -> LayerHandle:
        """The seqnet_layer * of this layer."""
        if self._owner is None:
            raise ShapeError(f"{self!r} has no size yet: give it one, or put it in a Sequential")
        return self._owner.handle

    def clear_cache(self) -> None:
        """Free the contexts that the calling thread keeps for this layer's calls."""
        self._cache.clear()

    def __reduce__(self) -> Any:
        """Copying and pickling go by way of a model file in memory."""
        if self._owner is None:
            return super().__reduce__()
        from seqnet.io import dumps

        return _restore, (dumps(self), self.batch_first)

    # ------------------------------------------------------------------ parameters

    def _tensor_infos(self) -> list[TensorInfo]:
        infos = [TensorInfo() for _ in range(lib.seqnet_layer_tensor_count(self.handle))]
        for index, info in enumerate(infos):
            lib.seqnet_layer_tensor_info(self.handle, index, info)
        return infos

    def names(self) -> list[str]:
        """Names of the parameters, in PyTorch's order."""
        return list(self._tensors)

    def shape(self, name: str) -> tuple[int, ...]:
        """The shape of a parameter."""
        if name not in self._tensors:
            raise NotFoundError(f"no parameter {name!r}, only {', '.join(self._tensors)}")
        info = self._tensors[name]
        return tuple(info.shape[: info.rank])

    def get_parameter(self, name: str) -> Float32:
        """A copy of a parameter."""
        values = np.empty(self.shape(name), np.float32)
        lib.seqnet_layer_get_parameter(self.handle, name.encode(), address(values), values.size)
        return values

    def set_parameter(self, name: str, values: ArrayLike) -> None:
        """Set a parameter; PyTorch's gate order."""
        self._store(name, self._fitting(name, values))

    def _fitting(self, name: str, values: ArrayLike) -> Float32:
        array = floats(values, name)
        if array.shape != self.shape(name):
            raise ShapeError(f"{name} has shape {array.shape}, need {self.shape(name)}")
        return array

    def _store(self, name: str, array: Float32) -> None:
        lib.seqnet_layer_set_parameter(self.handle, name.encode(), address(array), array.size)

    def named_parameters(self) -> Iterator[tuple[str, Float32]]:
        """Names and copies of all parameters."""
        return ((name, self.get_parameter(name)) for name in self._tensors)

    def parameters(self) -> Iterator[Float32]:
        """Copies of all parameters."""
        return (values for _, values in self.named_parameters())

    def state_dict(self) -> dict[str, Float32]:
        """Copies of all parameters under PyTorch's names."""
        return dict(self.named_parameters())

    def load_state_dict(self, state: Mapping[str, ArrayLike]) -> None:
        """Set all parameters. Nothing is changed if a name is missing, unknown or of another
        shape."""
        missing = [name for name in self._tensors if name not in state]
        unknown = [name for name in state if name not in self._tensors]
        if missing or unknown:
            raise NotFoundError(
                f"missing: {', '.join(missing) or 'none'}; unknown: {', '.join(unknown) or 'none'}"
            )
        arrays = {name: self._fitting(name, state[name]) for name in self._tensors}
        for name, array in arrays.items():
            self._store(name, array)


class Pointwise(Layer):
    """A layer that treats every step alike: any leading shape, no state."""

    def __call__(self, x: ArrayLike, out: Float32 | None = None) -> Float32:
        """x: (.., I) floats, or (..) tokens for an Embedding. Returns y: (.., N)."""
        rows, leading = _windows.rows(x, self.token_input, self.input_size)
        y = output(out, (*leading, self.output_size))
        flat = y.reshape(-1, self.output_size)
        for start in range(0, len(rows), PIECE):
            piece = rows[start : start + PIECE]
            context = self._cache.get(len(piece), 1)
            read = _windows.Input(piece, None, len(piece), 1, False, False, self.token_input)
            context._forward(read, flat[start : start + PIECE])
        return y


class Embedding(Pointwise):
    """A table of rows; tokens (..) become (.., embedding_dim), as torch.nn.Embedding.

    Parameter: weight (num_embeddings, embedding_dim), initially N(0, 1), the padding row zero.
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        *,
        seed: int = 0,
    ) -> None:
        padding = 0 if padding_idx is None else int32(padding_idx, "padding_idx")
        if padding < 0:
            padding += num_embeddings
        options = EmbeddingOptions(
            seed=seed64(seed), has_padding_idx=padding_idx is not None, padding_idx=padding
        )
        sizes = int32(num_embeddings, "num_embeddings"), int32(embedding_dim, "embedding_dim")
        self._adopt(create(LayerHandle, lib.seqnet_embedding_create, *sizes, options))

    def _describe(self) -> None:
        options = EmbeddingOptions()
        lib.seqnet_embedding_get_options(self.handle, options)
        self.num_embeddings, self.embedding_dim = self.input_size, self.output_size
        self.padding_idx = options.padding_idx if options.has_padding_idx else None

    def nearest(self, vectors: ArrayLike) -> Int32:
        """The tokens (..) whose rows are nearest to vectors (.., embedding_dim)."""
        rows, leading = _windows.rows(vectors, False, self.embedding_dim)
        tokens = np.empty(leading, np.int32)
        lib.seqnet_embedding_nearest(self.handle, address(rows), len(rows), address(tokens))
        return tokens

    def __repr__(self) -> str:
        return f"Embedding({self.num_embeddings}, {self.embedding_dim})"


class Linear(Pointwise):
    """y = x W^T + b for every step, as torch.nn.Linear.

    Parameters: weight (out_features, in_features), bias (out_features). With tied_embedding the
    weight is that embedding's table.
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        tied_embedding: Embedding | None = None,
        init_range: float = 0.0,
        seed: int = 0,
    ) -> None:
        options = LinearOptions(seed=seed64(seed), no_bias=not bias, init_range=init_range)
        if tied_embedding is not None:
            options.tied_embedding = tied_embedding.handle
        sizes = int32(in_features, "in_features"), int32(out_features, "out_features")
        self._adopt(create(LayerHandle, lib.seqnet_linear_create, *sizes, options))

    def _describe(self) -> None:
        options = LinearOptions()
        lib.seqnet_linear_get_options(self.handle, options)
        self.in_features, self.out_features = self.input_size, self.output_size
        self.bias = not options.no_bias
        self.tied = bool(options.tied_embedding)

    @property
    def tied_embedding(self) -> Embedding | None:
        """The embedding whose table is the weight, or None."""
        options = LinearOptions()
        lib.seqnet_linear_get_options(self.handle, options)
        if not options.tied_embedding:
            return None
        lib.seqnet_layer_retain(options.tied_embedding)
        return wrap(options.tied_embedding)

    def __repr__(self) -> str:
        return f"Linear({self.in_features}, {self.out_features}, bias={self.bias})"


class Dropout(Pointwise):
    """In training: features are zero with probability p, the others 1 / (1 - p) times larger, as
    torch.nn.Dropout. A call is inference and leaves them as they are.

    size: features per step; without it the layer takes that of the layer before it in a Sequential.
    """

    def __init__(self, p: float = 0.5, size: int | None = None) -> None:
        self.p = float(p)
        if size is not None:
            self._resize(size)

    def __call__(self, x: ArrayLike, out: Float32 | None = None) -> Float32:
        """A copy of x, as a call is not training."""
        array = floats(x, "x")
        y = output(out, array.shape)
        y[...] = array
        return y

    def _resize(self, size: int) -> None:
        size = int32(size, "size")
        self._adopt(create(LayerHandle, lib.seqnet_dropout_create, size, self.p, None))

    def _describe(self) -> None:
        probability = ctypes.c_float()
        lib.seqnet_dropout_get_probability(self.handle, ctypes.byref(probability))
        self.p = probability.value

    def __repr__(self) -> str:
        return f"Dropout({self.p})"


KINDS: dict[int, type[Layer]] = {
    c.EMBEDDING: Embedding,
    c.LINEAR: Linear,
    c.DROPOUT: Dropout,
}


def wrap(handle: LayerHandle) -> Any:
    """The Python layer for a reference to any layer of the library."""
    info = LayerInfo()
    lib.seqnet_layer_get_info(handle, info)
    return KINDS[info.kind]._wrap(handle)


def _restore(data: bytes, batch_first: bool) -> Layer:
    """A layer from what __reduce__ gave."""
    from seqnet.io import loads

    layer = loads(data)
    layer.batch_first = batch_first
    return layer
