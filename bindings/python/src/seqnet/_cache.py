# SPDX-License-Identifier: MIT
"""Contexts for a layer's calls, kept from call to call.

Every Python thread has contexts of its own, so that a layer may be called from many at once. A
thread keeps at most CONTEXTS of them for a layer, one for each recent batch size; each is as long
as the longest call so far, rounded up to a power of two, and takes `context_bytes` bytes.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections import OrderedDict
from typing import TYPE_CHECKING

from seqnet.context import Context
from seqnet.runtime import get_num_threads

if TYPE_CHECKING:
    from seqnet.layers import Layer

CONTEXTS = 4


def round_up(steps: int) -> int:
    """The next power of two."""
    return 1 << (steps - 1).bit_length()


class _Kept(threading.local):
    """One thread's contexts of one layer, the one used last at the end."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.contexts: OrderedDict[int, tuple[int, int, Context]] = OrderedDict()
        self.pid = os.getpid()


class ContextCache:
    """The contexts of one layer, for all threads."""

    def __init__(self, layer: Layer) -> None:
        # Weak, so that a layer that is dropped goes at once, and its contexts with it.
        self._layer = weakref.proxy(layer)
        self._kept = _Kept()

    def get(self, steps: int, batch: int) -> Context:
        """This thread's context of exactly `batch` streams, for `steps` steps or more."""
        contexts = self._mine()
        threads = get_num_threads()
        entry = contexts.pop(batch, None)
        if entry is None or entry[0] < steps or entry[1] != threads:
            size = round_up(steps)
            entry = (size, threads, Context(self._layer, size, batch, threads=threads))
        contexts[batch] = entry
        if len(contexts) > CONTEXTS:
            contexts.popitem(last=False)
        return entry[2]

    def clear(self) -> None:
        """Free this thread's contexts."""
        self._mine().clear()

    def _mine(self) -> OrderedDict[int, tuple[int, int, Context]]:
        kept = self._kept
        if kept.pid != os.getpid():  # the threads of a parent's contexts are not here
            kept.forget()
        return kept.contexts
