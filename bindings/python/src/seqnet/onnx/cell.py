# SPDX-License-Identifier: MIT
"""What the attributes of an RNN, LSTM or GRU node ask for."""

from __future__ import annotations

from dataclasses import dataclass

from seqnet.onnx.node import Node

KINDS = ("RNN", "LSTM", "GRU")
DIRECTIONS = ("forward", "reverse", "bidirectional")
ACTIVATIONS = {
    "RNN": ("tanh",),
    "LSTM": ("sigmoid", "tanh", "tanh"),
    "GRU": ("sigmoid", "tanh"),
}
KNOWN = {
    "activation_alpha",
    "activation_beta",
    "activations",
    "clip",
    "direction",
    "hidden_size",
    "input_forget",
    "layout",
    "linear_before_reset",
    "output_sequence",
}


@dataclass(frozen=True)
class Cell:
    """activations: for each direction those of the op, in lower case, each with alpha and beta
    (None: the op's default)."""

    kind: str
    direction: str
    batch_first: bool
    activations: tuple[tuple[tuple[str, float | None, float | None], ...], ...]
    clip: float | None
    input_forget: bool
    linear_before_reset: bool

    @property
    def directions(self) -> int:
        return len(self.activations)

    def beyond_layers(self) -> str | None:
        """The attribute that no layer of the library has, or None: one has all that is asked."""
        if self.clip is not None:
            return f"clip = {self.clip}"
        if self.input_forget:
            return "input_forget = 1"
        used = {tuple(name for name, _, _ in way) for way in self.activations}
        if used == {ACTIVATIONS[self.kind]}:
            return None
        if self.kind == "RNN" and used in ({("relu",)}, {("sigmoid",)}):
            return None
        return f"activations = {sorted(used)}"


def read(node: Node) -> Cell:
    """The cell of a node; an error names the attribute that is not understood."""
    given = node.attributes
    unknown = sorted(set(given) - KNOWN)
    if unknown:
        raise node.unsupported(f"attribute {unknown[0]} = {given[unknown[0]]!r} is not supported")
    direction = given.get("direction", "forward")
    if direction not in DIRECTIONS:
        raise node.unsupported(f"attribute direction = {direction!r}, need one of {DIRECTIONS}")
    if given.get("layout", 0) not in (0, 1):
        raise node.unsupported(f"attribute layout = {given['layout']}, need 0 or 1")
    return Cell(
        kind=node.op,
        direction=direction,
        batch_first=bool(given.get("layout", 0)),
        activations=_activations(node, 2 if direction == "bidirectional" else 1),
        clip=given.get("clip"),
        input_forget=bool(given.get("input_forget", 0)),
        linear_before_reset=bool(given.get("linear_before_reset", 0)),
    )


# Activations with parameters take theirs, in turn, from activation_alpha and activation_beta.
WITH_ALPHA = {"leakyrelu", "thresholdedrelu", "scaledtanh", "hardsigmoid", "elu", "affine"}
WITH_BETA = {"scaledtanh", "hardsigmoid", "affine"}
WITHOUT = {"tanh", "relu", "sigmoid", "softsign", "softplus"}


def _activations(node: Node, directions: int):
    usual = ACTIVATIONS[node.op] * directions
    names = [one.lower() for one in node.attributes.get("activations", usual)]
    if len(names) != len(usual):
        raise node.unsupported(f"attribute activations has {len(names)} names, need {len(usual)}")
    alpha = iter(node.attributes.get("activation_alpha", ()))
    beta = iter(node.attributes.get("activation_beta", ()))
    found = []
    for name in names:
        if name not in WITH_ALPHA | WITHOUT:
            raise node.unsupported(f"attribute activations: {name!r} is not an activation")
        one = next(alpha, None) if name in WITH_ALPHA else None
        two = next(beta, None) if name in WITH_BETA else None
        found.append((name, one, two))
    size = len(usual) // directions
    return tuple(tuple(found[way * size : (way + 1) * size]) for way in range(directions))
