# SPDX-License-Identifier: MIT
"""A node of an ONNX graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from seqnet.errors import NotSupportedError


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
