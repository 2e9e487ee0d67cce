# SPDX-License-Identifier: MIT
"""PyTorch as a contender: torch_worker.py module|cell|compile."""

from __future__ import annotations

import sys

import torch
import torch_layers
import torch_models
from protocol import Request, Skip, Subject, serve


def make(request: Request, kind: str) -> Subject:
    if request.mode.startswith("model_"):
        if kind == "cell":
            raise Skip("single steps only")
        return torch_models.make(request, kind)
    return torch_layers.make(request, kind)


def about() -> dict:
    return {"version": torch.__version__, "cpu": torch.backends.cpu.get_cpu_capability()}


if __name__ == "__main__":
    serve(lambda request: make(request, sys.argv[1]), about)
