# SPDX-License-Identifier: MIT
"""RNN, LSTM and GRU, with the call shapes of torch.nn."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

from numpy.typing import ArrayLike

from seqnet import _constants as c
from seqnet import _windows
from seqnet._arrays import Float32, choose, floats, int32, seed64
from seqnet._handles import create
from seqnet._library import lib
from seqnet._structs import LayerHandle, RecurrentOptions
from seqnet.errors import ShapeError
from seqnet.layers import KINDS, Layer

NONLINEARITIES = {"tanh": c.TANH, "relu": c.RELU, "sigmoid": c.SIGMOID}


class Recurrent(Layer):
    """What RNN, LSTM and GRU have in common.

    Shapes: x (T, B, I), with batch_first (B, T, I), or (T, I) without batch; int32 tokens without
    I with token_input. y is (T, B, D*H) or laid out as x. States are (L*D, B, H), or (L*D, H)
    without batch; with proj_size P an LSTM's h and y have P for H. Lengths are (B), each 0..T, in
    any order: y is zero after a row's length, and its state is that of its last step.

    token_input: x is tokens, as one-hot vectors of input_size. init_range: U(-a, a) initially
    instead of U(-1/sqrt(H), 1/sqrt(H)). Equal seeds give equal parameters.
    """

    _create: str

    def _make(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int,
        bias: bool,
        batch_first: bool,
        **options: Any,
    ) -> None:
        if int32(num_layers, "num_layers") < 1:
            raise ShapeError(f"num_layers = {num_layers}, need 1..64")
        options["seed"] = seed64(options["seed"])
        settings = RecurrentOptions(num_layers=num_layers, no_bias=not bias, **options)
        sizes = int32(input_size, "input_size"), int32(hidden_size, "hidden_size")
        self._adopt(create(LayerHandle, getattr(lib, self._create), *sizes, settings))
        self.batch_first = bool(batch_first)

    def _describe(self) -> None:
        options, hidden = RecurrentOptions(), ctypes.c_int32()
        lib.seqnet_recurrent_get_options(self.handle, ctypes.byref(hidden), options)
        self.hidden_size: int = hidden.value
        self.num_layers: int = max(options.num_layers, 1)
        self.bias = not options.no_bias
        self.bidirectional = bool(options.bidirectional)
        self.dropout: float = options.dropout
        self._options = options

    def _run(
        self,
        x: ArrayLike,
        states: Sequence[ArrayLike] | None,
        lengths: ArrayLike | None,
        out: Float32 | None,
    ) -> tuple[Float32, list[Float32]]:
        read = _windows.read(x, lengths, self.token_input, self.input_size, self.batch_first)
        context = self._cache.get(read.steps, read.batch)
        shapes = context.state_shapes()
        if states is None:
            context.reset()
        else:
            given = _check_states(states, shapes, read.batched)
            for name, values in given.items():
                context.set_state(name, values)
        y = context._forward(read, out)
        last = context.state()
        return y, [last[name] if read.batched else last[name][:, 0] for name in shapes]

    def __repr__(self) -> str:
        extra = "".join(
            f", {name}={getattr(self, name)}"
            for name, usual in [
                ("num_layers", 1),
                ("bias", True),
                ("batch_first", False),
                ("bidirectional", False),
            ]
            if getattr(self, name) != usual
        )
        return f"{type(self).__name__}({self.input_size}, {self.hidden_size}{extra})"


def _check_states(
    states: Sequence[ArrayLike], shapes: dict[str, tuple[int, ...]], batched: bool
) -> dict[str, Float32]:
    """First states by name, each (L*D, B, H); all are looked at before any is used."""
    if len(states) != len(shapes):
        raise ShapeError(f"{len(states)} first states, need {', '.join(shapes)}")
    checked = {}
    for (name, shape), values in zip(shapes.items(), states):
        array = floats(values, name)
        need = shape if batched else (shape[0], shape[2])
        if array.shape != need:
            raise ShapeError(f"first state {name} has shape {array.shape}, need {need}")
        checked[name] = array.reshape(shape)
    return checked


class OneState(Recurrent):
    """Recurrent layers whose state is h alone."""

    def __call__(
        self,
        x: ArrayLike,
        h0: ArrayLike | None = None,
        lengths: ArrayLike | None = None,
        out: Float32 | None = None,
    ) -> tuple[Float32, Float32]:
        """y, h = layer(x, h0): outputs and the last state; h0 is zero if it is not given."""
        y, (h,) = self._run(x, None if h0 is None else [h0], lengths, out)
        return y, h


class RNN(OneState):
    """An Elman RNN, as torch.nn.RNN; nonlinearity "tanh", "relu" or "sigmoid"."""

    _create = "seqnet_rnn_create"

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        token_input: bool = False,
        init_range: float = 0.0,
        seed: int = 0,
    ) -> None:
        self._make(
            input_size,
            hidden_size,
            num_layers,
            bias,
            batch_first,
            nonlinearity=choose("nonlinearity", nonlinearity, NONLINEARITIES),
            dropout=dropout,
            bidirectional=bidirectional,
            token_input=token_input,
            init_range=init_range,
            seed=seed,
        )

    def _describe(self) -> None:
        super()._describe()
        names = {number: name for name, number in NONLINEARITIES.items()}
        self.nonlinearity = names[self._options.nonlinearity]


class GRU(OneState):
    """A gated recurrent unit, as torch.nn.GRU; reset_before=True is the form of Cho et al. 2014."""

    _create = "seqnet_gru_create"

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        reset_before: bool = False,
        token_input: bool = False,
        init_range: float = 0.0,
        seed: int = 0,
    ) -> None:
        self._make(
            input_size,
            hidden_size,
            num_layers,
            bias,
            batch_first,
            dropout=dropout,
            bidirectional=bidirectional,
            reset_before=reset_before,
            token_input=token_input,
            init_range=init_range,
            seed=seed,
        )

    def _describe(self) -> None:
        super()._describe()
        self.reset_before = bool(self._options.reset_before)


class LSTM(Recurrent):
    """A long short-term memory, as torch.nn.LSTM; forget_bias: initial bias_ih of the gate f."""

    _create = "seqnet_lstm_create"

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        *,
        token_input: bool = False,
        forget_bias: float = 0.0,
        init_range: float = 0.0,
        seed: int = 0,
    ) -> None:
        self._make(
            input_size,
            hidden_size,
            num_layers,
            bias,
            batch_first,
            dropout=dropout,
            bidirectional=bidirectional,
            proj_size=int32(proj_size, "proj_size"),
            token_input=token_input,
            forget_bias=forget_bias,
            init_range=init_range,
            seed=seed,
        )

    def _describe(self) -> None:
        super()._describe()
        self.proj_size: int = self._options.proj_size

    def __call__(
        self,
        x: ArrayLike,
        state: tuple[ArrayLike, ArrayLike] | None = None,
        lengths: ArrayLike | None = None,
        out: Float32 | None = None,
    ) -> tuple[Float32, tuple[Float32, Float32]]:
        """y, (h, c) = lstm(x, (h0, c0)): outputs and the last state; zero if it is not given."""
        y, (h, cell) = self._run(x, state, lengths, out)
        return y, (h, cell)


KINDS.update({c.RNN: RNN, c.LSTM: LSTM, c.GRU: GRU})
