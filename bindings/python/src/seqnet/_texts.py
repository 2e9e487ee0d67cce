# SPDX-License-Identifier: MIT
"""Texts, paths and bytes as the library wants them."""

from __future__ import annotations

import os
from typing import Union

from seqnet.errors import InvalidArgumentError

Bytes = Union[bytes, bytearray, memoryview]


def _whole(data: bytes, name: str) -> bytes:
    """C would read it up to the first NUL and take that for all of it."""
    if b"\0" in data:
        raise InvalidArgumentError(f"{name} has a NUL character: {data!r}")
    return data


def text(value: str, name: str) -> bytes:
    """A string in UTF-8."""
    if not isinstance(value, str):
        raise TypeError(f"{name} is a {type(value).__name__}, need a str")
    return _whole(value.encode(), name)


def path(value: str | os.PathLike[str]) -> bytes:
    """A file's path, as the system encodes it."""
    return _whole(os.fsencode(value), "path")


def content(data: Bytes) -> bytes:
    """The bytes of a file: `data` itself if it is bytes, else a copy of what it shows."""
    return data if isinstance(data, bytes) else memoryview(data).tobytes()
