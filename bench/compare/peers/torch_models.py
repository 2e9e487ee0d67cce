# SPDX-License-Identifier: MIT
"""Whole training of a language model in PyTorch, the same one as bench/subject_model.c."""

from __future__ import annotations

import streams
import torch
from protocol import Request, Subject
from torch_layers import MODULES, detach, fill_parameters

WINDOWS = 32
INIT_SCALE = 0.1
CLIP_NORM = 5
SGD_RATE = 1
ADAM_RATE = 2e-3
SAMPLE_UPDATES = 10


class Model(torch.nn.Module):
    """Embedding, recurrent levels, head."""

    def __init__(self, request: Request) -> None:
        super().__init__()
        self.embedding = torch.nn.Embedding(request.input, request.hidden)
        self.levels = MODULES[request.cell](request.hidden, request.hidden, request.layers)
        self.head = torch.nn.Linear(request.hidden, request.input)

    def forward(self, tokens, state):
        y, state = self.levels(self.embedding(tokens), state)
        return self.head(y), state


def windows(request: Request) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Pairs of inputs and targets, each (T, B)."""
    row = request.steps * WINDOWS + 1
    text = streams.tokens(request.input, row * request.batch).reshape(request.batch, row)
    text = torch.from_numpy(text).t().contiguous()
    starts = range(0, row - 1, request.steps)
    return [(text[s : s + request.steps], text[s + 1 : s + 1 + request.steps]) for s in starts]


class Training:
    """The model with its optimizer, place in the text and carried state."""

    def __init__(self, request: Request, compiled: bool) -> None:
        self.model = Model(request)
        fill_parameters(self.model, INIT_SCALE)
        self.forward = torch.compile(self.model) if compiled else self.model
        self.optimizer = self.make_optimizer(request)
        self.windows = windows(request)
        self.next = 0
        self.state = None
        self.loss = None

    def make_optimizer(self, request: Request) -> torch.optim.Optimizer:
        """The fused form is PyTorch's fastest one on CPUs."""
        if request.mode == "model_adam":
            return torch.optim.Adam(self.model.parameters(), lr=ADAM_RATE, fused=True)
        return torch.optim.SGD(self.model.parameters(), lr=SGD_RATE, fused=True)

    def update(self) -> None:
        tokens, targets = self.windows[self.next]
        self.next = (self.next + 1) % WINDOWS
        self.optimizer.zero_grad(set_to_none=True)
        logits, state = self.forward(tokens, self.state)
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), CLIP_NORM)
        self.optimizer.step()
        self.state = detach(state)
        self.loss = loss.item()

    def sample(self) -> list[float]:
        losses = []
        for _ in range(SAMPLE_UPDATES):
            self.update()
            losses.append(self.loss)
        return losses


def make(request: Request, kind: str) -> Subject:
    torch.set_num_threads(request.threads)
    training = Training(request, compiled=kind == "compile")
    return Subject(training.update, training.sample, request.steps * request.batch)
