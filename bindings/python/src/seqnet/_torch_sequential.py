# SPDX-License-Identifier: MIT
"""What to_torch makes of a Sequential; importing this imports PyTorch."""

from __future__ import annotations

from typing import Any

import torch


class TorchSequential(torch.nn.Sequential):
    """Modules in a row, recurrent ones among them, whose states are in a dictionary by the names
    "1.h" and "1.c"."""

    def __init__(self, modules: list[torch.nn.Module], batch_first: bool) -> None:
        super().__init__(*modules)
        for module in modules:
            if isinstance(module, torch.nn.RNNBase):
                module.batch_first = batch_first

    def forward(self, x: torch.Tensor, state: dict[str, torch.Tensor] | None = None) -> Any:
        """y, state: as seqnet.Sequential's call; only y if no module has a state."""
        given, last = state or {}, {}
        for number, module in enumerate(self):
            if not isinstance(module, torch.nn.RNNBase):
                x = module(x)
                continue
            names = [f"{number}.{name}" for name in ("hc" if module.mode == "LSTM" else "h")]
            first = [given[name] for name in names if name in given]
            x, parts = module(x, self._pack(first))
            last.update(zip(names, parts if isinstance(parts, tuple) else [parts]))
        return (x, last) if last else x

    @staticmethod
    def _pack(first: list[torch.Tensor]) -> Any:
        if not first:
            return None
        return tuple(first) if len(first) == 2 else first[0]
