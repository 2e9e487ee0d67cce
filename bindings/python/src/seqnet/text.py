# SPDX-License-Identifier: MIT
"""From text to batches: vocabularies, rows of one long text, padded batches (seqnet/text.h)."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from seqnet import _constants as c
from seqnet import _structs as structs
from seqnet._arrays import Float32, Int32, address, choose, int32, integers, seed64
from seqnet._handles import Owner, create
from seqnet._library import lib
from seqnet.errors import InvalidArgumentError, NotFoundError, ShapeError

LEVELS = {"character": c.LEVEL_CHARACTER, "byte": c.LEVEL_BYTE, "word": c.LEVEL_WORD}
SPECIALS = {"pad": c.PAD, "unk": c.UNK, "bos": c.BOS, "eos": c.EOS}


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else bytes(text)


class Vocabulary:
    """The symbols of a text, ordered by falling frequency after the special ones.

    level: "character" (code points of UTF-8), "byte" or "word". specials: of "pad", "unk", "bos",
    "eos". max_size: most frequent symbols to keep (0: all); min_count: drop rarer ones; fold_case,
    normalize, split_punctuation: as seqnet_vocabulary_options.
    """

    def __init__(
        self,
        text: str | bytes,
        level: str = "character",
        specials: Iterable[str] = (),
        *,
        max_size: int = 0,
        min_count: int = 0,
        fold_case: bool = False,
        normalize: bool = False,
        split_punctuation: bool = False,
    ) -> None:
        data = _bytes(text)
        options = structs.VocabularyOptions(
            level=choose("level", level, LEVELS),
            specials=sum({choose("specials", name, SPECIALS) for name in specials}),
            max_size=int32(max_size, "max_size"),
            min_count=int32(min_count, "min_count"),
            fold_case=fold_case,
            normalize=normalize,
            split_punctuation=split_punctuation,
        )
        build = lib.seqnet_vocabulary_build
        self._adopt(create(structs.VocabularyHandle, build, data, len(data), options))

    def _adopt(self, handle: structs.VocabularyHandle) -> None:
        self._owner = Owner(handle, lib.seqnet_vocabulary_destroy)
        self.handle = handle

    @classmethod
    def from_json(cls, text: str) -> Vocabulary:
        """A vocabulary from to_json's text."""
        data = text.encode()
        build = lib.seqnet_vocabulary_from_json
        vocabulary = cls.__new__(cls)
        vocabulary._adopt(create(structs.VocabularyHandle, build, data, len(data), None))
        return vocabulary

    def to_json(self) -> str:
        """The vocabulary as text, for a model file's metadata["vocabulary"]."""
        size = ctypes.c_size_t()
        lib.seqnet_vocabulary_to_json(self.handle, None, 0, size)
        buffer = ctypes.create_string_buffer(size.value + 1)
        lib.seqnet_vocabulary_to_json(self.handle, buffer, len(buffer), size)
        return buffer.value.decode()

    def __len__(self) -> int:
        return lib.seqnet_vocabulary_size(self.handle)

    @property
    def level(self) -> str:
        """ "character", "byte" or "word" """
        number = lib.seqnet_vocabulary_level(self.handle)
        return next(name for name, level in LEVELS.items() if level == number)

    def special(self, name: str) -> int | None:
        """The token of "pad", "unk", "bos" or "eos"; None if there is none."""
        number = choose("special", name, SPECIALS)
        token = lib.seqnet_vocabulary_special(self.handle, number)
        return None if token < 0 else token

    def __contains__(self, symbol: str | bytes) -> bool:
        data = _bytes(symbol)
        return lib.seqnet_vocabulary_find(self.handle, data, len(data)) >= 0

    def token(self, symbol: str | bytes) -> int:
        """The token of a symbol; specials are found by names such as "<eos>"."""
        data = _bytes(symbol)
        token = lib.seqnet_vocabulary_find(self.handle, data, len(data))
        if token < 0:
            raise NotFoundError(f"no symbol {symbol!r}")
        return token

    def symbol(self, token: int) -> str | bytes:
        """The symbol of a token; bytes at byte level."""
        text, size = ctypes.c_char_p(), ctypes.c_size_t()
        lib.seqnet_vocabulary_symbol(self.handle, int32(token, "token"), text, size)
        return self._text(ctypes.string_at(text, size.value))

    def _text(self, data: bytes) -> str | bytes:
        return data if self.level == "byte" else data.decode()

    def encode(self, text: str | bytes) -> Int32:
        """Text to tokens (n)."""
        data = _bytes(text)
        # No text has more tokens than bytes and one for the end of its last line.
        tokens = np.empty(len(data) + 1, np.int32)
        count = ctypes.c_int64()
        lib.seqnet_vocabulary_encode(
            self.handle, data, len(data), address(tokens), tokens.size, ctypes.byref(count)
        )
        return tokens[: count.value].copy()

    def decode(self, tokens: ArrayLike) -> str | bytes:
        """Tokens (n) to text; bytes at byte level. Words are joined by spaces."""
        array = integers(tokens, "tokens").reshape(-1)
        size = ctypes.c_size_t()
        arguments = self.handle, address(array), array.size
        lib.seqnet_vocabulary_decode(*arguments, None, 0, size)
        buffer = ctypes.create_string_buffer(size.value + 1)
        lib.seqnet_vocabulary_decode(*arguments, buffer, len(buffer), size)
        return self._text(buffer.raw[: size.value])


def one_hot(tokens: ArrayLike, size: int) -> Float32:
    """Rows with a one at the token's place: tokens (..) become (.., size)."""
    array = integers(tokens, "tokens")
    size = int32(size, "size")
    if size < 1:
        raise InvalidArgumentError(f"size = {size}, need 1 or more")
    out = np.empty((*array.shape, size), np.float32)
    lib.seqnet_one_hot(address(array), array.size, size, address(out))
    return out


@dataclass(frozen=True)
class Batch:
    """Inputs (T, B), targets (T, B) or (B), lengths (B) or None."""

    inputs: Int32
    targets: Int32
    lengths: Int32 | None = None

    def laid_out(self, batch_first: bool) -> tuple[Int32, Int32, Int32 | None]:
        """Inputs, targets and lengths; with batch_first inputs are (B, T)."""
        if not batch_first:
            return self.inputs, self.targets, self.lengths
        targets = self.targets.T if self.targets.ndim > 1 else self.targets
        return self.inputs.T, targets, self.lengths


class Corpus:
    """One long text cut into `batch` rows that are read side by side, in windows of `steps` steps.

    Iterating gives its windows from the start, as Batches whose targets are the tokens one step
    later. Each row of a window continues that row of the window before: use Trainer(carry=True).
    """

    def __init__(self, tokens: ArrayLike, batch: int = 1, steps: int = 32) -> None:
        array = integers(tokens, "tokens").reshape(-1)
        self.batch = int32(batch, "batch")
        self.window = int32(steps, "steps")
        if self.window < 1:
            raise InvalidArgumentError(f"steps = {steps}, need 1 or more")
        build = lib.seqnet_corpus_create
        arguments = address(array), array.size, self.batch, None
        self.handle = create(structs.CorpusHandle, build, *arguments)
        self._owner = Owner(self.handle, lib.seqnet_corpus_destroy)

    @property
    def steps(self) -> int:
        """Steps of one row that have a target."""
        return lib.seqnet_corpus_steps(self.handle)

    @property
    def position(self) -> int:
        """The step the next window starts at."""
        return lib.seqnet_corpus_position(self.handle)

    def seek(self, position: int) -> None:
        """Go to a step: 0 is the start."""
        lib.seqnet_corpus_seek(self.handle, position)

    def next(self) -> Batch | None:
        """The next window, None at the end."""
        inputs = np.empty((self.window, self.batch), np.int32)
        targets = np.empty_like(inputs)
        steps = ctypes.c_int32()
        lib.seqnet_corpus_next(
            self.handle, self.window, address(inputs), address(targets), ctypes.byref(steps)
        )
        return Batch(inputs[: steps.value], targets[: steps.value]) if steps.value else None

    def __iter__(self) -> Iterator[Batch]:
        self.seek(0)
        while (batch := self.next()) is not None:
            yield batch


class Dataset:
    """Many short sequences with one target each, or one target per step, read as padded batches.

    Iterating is an epoch: sequences of similar length come together, shuffled by the seed and the
    epoch's number; with seed 0 they come sorted by length, which is for evaluation. Inputs are
    padded with pad_token, targets of steps with -1 (Trainer(ignore_index=-1)).
    """

    def __init__(
        self,
        batch: int = 32,
        *,
        targets_per_step: bool = False,
        pad_token: int = 0,
        seed: int = 1,
    ) -> None:
        self.batch = int32(batch, "batch")
        self.targets_per_step = bool(targets_per_step)
        self.seed = seed64(seed)
        self.epoch = 0
        build = lib.seqnet_dataset_create
        arguments = self.targets_per_step, int32(pad_token, "pad_token"), None
        self.handle = create(structs.DatasetHandle, build, *arguments)
        self._owner = Owner(self.handle, lib.seqnet_dataset_destroy)

    def add(self, tokens: ArrayLike, targets: ArrayLike) -> None:
        """Append a sequence: tokens (T), targets () or, with targets_per_step, (T)."""
        array = integers(tokens, "tokens").reshape(-1)
        wanted = integers(targets, "targets").reshape(-1)
        need = array.size if self.targets_per_step else 1
        if wanted.size != need:
            raise ShapeError(f"targets has {wanted.size} elements, need {need}")
        lib.seqnet_dataset_add(self.handle, address(array), array.size, address(wanted))

    def __len__(self) -> int:
        return lib.seqnet_dataset_count(self.handle)

    @property
    def max_length(self) -> int:
        """The longest sequence's steps."""
        return lib.seqnet_dataset_max_length(self.handle)

    @property
    def position(self) -> int:
        """The batch of the epoch that comes next."""
        return lib.seqnet_dataset_position(self.handle)

    def seek(self, position: int) -> None:
        """Go to a batch of the epoch that was started."""
        lib.seqnet_dataset_seek(self.handle, position)

    def start(self) -> None:
        """Start the epoch of number `epoch`."""
        seed = (self.seed + self.epoch) % 2**64 or 1 if self.seed else 0
        lib.seqnet_dataset_start(self.handle, self.batch, seed)

    def next(self) -> Batch | None:
        """The next padded batch, None at the end of the epoch."""
        room = self.max_length * self.batch
        inputs, targets = np.empty(room, np.int32), np.empty(room, np.int32)
        lengths = np.empty(self.batch, np.int32)
        steps, batch = ctypes.c_int32(), ctypes.c_int32()
        lib.seqnet_dataset_next(
            self.handle,
            *map(address, (inputs, targets, lengths)),
            ctypes.byref(steps),
            ctypes.byref(batch),
        )
        if not steps.value:
            return None
        shape = steps.value, batch.value
        count = steps.value * batch.value
        wanted = targets[:count].reshape(shape) if self.targets_per_step else targets[: shape[1]]
        return Batch(inputs[:count].reshape(shape), wanted, lengths[: shape[1]])

    def __iter__(self) -> Iterator[Batch]:
        self.start()
        self.epoch += 1
        while (batch := self.next()) is not None:
            yield batch
