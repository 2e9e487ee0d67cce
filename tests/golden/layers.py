#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write tests/golden/layers/*.bin: results of torch.nn layers in double precision.

    python3 tests/golden/layers.py

Only results are stored. Weights and inputs are made by `noise`, which tests/layers/noise.h has as
well; all of them are multiples of 2^-24 below 1, so that floats and doubles hold the same numbers.
A file is a 64-byte line of text and then little-endian doubles: for each case of the file the
output, the last states, the gradient by the input, by the first states and by every parameter.
tests/layers/test_parity.c walks the cases in the same order.
"""
import itertools
import pathlib
import struct

import torch

VERSION = "2.13"
STEPS, BATCH, HIDDEN, PROJECTION = 6, 4, 3, 2
LENGTHS = [2, 0, 6, 3]
MASK = 2**64 - 1

# Streams of noise; a parameter's is PARAMETER plus its number.
X, STATE, DY, DSTATE, PARAMETER = 0, 1, 3, 4, 8


def noise(stream, index):
    """A multiple of 2^-24 in [-1, 1): SplitMix64 (Steele, Lea, Flood 2014) of stream and index."""
    z = ((stream << 32 | index) + 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ z >> 27) * 0x94D049BB133111EB) & MASK
    z ^= z >> 31
    return (z >> 39) / 2.0**24 - 1.0


def tensor(stream, *shape):
    count = torch.Size(shape).numel()
    values = [noise(stream, i) for i in range(count)]
    return torch.tensor(values, dtype=torch.float64).reshape(shape).requires_grad_()


class HandWritten(torch.nn.Module):
    """The two cells torch.nn lacks, step by step from their equations; one (h, x) row at a time."""

    def __init__(self, cell, features, layers, bidirectional, bias):
        super().__init__()
        self.cell, self.gates = cell, 1 if cell == "rnn_sigmoid" else 3
        self.layers, self.directions, self.bias = layers, 1 + bidirectional, bias
        self.weights = torch.nn.ParameterList()
        for level in range(layers):
            for _ in range(self.directions):
                rows = self.gates * HIDDEN
                width = features if level == 0 else self.directions * HIDDEN
                for shape in [(rows, width), (rows, HIDDEN)] + [(rows,), (rows,)] * bias:
                    self.weights.append(torch.nn.Parameter(torch.zeros(*shape)))

    def step(self, x, h, w_ih, w_hh, b_ih=0, b_hh=0):
        if self.cell == "rnn_sigmoid":
            return torch.sigmoid(x @ w_ih.T + b_ih + h @ w_hh.T + b_hh)
        rz = 2 * HIDDEN
        a = x @ w_ih.T + b_ih + b_hh
        r, z = torch.sigmoid(a[:, :rz] + h @ w_hh[:rz].T).chunk(2, 1)
        n = torch.tanh(a[:, rz:] + (r * h) @ w_hh[rz:].T)
        return (1 - z) * n + z * h

    def forward(self, x, h0):
        per_slot = 2 + 2 * self.bias
        last = []
        for level in range(self.layers):
            outputs = []
            for direction in range(self.directions):
                slot = level * self.directions + direction
                weights = list(self.weights)[slot * per_slot:(slot + 1) * per_slot]
                h, steps = h0[slot], []
                for t in reversed(range(len(x))) if direction else range(len(x)):
                    h = self.step(x[t], h, *weights)
                    steps.append(h)
                last.append(h)
                outputs.append(torch.stack(steps[::-1] if direction else steps))
            x = torch.cat(outputs, 2)
        return x, torch.stack(last)


def set_parameters(module):
    with torch.no_grad():
        for number, parameter in enumerate(module.parameters()):
            parameter.copy_(tensor(PARAMETER + number, *parameter.shape))


def run(module, x, states):
    result = module(x, tuple(states) if len(states) == 2 else states[0])
    last = result[1]
    return result[0], list(last) if isinstance(last, tuple) else [last]


def run_lengths(module, x, states, lengths):
    """Every sample alone for its own length; zeros after it."""
    ys, lasts = [], []
    for b, length in enumerate(lengths):
        first = [state[:, b:b + 1] for state in states]
        y, last = x.new_zeros(0, 1, 0), first
        if length:
            y, last = run(module, x[:length, b:b + 1], [s.contiguous() for s in first])
        ys.append((y, length))
        lasts.append(last)
    width = next(y.shape[2] for y, length in ys if length)
    padded = [torch.cat([y.reshape(length, 1, width), x.new_zeros(len(x) - length, 1, width)])
              for y, length in ys]
    return torch.cat(padded, 1), [torch.cat(parts, 1) for parts in zip(*lasts)]


def results(module, inputs, y, last):
    """Back-propagate noise from y and the last states; list everything that is compared."""
    loss = (y * tensor(DY, *y.shape)).sum()
    for number, state in enumerate(last):
        loss = loss + (state * tensor(DSTATE + number, *state.shape)).sum()
    loss.backward()
    gradients = [value.grad for value in inputs + list(module.parameters())]
    zeros = [torch.zeros_like(value) for value in inputs + list(module.parameters())]
    filled = [zero if g is None else g for g, zero in zip(gradients, zeros)]
    return torch.cat([value.detach().reshape(-1) for value in [y] + last + filled]).tolist()


def recurrent_case(kind, layers, bidirectional, bias, steps, with_lengths):
    name = "RNN" if kind[:3] == "rnn" else "GRU" if kind[:3] == "gru" else "LSTM"
    options = dict(num_layers=layers, bidirectional=bool(bidirectional), bias=bool(bias))
    if name == "RNN":
        options["nonlinearity"] = kind[4:]
    if kind == "lstm_proj":
        options["proj_size"] = PROJECTION
    features = 5 if kind == "lstm_proj" else 2
    if kind in ["rnn_sigmoid", "gru_reset_before"]:
        module = HandWritten(kind, features, layers, bidirectional, bias).double()
    else:
        module = getattr(torch.nn, name)(features, HIDDEN, **options).double()
    set_parameters(module)
    slots = layers * (1 + bidirectional)
    sizes = [PROJECTION if kind == "lstm_proj" else HIDDEN] + [HIDDEN] * (name == "LSTM")
    x = tensor(X, steps, BATCH, features)
    states = [tensor(STATE + i, slots, BATCH, size) for i, size in enumerate(sizes)]
    lengths = [min(length, steps) for length in LENGTHS]
    y, last = run_lengths(module, x, states, lengths) if with_lengths else run(module, x, states)
    return results(module, [x] + states, y, last)


def recurrent_cases(kind, layers):
    values = []
    for options in itertools.product([0, 1], [0, 1], [1, STEPS], [0, 1]):
        values += recurrent_case(kind, layers, *options)
    return values


def tokens(vocabulary):
    """Tokens that repeat, and include 0 and the padding index 1."""
    return torch.tensor([[(5 * t + 3 * b + t * b) % vocabulary for b in range(BATCH)]
                         for t in range(STEPS)])


def linear_case(bias):
    module = torch.nn.Linear(5, 3, bias=bias).double()
    set_parameters(module)
    x = tensor(X, STEPS, BATCH, 5)
    return results(module, [x], module(x), [])


def embedding_case(padding):
    module = torch.nn.Embedding(7, 3, padding_idx=padding).double()
    set_parameters(module)
    return results(module, [], module(tokens(7)), [])


def sequential_case():
    module = torch.nn.ModuleList([torch.nn.Embedding(7, 5), torch.nn.LSTM(5, HIDDEN, num_layers=2),
                                  torch.nn.Linear(HIDDEN, 7)]).double()
    set_parameters(module)
    states = [tensor(STATE + i, 2, BATCH, HIDDEN) for i in range(2)]
    hidden, last = run(module[1], module[0](tokens(7)), states)
    return results(module, states, module[2](hidden), last)


def write(name, values):
    folder = pathlib.Path(__file__).parent / "layers"
    folder.mkdir(exist_ok=True)
    head = f"PyTorch {torch.__version__.split('+')[0]}, {len(values)} doubles"
    assert torch.__version__.startswith(VERSION), f"made for PyTorch {VERSION}"
    data = struct.pack(f"<{len(values)}d", *values)
    (folder / f"{name}.bin").write_bytes(head.encode().ljust(63) + b"\n" + data)


def main():
    for kind in ["rnn_tanh", "rnn_relu", "rnn_sigmoid", "lstm", "lstm_proj", "gru",
                 "gru_reset_before"]:
        for layers in [1, 2]:
            write(f"{kind}_{layers}", recurrent_cases(kind, layers))
    write("others", linear_case(True) + linear_case(False) + embedding_case(None) +
          embedding_case(1) + sequential_case())


if __name__ == "__main__":
    main()
