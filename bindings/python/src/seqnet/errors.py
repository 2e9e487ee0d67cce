# SPDX-License-Identifier: MIT
"""Exceptions, one for each error code of the library, with the library's message.

Each is also the built-in exception that says the same, so `except ValueError` works as usual.
"""

from __future__ import annotations

from seqnet import _constants as c


class SeqnetError(Exception):
    """A call failed; what it was to change is as before."""

    code = 0

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class InvalidArgumentError(SeqnetError, ValueError):
    """An argument is outside its documented values."""

    code = c.EINVAL


class ShapeError(SeqnetError, ValueError):
    """A shape or an element count does not fit the object."""

    code = c.ESHAPE


class OutOfRangeError(SeqnetError, IndexError):
    """A token or an index is outside 0..size-1."""

    code = c.ERANGE


class OutOfMemoryError(SeqnetError, MemoryError):
    """There is not enough memory."""

    code = c.ENOMEM


class BusyError(SeqnetError, RuntimeError):
    """Another thread is inside this context or trainer."""

    code = c.EBUSY


class NotSupportedError(SeqnetError, NotImplementedError):
    """Valid, but not supported by this version, layer or mode."""

    code = c.ENOTSUP


class FileError(SeqnetError, OSError):
    """The system refused to open, read, write or rename a file."""

    code = c.EIO


class FormatError(SeqnetError, ValueError):
    """A file or text does not follow its format."""

    code = c.EFORMAT


class NotFoundError(SeqnetError, KeyError):
    """There is no parameter, state or entry of that name."""

    code = c.ENOTFOUND


class NonFiniteError(SeqnetError, ArithmeticError):
    """A loss or gradient is NaN or infinite; nothing was updated."""

    code = c.ENONFINITE


class StateError(SeqnetError, RuntimeError):
    """Calls out of order, such as backward without a forward."""

    code = c.ESTATE


_BY_CODE = {kind.code: kind for kind in SeqnetError.__subclasses__()}


def error(code: int, message: str) -> SeqnetError:
    """The exception for an error code."""
    return _BY_CODE.get(code, SeqnetError)(message)
