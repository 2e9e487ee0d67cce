# SPDX-License-Identifier: MIT
"""NumPy arrays as the library wants them: dense float32 and int32, copied only if they are not."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from seqnet.errors import InvalidArgumentError, OutOfRangeError, ShapeError

Float32 = NDArray[np.float32]
Int32 = NDArray[np.int32]

_INT32 = np.iinfo(np.int32)


def floats(values: ArrayLike, name: str) -> Float32:
    """A dense float32 array: `values` itself if it is one, else a copy."""
    array = np.asarray(values)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name} has dtype {array.dtype}, need numbers")
    return np.require(array, np.float32, ("C", "A"))


def integers(values: ArrayLike, name: str) -> Int32:
    """A dense int32 array: `values` itself if it is one, else a copy, if all of them fit."""
    array = np.asarray(values)
    if array.dtype.kind not in "iub" and array.size:
        raise TypeError(f"{name} has dtype {array.dtype}, need integers")
    wider = array.dtype.itemsize >= 4 and array.dtype != np.int32 and array.size > 0
    if wider and (array.min() < _INT32.min or array.max() > _INT32.max):
        raise OutOfRangeError(f"{name} has a value outside int32")
    return np.require(array, np.int32, ("C", "A"))


def output(out: Float32 | None, shape: tuple[int, ...]) -> Float32:
    """Where a result goes: `out` if it is given and fits, else a new array."""
    if out is None:
        return np.empty(shape, np.float32)
    if not isinstance(out, np.ndarray) or out.dtype != np.float32:
        raise TypeError("out must be a float32 array")
    if out.shape != shape:
        raise ShapeError(f"out has shape {out.shape}, need {shape}")
    if not (out.flags.c_contiguous and out.flags.aligned and out.flags.writeable):
        raise InvalidArgumentError("out must be contiguous and writeable")
    return out


def address(array: NDArray[Any] | None) -> int | None:
    """Where an array's elements are; the caller keeps the array alive."""
    return None if array is None else array.__array_interface__["data"][0]


def int32(value: Any, name: str) -> int:
    """An integer that the library can be told; ctypes would cut off its upper bits."""
    number = operator.index(value)
    if not _INT32.min <= number <= _INT32.max:
        raise InvalidArgumentError(f"{name} = {number}, need -2^31..2^31-1")
    return number


def seed64(value: Any) -> int:
    """A seed: an integer of 64 bits without sign."""
    number = operator.index(value)
    if not 0 <= number < 2**64:
        raise InvalidArgumentError(f"seed = {number}, need 0..2^64-1")
    return number


def choose(name: str, value: str, choices: dict[str, int]) -> int:
    """The number of an option that is given by its name."""
    if value not in choices:
        raise InvalidArgumentError(f"{name} = {value!r}, need one of {', '.join(choices)}")
    return choices[value]
