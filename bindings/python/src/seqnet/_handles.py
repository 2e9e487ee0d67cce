# SPDX-License-Identifier: MIT
"""Owners of the library's objects: a handle is released when its Python object goes."""

from __future__ import annotations

import ctypes
import os
from typing import Any, Callable


class Owner:
    """One reference to an object of the library, valid as long as the Owner: whoever passes
    `handle` on keeps the Owner, or its object, in a variable.

    Objects with threads must not be destroyed in a forked child (seqnet/context.h), so a child
    leaves alone what its parent made.
    """

    __slots__ = ("_destroy", "_pid", "handle")

    def __init__(self, handle: Any, destroy: Callable[[Any], None]) -> None:
        self.handle = handle
        self._destroy = destroy
        self._pid = os.getpid()

    def __reduce__(self) -> Any:
        raise TypeError(f"a {type(self.handle).__name__} cannot be copied or pickled")

    def __del__(self, _getpid: Callable[[], int] = os.getpid) -> None:
        if self.handle and self._pid == _getpid():
            self._destroy(self.handle)


def create(kind: Any, function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a seqnet_*_create function, whose last argument is where the handle goes."""
    handle = kind()
    function(*arguments, ctypes.byref(handle))
    return handle


def sized(function: Callable[..., Any], *arguments: Any) -> bytes:
    """What a function writes that is asked for the size first: (.., buffer, capacity, &bytes)."""
    size = ctypes.c_size_t()
    function(*arguments, None, 0, size)
    buffer = ctypes.create_string_buffer(max(size.value, 1))
    function(*arguments, buffer, len(buffer), size)
    return buffer.raw[: size.value]
