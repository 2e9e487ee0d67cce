# SPDX-License-Identifier: MIT
"""Training by truncated back-propagation through time (seqnet/trainer.h)."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Callable

import numpy as np
from numpy.typing import ArrayLike

from seqnet import _constants as c
from seqnet import _structs as structs
from seqnet import _texts, _windows
from seqnet._arrays import address, choose, floats, int32, integers, seed64
from seqnet._handles import Owner, create
from seqnet._library import lib
from seqnet.context import Context
from seqnet.errors import InvalidArgumentError, ShapeError
from seqnet.layers import Layer
from seqnet.sequential import Sequential
from seqnet.text import Batch

PIECE = 256  # steps that evaluate takes at once

LOSSES = {"cross_entropy": c.CROSS_ENTROPY, "mean_squared_error": c.MEAN_SQUARED_ERROR}
TARGET_MODES = {
    "every_step": c.EVERY_STEP,
    "last_step": c.LAST_STEP,
    "mean_step": c.MEAN_STEP,
    "repeat_step": c.REPEAT_STEP,
}
OPTIMIZERS = {
    "sgd": c.SGD,
    "adagrad": c.ADAGRAD,
    "rmsprop": c.RMSPROP,
    "adam": c.ADAM,
    "adamw": c.ADAMW,
}
SCHEDULES = {
    "constant": c.CONSTANT,
    "step": c.STEP,
    "exponential": c.EXPONENTIAL,
    "cosine": c.COSINE,
    "plateau": c.PLATEAU,
}


@dataclass(frozen=True)
class Result:
    """What a train or evaluate call found."""

    loss: float  # mean: nats per counted target, or squared error per element
    count: int  # counted targets or elements
    correct: int  # cross-entropy: targets that had the largest output
    updates: int  # made by this call
    gradient_norm: float  # of the last update, before clipping
    learning_rate: float  # of the last update

    @property
    def accuracy(self) -> float:
        """Cross-entropy: the share of targets that had the largest output."""
        return self.correct / self.count if self.count else float("nan")

    @property
    def perplexity(self) -> float:
        """exp(loss)"""
        return float(np.exp(self.loss))


def _result(found: structs.Result) -> Result:
    names = [name for name, _ in structs.Result._fields_[1:]]
    return Result(**{name: getattr(found, name) for name in names})


def mean(results: Iterable[Result]) -> Result:
    """Results of several calls as one: losses weighted by their counts, counts added."""
    found = list(results)
    if not found:
        return Result(float("nan"), 0, 0, 0, 0.0, 0.0)
    count = sum(result.count for result in found)
    loss = sum(r.loss * r.count for r in found if r.count) / count if count else float("nan")
    correct = sum(result.correct for result in found)
    updates = sum(result.updates for result in found)
    return Result(loss, count, correct, updates, found[-1].gradient_norm, found[-1].learning_rate)


class Loss:
    """A loss and where its targets are.

    loss: "cross_entropy" or "mean_squared_error". target_mode: "every_step" (targets (T, B), or
    (T, B, N) values), "last_step", "mean_step" (targets (B), or (B, N)), or "repeat_step" (x is
    (1, B, I), repeated for each of the T targets). ignore_index: a target without loss.
    """

    def __init__(
        self,
        loss: str = "cross_entropy",
        target_mode: str = "every_step",
        ignore_index: int | None = None,
    ) -> None:
        self.options = structs.LossOptions(
            loss=choose("loss", loss, LOSSES),
            target_mode=choose("target_mode", target_mode, TARGET_MODES),
            has_ignore_index=ignore_index is not None,
            ignore_index=0 if ignore_index is None else int32(ignore_index, "ignore_index"),
        )
        self.classes = loss == "cross_entropy"
        self.many_to_one = target_mode in ("last_step", "mean_step")
        self.repeat = target_mode == "repeat_step"

    def batch(
        self, layer: Layer, x: ArrayLike, targets: ArrayLike, lengths: ArrayLike | None
    ) -> tuple[structs.Batch, tuple[Any, ...]]:
        """The C struct of a batch, and the arrays it points into."""
        first = layer.batch_first
        read = _windows.read(x, lengths, layer.token_input, layer.input_size, first)
        array = integers(targets, "targets") if self.classes else floats(targets, "targets")
        steps = read.steps
        if self.repeat and array.ndim:
            steps = array.shape[1 if read.batch_first else 0]
        self._check_targets(array, read, steps, layer.output_size)
        batch = structs.Batch(
            lengths=address(read.lengths),
            steps=steps,
            batch=read.batch,
            batch_major=read.batch_first,
            **{"tokens" if read.tokens else "x": address(read.x)},
            **{"targets" if self.classes else "target_values": address(array)},
        )
        return batch, (read, array)

    def _check_targets(
        self, array: np.ndarray, read: _windows.Input, steps: int, outputs: int
    ) -> None:
        if self.repeat and read.steps != 1:
            raise ShapeError(f"x has {read.steps} steps, need 1 to repeat")
        need: tuple[int, ...] = (read.batch,) if read.batched else ()
        if not self.many_to_one:
            need = (*need, steps) if read.batch_first else (steps, *need)
        if not self.classes:
            need = (*need, outputs)
        if array.shape != need:
            raise ShapeError(f"targets has shape {array.shape}, need {need}")


class Trainer:
    """Trains a layer in place; nobody else may use the layer during `train`.

    The options are those of seqnet_trainer_options by name, and 0 is their default there:

        back_steps, update_steps   k2 and k1: steps of one back-propagation (0: 32), steps between
                                   updates (0: k2)
        max_batch                  most rows of one batch
        burn_in, carry, accumulate steps without loss first; go on from the last call's state;
                                   windows per update
        optimizer                  "sgd", "adagrad", "rmsprop", "adam", "adamw"; learning_rate,
                                   momentum, nesterov, beta1, beta2, epsilon, weight_decay
        clip_norm, clip_value      > 0: clip the global norm, every element
        schedule                   "constant", "step", "exponential", "cosine", "plateau"; period,
                                   gamma, patience, warmup, min_learning_rate
        loss, target_mode, ignore_index   see Loss
        seed, threads, recompute   of dropout; 0: the library chooses; less memory, more time
    """

    def __init__(
        self,
        layer: Layer,
        *,
        loss: str = "cross_entropy",
        target_mode: str = "every_step",
        ignore_index: int | None = None,
        optimizer: str = "sgd",
        schedule: str = "constant",
        seed: int = 0,
        **options: Any,
    ) -> None:
        self.layer = layer
        self.loss = Loss(loss, target_mode, ignore_index)
        settings = structs.TrainerOptions(
            seed=seed64(seed),
            optimizer=choose("optimizer", optimizer, OPTIMIZERS),
            schedule=choose("schedule", schedule, SCHEDULES),
        )
        settings.loss = ctypes.pointer(self.loss.options)
        _set_options(settings, options)
        handle = create(structs.TrainerHandle, lib.seqnet_trainer_create, layer.handle, settings)
        self.handle = handle
        self._owner = Owner(handle, lib.seqnet_trainer_destroy)
        borrowed = lib.seqnet_trainer_context(handle)
        self.context = Context._borrow(layer, borrowed, self._owner, settings.max_batch)
        self._evaluator: tuple[int, Context] | None = None

    # ------------------------------------------------------------------ training

    def train(self, x: ArrayLike, targets: ArrayLike, lengths: ArrayLike | None = None) -> Result:
        """Train on one batch: forward, loss, backward, clip and update for each window.

        x: (T, B, I) floats or (T, B) tokens; targets: as Loss says; lengths: (B). Batch first if
        the layer is.
        """
        batch, _keep = self.loss.batch(self.layer, x, targets, lengths)
        found = structs.Result()
        lib.seqnet_trainer_train(self.handle, batch, found)
        return _result(found)

    def fit(
        self,
        data: Iterable[Batch],
        epochs: int = 1,
        report: Callable[[int, Result], None] | None = None,
    ) -> Result:
        """Train on all batches of a Corpus, a Dataset or a list, so many times. Returns the last
        epoch's result.

        Each epoch starts at the state zero. report: called with the number and the result of each.
        """
        result = mean([])
        for epoch in range(epochs):
            self.reset()
            result = mean(self._train_batch(batch) for batch in data)
            if report:
                report(epoch, result)
        return result

    def _train_batch(self, batch: Batch) -> Result:
        return self.train(*batch.laid_out(self.layer.batch_first))

    def update(self) -> Result:
        """Clip, check and apply the gradients in `context` as one update, then clear them.

        For losses of one's own: context.forward, context.backward, then this.
        """
        found = structs.Result()
        lib.seqnet_trainer_update(self.handle, found)
        return _result(found)

    def evaluate(
        self,
        x: ArrayLike,
        targets: ArrayLike,
        lengths: ArrayLike | None = None,
        carry: bool = False,
    ) -> Result:
        """Loss and accuracy of a batch without training; dropout is off.

        It starts at the state zero, or with carry where the last evaluate call ended, so that a
        long text can be evaluated in pieces.
        """
        batch, _keep = self.loss.batch(self.layer, x, targets, lengths)
        context = self._evaluation_context(batch.steps, batch.batch)
        if not carry:
            context.reset()
        found = structs.Result()
        lib.seqnet_evaluate(context.handle, self.loss.options, batch, found)
        return _result(found)

    def evaluate_all(self, data: Iterable[Batch], carry: bool = False) -> Result:
        """The mean over all batches; carry as for windows of a Corpus."""
        first = self.layer.batch_first
        return mean(
            self.evaluate(*batch.laid_out(first), carry=carry and number > 0)
            for number, batch in enumerate(data)
        )

    def _evaluation_context(self, steps: int, batch: int) -> Context:
        # Long windows are walked in pieces, but for layers that must see them as a whole.
        if not (self.loss.many_to_one or _bidirectional(self.layer)):
            steps = min(steps, PIECE)
        kept = self._evaluator
        if kept is None or kept[0] < steps or kept[1].max_batch != batch:
            kept = self._evaluator = (steps, Context(self.layer, steps, batch))
        return kept[1]

    def reset(self) -> None:
        """Forget the carried state: the next train call starts at zero."""
        lib.seqnet_trainer_reset(self.handle)

    def report(self, validation_loss: float) -> None:
        """Tell the plateau schedule a validation loss."""
        lib.seqnet_trainer_report(self.handle, validation_loss)

    @property
    def learning_rate(self) -> float:
        """The learning rate the next update will use."""
        return lib.seqnet_trainer_learning_rate(self.handle)

    @property
    def updates(self) -> int:
        """Updates made, those before a resumed checkpoint included."""
        return lib.seqnet_trainer_updates(self.handle)

    # ------------------------------------------------------------------ checkpoints

    def save(self, path: str | os.PathLike[str], note: str = "") -> None:
        """Save all that a resumed training needs for the same bits, and a note of yours."""
        lib.seqnet_trainer_save(self.handle, _texts.path(path), _texts.text(note, "note"))

    def load(self, path: str | os.PathLike[str]) -> str:
        """Go on from a checkpoint of an equal layer and optimizer. Returns its note."""
        lib.seqnet_trainer_load(self.handle, _texts.path(path))
        return self.note

    @property
    def note(self) -> str:
        """The note of the checkpoint that was loaded last, "" if none."""
        return lib.seqnet_trainer_note(self.handle).decode()


def _bidirectional(layer: Layer) -> bool:
    layers = layer if isinstance(layer, Sequential) else [layer]
    return any(getattr(one, "bidirectional", False) for one in layers)


_FROM_KEYWORDS = {"struct_size", "allocator", "loss", "seed", "optimizer", "schedule"}


def _set_options(settings: structs.TrainerOptions, options: dict[str, Any]) -> None:
    kinds = {name: kind for name, kind in settings._fields_ if name not in _FROM_KEYWORDS}
    for name, value in options.items():
        if name not in kinds:
            raise TypeError(f"Trainer has no option {name!r}, only {', '.join(kinds)}")
        if kinds[name] is structs.c_int32:
            value = int32(value, name)
        elif kinds[name] is structs.c_int64 and not -(2**63) <= value < 2**63:
            raise InvalidArgumentError(f"{name} = {value}, need 64 bits")
        setattr(settings, name, value)
