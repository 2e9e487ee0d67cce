# SPDX-License-Identifier: MIT
"""Model files: a layer and text metadata in one safetensors file (seqnet/io.h)."""

from __future__ import annotations

import os
from collections.abc import Mapping

from seqnet import _texts
from seqnet._handles import Owner, create, sized
from seqnet._library import lib
from seqnet._structs import ModelHandle
from seqnet.layers import Layer, wrap


def _model(layer: Layer, metadata: Mapping[str, str] | None) -> Owner:
    handle = create(ModelHandle, lib.seqnet_model_create, layer.handle, None)
    owner = Owner(handle, lib.seqnet_model_destroy)
    entries = layer.metadata if metadata is None else metadata
    for key, value in entries.items():
        texts = _texts.text(key, "key"), _texts.text(value, "value")
        lib.seqnet_model_set_metadata(handle, *texts)
    return owner


def _layer(model: Owner) -> Layer:
    inner = lib.seqnet_model_layer(model.handle)
    lib.seqnet_layer_retain(inner)
    layer = wrap(inner)
    layer.metadata = _metadata(model.handle)
    return layer


def _metadata(model: ModelHandle) -> dict[str, str]:
    entries: dict[str, str] = {}
    while key := lib.seqnet_model_metadata_key(model, len(entries)):
        entries[key.decode()] = lib.seqnet_model_get_metadata(model, key).decode()
    return entries


def save(
    layer: Layer, path: str | os.PathLike[str], metadata: Mapping[str, str] | None = None
) -> None:
    """Write a model file; an old one is replaced as a whole. metadata: layer.metadata if None."""
    model = _model(layer, metadata)
    lib.seqnet_model_save(model.handle, _texts.path(path))


def dumps(layer: Layer, metadata: Mapping[str, str] | None = None) -> bytes:
    """The bytes of the model file that save writes."""
    model = _model(layer, metadata)
    return sized(lib.seqnet_model_serialize, model.handle)


def loads(data: _texts.Bytes) -> Layer:
    """As load, from the bytes of a model file."""
    data = _texts.content(data)
    handle = create(ModelHandle, lib.seqnet_model_parse, data, len(data), None)
    return _layer(Owner(handle, lib.seqnet_model_destroy))


def load(path: str | os.PathLike[str]) -> Layer:
    """The layer of a model file; its text entries are in layer.metadata.

    The layout of arrays is not in the file: set layer.batch_first = True where it was.
    """
    handle = create(ModelHandle, lib.seqnet_model_load, _texts.path(path), None)
    return _layer(Owner(handle, lib.seqnet_model_destroy))
