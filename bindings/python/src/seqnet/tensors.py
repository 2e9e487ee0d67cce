# SPDX-License-Identifier: MIT
"""safetensors files: named arrays and text metadata (seqnet/tensors.h)."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from seqnet import _constants as c
from seqnet import _texts
from seqnet._arrays import Float32, address
from seqnet._handles import Owner, create, sized
from seqnet._library import lib
from seqnet._structs import TensorsEntry, TensorsHandle
from seqnet.errors import InvalidArgumentError, NotSupportedError

DTYPES = {
    c.DTYPE_F64: np.dtype("<f8"),
    c.DTYPE_F32: np.dtype("<f4"),
    c.DTYPE_F16: np.dtype("<f2"),
    c.DTYPE_I64: np.dtype("<i8"),
    c.DTYPE_I32: np.dtype("<i4"),
    c.DTYPE_I16: np.dtype("<i2"),
    c.DTYPE_I8: np.dtype("i1"),
    c.DTYPE_U64: np.dtype("<u8"),
    c.DTYPE_U32: np.dtype("<u4"),
    c.DTYPE_U16: np.dtype("<u2"),
    c.DTYPE_U8: np.dtype("u1"),
    c.DTYPE_BOOL: np.dtype("?"),
    c.DTYPE_C64: np.dtype("<c8"),
}
NUMBERS = {dtype: number for number, dtype in DTYPES.items()}


class Tensors(MutableMapping[str, np.ndarray]):
    """The named arrays of a safetensors file, as a dictionary; what is got or set is copied.

        tensors = seqnet.Tensors.load("weights.safetensors")
        tensors["head.weight"] *= 2          # no: changes a copy
        tensors["head.weight"] = 2 * tensors["head.weight"]
        tensors.save("twice.safetensors")

    Arrays come in their own types, bfloat16, which NumPy does not have, as float32. `metadata` is a
    dictionary of texts.
    """

    def __init__(
        self,
        arrays: Mapping[str, ArrayLike] | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        self._adopt(create(TensorsHandle, lib.seqnet_tensors_create, None))
        self.update(arrays or {})
        self.metadata.update(metadata or {})

    def _adopt(self, handle: TensorsHandle) -> None:
        self.handle = handle
        self._owner = Owner(handle, lib.seqnet_tensors_destroy)
        self.metadata = Metadata(self)

    @classmethod
    def _wrap(cls, handle: TensorsHandle) -> Tensors:
        tensors = cls.__new__(cls)
        tensors._adopt(handle)
        return tensors

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Tensors:
        """Read a file; every rule of the format is checked first."""
        return cls._wrap(create(TensorsHandle, lib.seqnet_tensors_load, _texts.path(path), None))

    @classmethod
    def loads(cls, data: _texts.Bytes) -> Tensors:
        """Read the bytes of a file."""
        data = _texts.content(data)
        return cls._wrap(create(TensorsHandle, lib.seqnet_tensors_parse, data, len(data), None))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a file; an old one is replaced as a whole."""
        lib.seqnet_tensors_save(self.handle, _texts.path(path))

    def dumps(self) -> bytes:
        """The bytes of the file. Equal contents give equal bytes."""
        return sized(lib.seqnet_tensors_serialize, self.handle)

    def __reduce__(self) -> Any:
        """Copying and pickling go by way of a file in memory."""
        return Tensors.loads, (self.dumps(),)

    def __getitem__(self, name: str) -> np.ndarray:
        entry = self._find(name)
        shape = tuple(entry.shape[: entry.rank])
        if entry.dtype == c.DTYPE_BF16:
            return self.floats(name)
        if entry.dtype not in DTYPES:
            kind = lib.seqnet_dtype_name(entry.dtype).decode()
            raise NotSupportedError(f"{name} is {kind}, which NumPy does not have")
        data = ctypes.string_at(entry.data, entry.data_bytes) if entry.data_bytes else b""
        return np.frombuffer(data, DTYPES[entry.dtype]).reshape(shape).copy()

    def floats(self, name: str) -> Float32:
        """A copy as float32, of F64, F32, F16 or BF16."""
        entry = self._find(name)
        values = np.empty(entry.shape[: entry.rank], np.float32)
        lib.seqnet_tensors_get(self.handle, _texts.text(name, "name"), address(values), values.size)
        return values

    def _find(self, name: str) -> TensorsEntry:
        entry = TensorsEntry()
        lib.seqnet_tensors_find(self.handle, _texts.text(name, "name"), entry)
        return entry

    def __setitem__(self, name: str, values: ArrayLike) -> None:
        array = np.asarray(values)
        little = array.dtype.newbyteorder("<")
        if little not in NUMBERS:
            raise TypeError(f"{name} has dtype {array.dtype}, which the format does not have")
        if array.ndim > c.MAX_RANK:
            raise InvalidArgumentError(f"{name} has {array.ndim} dimensions, need {c.MAX_RANK}")
        array = np.require(array, little, ("C", "A"))
        entry = TensorsEntry(
            name=_texts.text(name, "name"),
            data=address(array),
            data_bytes=array.nbytes,
            shape=array.shape,
            rank=array.ndim,
            dtype=NUMBERS[little],
        )
        lib.seqnet_tensors_set_entry(self.handle, entry)

    def __delitem__(self, name: str) -> None:
        lib.seqnet_tensors_remove(self.handle, _texts.text(name, "name"))

    def __len__(self) -> int:
        return lib.seqnet_tensors_count(self.handle)

    def __iter__(self) -> Iterator[str]:
        entry = TensorsEntry()
        names = []
        for index in range(len(self)):
            lib.seqnet_tensors_info(self.handle, index, entry)
            names.append(entry.name.decode())
        return iter(names)

    def __repr__(self) -> str:
        return f"Tensors({', '.join(self)})"


class Metadata(MutableMapping[str, str]):
    """The text entries of a Tensors."""

    def __init__(self, tensors: Tensors) -> None:
        self._handle, self._owner = tensors.handle, tensors._owner

    def __getitem__(self, key: str) -> str:
        value = lib.seqnet_tensors_get_metadata(self._handle, _texts.text(key, "key"))
        if value is None:
            raise KeyError(key)
        return value.decode()

    def __setitem__(self, key: str, value: str) -> None:
        texts = _texts.text(key, "key"), _texts.text(value, "value")
        lib.seqnet_tensors_set_metadata(self._handle, *texts)

    def __delitem__(self, key: str) -> None:
        self[key]
        lib.seqnet_tensors_set_metadata(self._handle, _texts.text(key, "key"), None)

    def __iter__(self) -> Iterator[str]:
        keys: list[str] = []
        while (key := lib.seqnet_tensors_metadata_key(self._handle, len(keys))) is not None:
            keys.append(key.decode())
        return iter(keys)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return repr(dict(self))


def as_tensors(source: Any) -> Tensors:
    """A Tensors: itself, or of a mapping of names to arrays, or of a file's path."""
    if isinstance(source, Tensors):
        return source
    return Tensors(source) if isinstance(source, Mapping) else Tensors.load(source)
