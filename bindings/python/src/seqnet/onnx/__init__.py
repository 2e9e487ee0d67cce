# SPDX-License-Identifier: MIT
"""Models from and to .onnx files; needs the package `onnx`, when it is called.

    model = seqnet.onnx.load("model.onnx")
    seqnet.onnx.save(model, "again.onnx")

docs/interchange.md says what is understood.
"""

from __future__ import annotations

import os
from typing import Any

from seqnet.layers import Layer
from seqnet.onnx.chain import sequential
from seqnet.onnx.graph import import_onnx, read
from seqnet.onnx.model import Model
from seqnet.onnx.writer import to_model
from seqnet.sequential import Sequential

__all__ = ["Model", "load", "load_graph", "save", "to_model"]


def load(source: Any) -> Sequential | Model:
    """A runnable model of a path, of the bytes of a file, or of an onnx.ModelProto.

    A graph that is a chain of Gather, RNN, LSTM, GRU, Gemm or MatMul and Add becomes a Sequential,
    with a recurrent layer for each such node; first states that are inputs of the graph are the
    Sequential's, and zero if a call does not give them. Any other graph becomes a Model, which is
    called with the graph's inputs. An operator or attribute that is not supported is a
    NotSupportedError that names it and its node.
    """
    graph = read(source)
    return sequential(graph) or Model(graph)


def load_graph(source: Any) -> Model:
    """As load, but always a Model: the inputs and outputs are the graph's own."""
    return Model(read(source))


def save(layer: Layer, path: str | os.PathLike[str], *, state: bool = True) -> None:
    """Write a layer or Sequential as a .onnx file (opset 17).

    Inputs: x (T, B, I) float, or (T, B) int64 tokens, with batch_first (B, T, ..); and with `state`
    the first states, "h_0" and "c_0" (L*D, B, H), in a Sequential "1.h_0" and so on; without they
    are zero. Outputs: y, and with `state` the last states "h_n", "c_n". T and B may be any.
    A projection cannot be said in ONNX: NotSupportedError. Dropout is left out.
    """
    import_onnx().save(to_model(layer, state), os.fspath(path))
