# SPDX-License-Identifier: MIT
"""Weights in the names and layouts of PyTorch, Keras 3, ONNX and oneDNN (seqnet/interchange.h)."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Union

from numpy.typing import ArrayLike

from seqnet import _constants as c
from seqnet._arrays import choose
from seqnet._handles import create
from seqnet._library import lib
from seqnet._structs import InterchangeOptions, LayerHandle
from seqnet._texts import text
from seqnet.layers import Layer, wrap
from seqnet.recurrent import NONLINEARITIES
from seqnet.tensors import Tensors, as_tensors

DIALECTS = {
    "torch": c.DIALECT_TORCH,
    "keras": c.DIALECT_KERAS,
    "onnx": c.DIALECT_ONNX,
    "onednn": c.DIALECT_ONEDNN,
}
GRU_FORMS = {
    "auto": c.GRU_FORM_AUTO,
    "reset_after": c.GRU_FORM_RESET_AFTER,
    "reset_before": c.GRU_FORM_RESET_BEFORE,
}

Source = Union[Tensors, Mapping[str, ArrayLike], str, "os.PathLike[str]"]


def _listed(modules: Sequence[str]) -> str:
    if isinstance(modules, str):
        raise TypeError(f"modules is {modules!r}, need a list of names")
    return ",".join(modules)


def _options(
    dialect: str,
    prefix: str,
    modules: Sequence[str] | None,
    gru_form: str,
    nonlinearity: str = "tanh",
    token_input: bool = False,
) -> InterchangeOptions:
    return InterchangeOptions(
        dialect=choose("dialect", dialect, DIALECTS),
        prefix=text(prefix, "prefix"),
        modules=None if modules is None else text(_listed(modules), "modules"),
        gru_form=choose("gru_form", gru_form, GRU_FORMS),
        nonlinearity=choose("nonlinearity", nonlinearity, NONLINEARITIES),
        token_input=token_input,
    )


def import_weights(
    layer: Layer,
    source: Source,
    dialect: str = "torch",
    *,
    prefix: str = "",
    modules: Sequence[str] | None = None,
    gru_form: str = "auto",
) -> None:
    """Set all parameters of a layer from a safetensors file, a Tensors or a dictionary of arrays.

    dialect: "torch", "keras", "onnx" or "onednn". prefix: of every name, such as "encoder.".
    modules: the modules' names in the order of the layers; None: "0", "1", .. in a Sequential.
    A tensor that is missing, of another shape, or unknown is an error that names it, and the layer
    is as it was.
    """
    options = _options(dialect, prefix, modules, gru_form)
    tensors = as_tensors(source)
    lib.seqnet_layer_import(layer.handle, tensors.handle, options)


def export_weights(
    layer: Layer,
    dialect: str = "torch",
    *,
    prefix: str = "",
    modules: Sequence[str] | None = None,
    gru_form: str = "auto",
    into: Tensors | None = None,
) -> Tensors:
    """A layer's parameters in a dialect, in a new Tensors or added to one."""
    tensors = Tensors() if into is None else into
    options = _options(dialect, prefix, modules, gru_form)
    lib.seqnet_layer_export(layer.handle, tensors.handle, options)
    return tensors


def from_weights(
    source: Source,
    dialect: str = "torch",
    *,
    prefix: str = "",
    modules: Sequence[str] | None = None,
    gru_form: str = "auto",
    nonlinearity: str = "tanh",
    token_input: bool = False,
) -> Layer:
    """The layer that names and shapes of tensors describe, with their values.

    What they do not say has to be given: the form of a GRU, the non-linearity of an RNN, whether a
    first recurrent layer takes tokens. Arguments are those of import_weights.
    """
    options = _options(dialect, prefix, modules, gru_form, nonlinearity, token_input)
    tensors = as_tensors(source)
    return wrap(create(LayerHandle, lib.seqnet_layer_from_tensors, tensors.handle, options))
