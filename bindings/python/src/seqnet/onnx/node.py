# SPDX-License-Identifier: MIT
"""A node of an ONNX graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from seqnet.errors import NotSupportedError, ShapeError

# Inputs of the operators RNN, LSTM and GRU.
X, W, R, B, LENGTHS, H0, C0, P = range(8)


@dataclass(frozen=True)
class Node:
    """One operation. A missing optional input or output has the name ""."""

    op: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, Any]

    def input(self, index: int) -> str:
        return self.inputs[index] if index < len(self.inputs) else ""

    def unsupported(self, what: str) -> NotSupportedError:
        """The error that names this node; `what` names the attribute and its value."""
        return NotSupportedError(f"seqnet.onnx: node {self.name!r} ({self.op}): {what}")

    def misfit(self, index: int, array: Any, need: Any) -> ShapeError:
        """The error that names an input of this node and its shape."""
        return ShapeError(
            f"seqnet.onnx: node {self.name!r} ({self.op}): tensor {self.input(index)!r} "
            f"has shape {array.shape}, need {need}"
        )
