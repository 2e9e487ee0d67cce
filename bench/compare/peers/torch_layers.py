# SPDX-License-Identifier: MIT
"""Recurrent layers of PyTorch: the module, and the *Cell for single steps.

Both carry the state from call to call. Inference runs under inference_mode; a training step is
forward and backward with the gradients of all parameters and of x.
"""

from __future__ import annotations

import streams
import torch
from protocol import Request, Skip, Subject, spread
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

MODULES = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
CELLS = {"rnn": torch.nn.RNNCell, "lstm": torch.nn.LSTMCell, "gru": torch.nn.GRUCell}


def fill_parameters(module: torch.nn.Module, scale: float) -> None:
    """Number i of the parameters, in PyTorch's order, from stream i."""
    with torch.no_grad():
        for i, parameter in enumerate(module.parameters()):
            parameter.copy_(torch.from_numpy(streams.uniform(i, tuple(parameter.shape), scale)))


def detach(state):
    return tuple(s.detach() for s in state) if isinstance(state, tuple) else state.detach()


class Module:
    """torch.nn.RNN, LSTM or GRU."""

    def __init__(self, request: Request) -> None:
        self.net = MODULES[request.cell](request.input, request.hidden, request.layers)
        fill_parameters(self.net, request.hidden**-0.5)
        self.net.flatten_parameters()
        self.state = None
        self.steps = request.steps
        self.lengths = None
        if request.with_lengths:
            self.lengths = torch.from_numpy(streams.lengths(request.steps, request.batch))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.lengths is not None:
            x = pack_padded_sequence(x, self.lengths, enforce_sorted=False)
        y, state = self.net(x, self.state)
        self.state = detach(state)
        if self.lengths is not None:
            y, _ = pad_packed_sequence(y, total_length=self.steps)
        return y


class Cell:
    """A stack of RNNCell, LSTMCell or GRUCell for T = 1."""

    def __init__(self, request: Request) -> None:
        if request.steps != 1 or request.with_lengths:
            raise Skip("single steps only")
        inputs = [request.input] + [request.hidden] * (request.layers - 1)
        cell = CELLS[request.cell]
        self.net = torch.nn.ModuleList(cell(size, request.hidden) for size in inputs)
        fill_parameters(self.net, request.hidden**-0.5)
        zero = torch.zeros(request.batch, request.hidden)
        start = (zero, zero) if request.cell == "lstm" else zero
        self.states = [start] * request.layers
        self.call = list(self.net)

    def compile(self, x: torch.Tensor) -> None:
        """Compile, for a zero state and for one that comes from the compiled cell itself."""
        zeros = self.states[:]
        self.call = [torch.compile(cell) for cell in self.net]
        with torch.inference_mode():
            for _ in range(3):
                self.forward(x)
        self.states = zeros

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = x[0]
        for i, cell in enumerate(self.call):
            state = cell(h, self.states[i])
            self.states[i] = detach(state)
            h = state[0] if isinstance(state, tuple) else state
        return h


def make_forward(net, x: torch.Tensor) -> Subject:
    @torch.inference_mode()
    def run() -> torch.Tensor:
        return net.forward(x)

    return Subject(run, lambda: spread(run().numpy()))


def make_training(net, x: torch.Tensor, dy: torch.Tensor) -> Subject:
    x.requires_grad_()
    wanted = [x, *net.net.parameters()]

    def run() -> tuple[torch.Tensor, tuple[torch.Tensor, ...]]:
        y = net.forward(x)
        return y, torch.autograd.grad(y, wanted, dy)

    def sample() -> list[float]:
        y, gradients = run()
        return [v for a in (y.detach(), gradients[0], gradients[2]) for v in spread(a.numpy())]

    return Subject(run, sample)


def make(request: Request, kind: str) -> Subject:
    """kind: module, cell, or compile (cells, because the module is not traced)."""
    torch.set_num_threads(request.threads)
    net = Module(request) if kind == "module" else Cell(request)
    x = torch.from_numpy(streams.uniform(streams.X, (request.steps, request.batch, request.input)))
    if kind == "compile":
        net.compile(x)
    if not request.training:
        return make_forward(net, x)
    shape = (request.steps, request.batch, request.hidden)
    dy = torch.from_numpy(streams.uniform(streams.DY, shape))
    return make_training(net, x, dy if kind == "module" else dy[0])
