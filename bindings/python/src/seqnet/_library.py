# SPDX-License-Identifier: MIT
"""Finds and loads libseqnet.so and binds its functions.

`lib` holds every public function under its C name. Those that give an error code raise its
exception instead. ctypes releases the interpreter's lock during every call.
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from seqnet import errors
from seqnet._functions import FUNCTIONS
from seqnet._structs import Status

SONAME = "libseqnet.so.0"
VARIABLE = "SEQNET_LIBRARY"


def find() -> str:
    """What to load: $SEQNET_LIBRARY, else the library in the wheel, else the system's."""
    asked = os.environ.get(VARIABLE)
    if asked:
        return asked
    beside = Path(__file__).with_name("libseqnet.so")
    return str(beside) if beside.exists() else SONAME


def load(path: str) -> ctypes.CDLL:
    """Load the library; an ImportError says where it was looked for."""
    try:
        return ctypes.CDLL(path)
    except OSError as reason:
        raise ImportError(
            f"cannot load {path}: {reason}. Install libseqnet, or name the file in {VARIABLE}"
        ) from reason


def message() -> str:
    """What failed in this thread's last failing call."""
    return lib.seqnet_error_message().decode()


def _check(status: int, _function: Any, _arguments: Any) -> int:
    if status != 0:
        raise errors.error(status, message())
    return status


def _bind(library: ctypes.CDLL, name: str, result: Any, arguments: tuple) -> Any:
    try:
        function = getattr(library, name)
    except AttributeError:
        raise ImportError(f"{library._name} has no {name}: it is older than this package") from None
    function.argtypes = arguments
    function.restype = ctypes.c_int32 if result is Status else result
    if result is Status:
        function.errcheck = _check
    return function


def bind(library: ctypes.CDLL) -> SimpleNamespace:
    """Every function of the table, ready to call."""
    return SimpleNamespace(
        **{name: _bind(library, name, kind[0], kind[1:]) for name, kind in FUNCTIONS.items()}
    )


loaded = load(find())
lib = bind(loaded)
