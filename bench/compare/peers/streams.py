# SPDX-License-Identifier: MIT
"""The numbers of bench/numbers.h, equal bit by bit."""

from __future__ import annotations

import numpy as np

X, DY, LENGTHS, TOKENS = 1000, 1001, 1002, 1003


def bits(stream: int, count: int) -> np.ndarray:
    """The first `count` outputs of a stream."""
    with np.errstate(over="ignore"):
        z = np.uint64((stream << 32) + 1) + np.arange(count, dtype=np.uint64)
        z *= np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def uniform(stream: int, shape: tuple[int, ...], scale: float = 1.0) -> np.ndarray:
    """Floats in [-scale, scale)."""
    values = (bits(stream, int(np.prod(shape))) >> np.uint64(40)).astype(np.float32)
    values = values * np.float32(2.0**-23) - np.float32(1)
    return (np.float32(scale) * values).reshape(shape)


def lengths(steps: int, batch: int) -> np.ndarray:
    """(B) lengths in 1..T."""
    return (1 + bits(LENGTHS, batch) % np.uint64(steps)).astype(np.int64)


def tokens(vocabulary: int, count: int) -> np.ndarray:
    """A text: three of four tokens follow from the one before, the others are random."""
    text = np.empty(count, np.int64)
    token = 0
    for i, word in enumerate(bits(TOKENS, count).tolist()):
        token = (word >> 8) % vocabulary if word % 4 == 0 else (token * 31 + 17) % vocabulary
        text[i] = token
    return text
