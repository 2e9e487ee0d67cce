# SPDX-License-Identifier: MIT
"""Writing with a language model."""

from __future__ import annotations

import numpy as np

from seqnet._arrays import Float32
from seqnet.errors import InvalidArgumentError, ShapeError
from seqnet.layers import Layer
from seqnet.stream import Stream
from seqnet.text import Vocabulary


def pick(
    logits: Float32, random: np.random.Generator, temperature: float = 1.0, top_k: int = 0
) -> int:
    """A token by its outputs (V): the likeliest with temperature 0, else drawn from
    softmax(logits / temperature) of the top_k likeliest tokens (0: all)."""
    if temperature == 0:
        return int(np.argmax(logits))
    weights = np.exp((logits.astype(np.float64) - logits.max()) / temperature)
    if 0 < top_k < weights.size:
        weights[np.argpartition(weights, -top_k)[:-top_k]] = 0
    return int(random.choice(weights.size, p=weights / weights.sum()))


def sample(
    model: Layer,
    vocabulary: Vocabulary,
    prime: str | bytes = "",
    length: int = 200,
    *,
    temperature: float = 1.0,
    top_k: int = 0,
    seed: int | None = None,
) -> str | bytes:
    """Let a model of tokens in and len(vocabulary) outputs go on from `prime` by `length` symbols.

    Returns the prime and what follows it; without a prime it starts after a random symbol. Equal
    seeds write equal texts. The vocabulary has no symbol for what it does not know: prime must be
    made of its symbols.
    """
    if not model.token_input or model.output_size != len(vocabulary):
        raise ShapeError(f"{model!r} is no language model of {len(vocabulary)} symbols")
    if temperature < 0:
        raise InvalidArgumentError(f"temperature = {temperature}, need 0 or more")
    random = np.random.default_rng(seed)
    tokens = [int(token) for token in vocabulary.encode(prime)]
    written = tokens or [int(random.integers(len(vocabulary)))]
    stream = Stream(model)
    for token in written:
        logits = stream(token)
    for _ in range(length):
        written.append(pick(logits, random, temperature, top_k))
        logits = stream(written[-1])
    return vocabulary.decode(written if tokens else written[1:])
