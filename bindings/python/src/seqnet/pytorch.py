# SPDX-License-Identifier: MIT
"""PyTorch modules in memory to layers and back. PyTorch is imported when a function is called."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from seqnet import recurrent
from seqnet._arrays import Float32
from seqnet.errors import NotSupportedError
from seqnet.interchange import from_weights
from seqnet.layers import Dropout, Embedding, Layer, Linear
from seqnet.sequential import Sequential


def from_torch(module: Any, **options: Any) -> Layer:
    """A layer with the weights of a PyTorch module.

    module: an nn.Embedding, RNN, LSTM, GRU, Linear or Dropout, a cell (nn.LSTMCell, ..), an
    nn.Sequential of these, or a list of modules in the order in which they run, such as
    [model.embed, model.rnn, model.head]; nn.Identity is left out, and a linear module that shares
    its weight with an embedding before it still does. Or a state_dict, whose names and shapes say
    what it is; the options are those of from_weights.

    Weights of other types are converted to float32. A module that cannot be represented is a
    NotSupportedError that names it.
    """
    if isinstance(module, Mapping):
        arrays = {name: _array(tensor) for name, tensor in module.items()}
        return from_weights(arrays, **options)
    if options:
        raise TypeError(f"from_torch of modules has no option {', '.join(options)}")
    import torch

    if not isinstance(module, (list, tuple, torch.nn.Sequential)):
        return _convert("module", module, {})
    return _sequential(list(_flatten("", enumerate(module))))


def _flatten(prefix: str, modules: Iterable[tuple[Any, Any]]) -> Iterable[tuple[str, Any]]:
    """Names and modules of a row, with those of rows inside it."""
    import torch

    for number, module in modules:
        name = f"{prefix}{number}"
        if isinstance(module, torch.nn.Sequential):
            yield from _flatten(f"{name}.", enumerate(module))
        elif not isinstance(module, torch.nn.Identity):
            yield name, module


def _sequential(named: list[tuple[str, Any]]) -> Sequential:
    tables: dict[Any, Embedding] = {}
    return Sequential(*[_convert(name, module, tables) for name, module in named])


def _convert(name: str, module: Any, tables: dict[Any, Embedding]) -> Layer:
    """One module; `tables` are the embeddings so far, by the weight they have."""
    import torch

    nn = torch.nn
    # Subclasses may compute something else, so the type has to be the module's own.
    makers: dict[type, Callable[..., Layer]] = {
        nn.Embedding: _embedding,
        nn.RNN: _recurrent,
        nn.LSTM: _recurrent,
        nn.GRU: _recurrent,
        nn.RNNCell: _cell,
        nn.LSTMCell: _cell,
        nn.GRUCell: _cell,
        nn.Linear: _linear,
        nn.Dropout: lambda _name, dropout, _tables: Dropout(dropout.p),
    }
    if type(module) not in makers:
        known = ", ".join(kind.__name__ for kind in makers)
        raise NotSupportedError(
            f"from_torch: {name} is a {type(module).__name__}, need one of {known}, Sequential"
        )
    return makers[type(module)](name, module, tables)


def _array(tensor: Any) -> Float32:
    """A tensor of any floating type and device, or anything that makes an array, as float32."""
    if hasattr(tensor, "detach"):
        tensor = tensor.detach().cpu().float().numpy()
    return np.asarray(tensor, np.float32)


def _load(layer: Layer, parameters: Iterable[tuple[str, Any]]) -> Layer:
    layer.load_state_dict({name: _array(tensor) for name, tensor in parameters})
    return layer


def _embedding(name: str, module: Any, tables: dict[Any, Embedding]) -> Layer:
    if module.max_norm is not None:
        raise NotSupportedError(f"from_torch: {name}: Embedding with max_norm")
    layer = Embedding(module.num_embeddings, module.embedding_dim, module.padding_idx)
    tables[module.weight] = layer
    return _load(layer, [("weight", module.weight)])


def _linear(_name: str, module: Any, tables: dict[Any, Embedding]) -> Layer:
    bias = module.bias is not None
    tied = tables.get(module.weight)
    sizes = module.in_features, module.out_features
    layer = Linear(*sizes, bias, tied_embedding=tied)
    return _load(layer, [(n, p) for n, p in module.named_parameters() if n in layer.names()])


def _recurrent(_name: str, module: Any, _tables: dict[Any, Embedding]) -> Layer:
    shared = "input_size", "hidden_size", "num_layers", "bias", "batch_first", "dropout"
    options = {option: getattr(module, option) for option in (*shared, "bidirectional")}
    if module.mode.startswith("RNN"):
        options["nonlinearity"] = module.nonlinearity
    if module.mode == "LSTM":
        options["proj_size"] = module.proj_size
    layer = getattr(recurrent, type(module).__name__)(**options)
    return _load(layer, module.named_parameters())


def _cell(_name: str, module: Any, _tables: dict[Any, Embedding]) -> Layer:
    kind = type(module).__name__[: -len("Cell")]
    options = {"nonlinearity": module.nonlinearity} if kind == "RNN" else {}
    sizes = module.input_size, module.hidden_size
    layer = getattr(recurrent, kind)(*sizes, bias=module.bias, **options)
    return _load(layer, [(f"{name}_l0", p) for name, p in module.named_parameters()])


# ---------------------------------------------------------------------- to PyTorch


def to_torch(layer: Layer) -> Any:
    """A PyTorch module with a copy of the weights of a layer.

    A Sequential becomes an nn.Sequential that is called as the layer is, `y, state = module(x,
    state)`, but without lengths; its state_dict has the layer's names. What PyTorch does not have
    (an RNN with sigmoid, a GRU that resets before, token inputs) is a NotSupportedError.
    """
    from seqnet._torch_sequential import TorchSequential

    if not isinstance(layer, Sequential):
        return _module("layer", layer)
    modules = [_module(f"layer {number}", child) for number, child in enumerate(layer)]
    handles = [child.handle.value for child in layer]
    for module, child in zip(modules, layer):
        table = child.tied_embedding if isinstance(child, Linear) else None
        if table is not None:
            module.weight = modules[handles.index(table.handle.value)].weight
    return TorchSequential(modules, layer.batch_first)


def _module(name: str, layer: Layer) -> Any:
    import torch

    nn = torch.nn
    if isinstance(layer, Embedding):
        sizes = layer.num_embeddings, layer.embedding_dim
        return _fill(nn.Embedding(*sizes, layer.padding_idx), layer)
    if isinstance(layer, Linear):
        return _fill(nn.Linear(layer.in_features, layer.out_features, layer.bias), layer)
    if isinstance(layer, Dropout):
        return nn.Dropout(layer.p)
    return _fill(getattr(nn, type(layer).__name__)(**_arguments(name, layer)), layer)


def _arguments(name: str, layer: Any) -> dict[str, Any]:
    """What torch.nn.RNN, LSTM and GRU take."""
    if layer.token_input:
        raise NotSupportedError(f"to_torch: {name}: {layer!r} takes tokens, PyTorch's has none")
    if getattr(layer, "reset_before", False):
        raise NotSupportedError(f"to_torch: {name}: {layer!r} resets before, PyTorch's has not")
    if getattr(layer, "nonlinearity", "tanh") == "sigmoid":
        raise NotSupportedError(f"to_torch: {name}: {layer!r} has sigmoid, PyTorch's has not")
    names = "input_size", "hidden_size", "num_layers", "bias", "batch_first", "dropout"
    extra = "bidirectional", "nonlinearity", "proj_size"
    return {option: getattr(layer, option) for option in names + extra if hasattr(layer, option)}


def _fill(module: Any, layer: Layer) -> Any:
    import torch

    with torch.no_grad():
        for name, values in layer.named_parameters():
            getattr(module, name).copy_(torch.from_numpy(values))
    return module
