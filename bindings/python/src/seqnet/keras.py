# SPDX-License-Identifier: MIT
"""Models and weights from and to Keras 3; needs the package `keras`, when it is called.

    model = seqnet.keras.load("model.keras")
    keras_model.set_weights(seqnet.keras.to_keras_weights(model))

docs/interchange.md says what is understood.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from seqnet._arrays import Float32
from seqnet.errors import NotSupportedError
from seqnet.interchange import export_weights, from_weights
from seqnet.layers import Dropout, Embedding, Layer, Linear
from seqnet.recurrent import LSTM, Recurrent
from seqnet.sequential import Sequential

__all__ = ["LastStep", "from_keras", "load", "to_keras_weights"]

KINDS = ("SimpleRNN", "LSTM", "GRU")
ARRAYS = ("kernel", "recurrent_kernel", "bias")  # of a layer, in Keras' order
RNN_ACTIVATIONS = ("tanh", "relu", "sigmoid")


def _keras() -> Any:
    try:
        import keras
    except ImportError as error:
        raise ImportError("seqnet.keras needs the package keras: pip install keras") from error
    return keras


def load(path: str | os.PathLike[str], *, logits: bool = False) -> Layer | LastStep:
    """The model of a .keras or .h5 file, by Keras' own loader; see from_keras."""
    model = _keras().models.load_model(os.fspath(path), compile=False)
    return from_keras(model, logits=logits)


def from_keras(source: Any, *, logits: bool = False) -> Layer | LastStep:
    """A layer or a chain of layers of Keras, with its weights; arrays are batch first.

    source: a built Embedding, SimpleRNN, LSTM, GRU, Bidirectional (concat), Dense or Dropout, which
    becomes one layer (y of all steps, whatever return_sequences says); or a Sequential or
    functional model that is a chain of them, which becomes a Sequential, or a LastStep if its last
    recurrent layer has return_sequences=False.

    logits: leave out a softmax or sigmoid at the end of the model: the outputs are what it is
    applied to. Without, it is refused, as all that a layer of seqnet does not do: the
    NotSupportedError names layer and option. Dropout inside a recurrent layer, which acts in
    training only, is not carried over.
    """
    if not isinstance(source, _keras().Model):
        return _layer(source)
    layers = _chain(source)
    if logits and layers:
        layers = _without_last_activation(layers)
    return _compose(source.name, layers)


class LastStep:
    """A model whose recurrent layers end in one output a sample, from the last step.

        y = model(x)                            x (B, T, I), or (B, T) tokens; y (B, N)

    The reverse direction's output is the one it ends with, which is that of the first step.

    Attributes: body, the layers up to the last recurrent one; head, those after it, or None.
    """

    def __init__(self, body: Sequential, head: Sequential | None) -> None:
        self.body, self.head = body, head
        last = body[len(body) - 1]
        self._ways = 2 if isinstance(last, Recurrent) and last.bidirectional else 1

    def __call__(self, x: ArrayLike, lengths: ArrayLike | None = None) -> Float32:
        """The output of each sample; lengths (B), at least 1: steps that count."""
        y, _ = self.body(x, lengths=lengths)
        ends = np.full(len(y), y.shape[1]) if lengths is None else np.asarray(lengths)
        if np.any(ends < 1):
            raise ValueError("lengths: a sample without steps has no last one")
        last = y[np.arange(len(y)), ends - 1]
        if self._ways == 2:
            half = y.shape[2] // 2
            last = np.concatenate([last[:, :half], y[:, 0, half:]], axis=1)
        return last if self.head is None else self.head(last)


# ---------------------------------------------------------------------- models


def _chain(model: Any) -> list[Any]:
    """The layers of a model in their order, without inputs; nested models are opened.

    They are found from the output back to the input, so they are a chain if each has one input.
    """
    if len(getattr(model, "inputs", None) or []) != 1 or len(model.outputs) != 1:
        raise NotSupportedError(
            f"seqnet.keras: model {model.name!r}: need a built Sequential or functional model "
            "with one input and one output"
        )
    for layer in model.layers:
        _check_mask(layer)
    layers: list[Any] = []
    tensor = model.outputs[0]
    while True:
        layer, call, _ = tensor._keras_history
        if type(layer).__name__ == "InputLayer":
            return layers
        inputs = layer._inbound_nodes[call].input_tensors
        if len(inputs) != 1:
            raise _refused(layer, f"it has {len(inputs)} inputs, need 1")
        layers = (_chain(layer) if isinstance(layer, _keras().Model) else [layer]) + layers
        tensor = inputs[0]


def _check_mask(layer: Any) -> None:
    """Keras hands a mask to all layers that follow, as an input more: refuse where it is made."""
    if getattr(layer, "mask_zero", False):
        raise _refused(layer, "mask_zero = True; pass lengths to the call instead")
    if type(layer).__name__ == "Masking":
        raise _refused(layer, "masks are not supported; pass lengths to the call instead")


def _compose(name: str, layers: Iterable[Any]) -> Layer | LastStep:
    """A Sequential of Keras layers, cut in two behind a layer that returns its last step only."""
    parts: list[list[Layer]] = [[]]
    for source in layers:
        inner = source.forward_layer if type(source).__name__ == "Bidirectional" else source
        if len(parts) == 2 and type(inner).__name__ in KINDS:
            raise _refused(source, "it follows a layer with return_sequences=False")
        parts[-1].append(_layer(source))
        if type(inner).__name__ in KINDS:
            _check_outputs(source, inner)
            if not inner.return_sequences:
                parts.append([])
    body, *rest = [Sequential(*part) if part else None for part in map(_sized, parts)]
    if body is None:
        raise NotSupportedError(f"seqnet.keras: model {name!r} has no layers")
    return LastStep(body, *rest) if rest else body


def _sized(layers: list[Layer]) -> list[Layer]:
    """Without dropouts at the start, which have no size there."""
    start = 0
    while start < len(layers) and isinstance(layers[start], Dropout):
        start += 1
    return layers[start:]


def _check_outputs(source: Any, inner: Any) -> None:
    if inner.return_state or getattr(source, "return_state", False):
        raise _refused(source, "return_state = True, need False in a model")


def _without_last_activation(layers: list[Any]) -> list[Any]:
    last = layers[-1]
    if type(last).__name__ == "Softmax" or _activation(last) in ("softmax", "sigmoid"):
        if type(last).__name__ == "Dense":
            return [*layers[:-1], _Logits(last)]
        if type(last).__name__ in ("Softmax", "Activation"):
            return layers[:-1]
    return layers


class _Logits:
    """A Dense layer whose activation is left out."""

    def __init__(self, dense: Any) -> None:
        self.dense = dense


# ---------------------------------------------------------------------- layers


def _refused(layer: Any, what: str) -> NotSupportedError:
    name = type(layer).__name__
    return NotSupportedError(f"seqnet.keras: layer {layer.name!r} ({name}): {what}")


def _activation(layer: Any, option: str = "activation") -> str | None:
    function = getattr(layer, option, None)
    return getattr(function, "__name__", None)


def _weights(layer: Any, count: int) -> list[np.ndarray]:
    """The arrays of a layer that is built."""
    arrays = [np.asarray(array, np.float32) for array in layer.get_weights()]
    if len(arrays) != count:
        built = "" if layer.built else "; it is not built yet"
        raise _refused(layer, f"{len(arrays)} weight arrays, need {count}{built}")
    return arrays


def _layer(source: Any) -> Layer:
    if isinstance(source, _Logits):
        return _dense(source.dense)
    makers = {
        "Bidirectional": _bidirectional,
        "Dense": _linear,
        "Dropout": _dropout,
        "Embedding": _embedding,
        "TimeDistributed": _distributed,
        **dict.fromkeys(KINDS, _one_way),
    }
    make = makers.get(type(source).__name__)
    if make is None:
        raise _refused(source, "the layer is not supported")
    return make(source)


def _embedding(source: Any) -> Embedding:
    _check_mask(source)
    (table,) = _weights(source, 1)
    layer = Embedding(*table.shape)
    layer.set_parameter("weight", table)
    return layer


def _linear(source: Any) -> Linear:
    activation = _activation(source)
    if activation != "linear":
        advice = "; logits=True leaves it out" if activation in ("softmax", "sigmoid") else ""
        raise _refused(source, f"activation = {activation!r}, need 'linear'{advice}")
    return _dense(source)


def _dense(source: Any) -> Linear:
    kernel, *biases = _weights(source, 2 if source.use_bias else 1)
    layer = Linear(kernel.shape[0], kernel.shape[1], bias=source.use_bias)
    layer.load_state_dict(dict(zip(("weight", "bias"), (kernel.T, *biases))))
    return layer


def _dropout(source: Any) -> Dropout:
    if source.noise_shape is not None:
        raise _refused(source, f"noise_shape = {source.noise_shape}, need None")
    return Dropout(source.rate)


def _distributed(source: Any) -> Layer:
    if type(source.layer).__name__ != "Dense":
        raise _refused(source, f"of a {type(source.layer).__name__}, need a Dense")
    return _linear(source.layer)


def _one_way(source: Any) -> Layer:
    return _recurrent(source, [source])


def _bidirectional(source: Any) -> Layer:
    forward, backward = source.forward_layer, source.backward_layer
    if source.merge_mode != "concat":
        raise _refused(source, f"merge_mode = {source.merge_mode!r}, need 'concat'")
    if type(forward) is not type(backward) or type(forward).__name__ not in KINDS:
        raise _refused(source, "need two SimpleRNN, LSTM or GRU layers of one kind")
    for option in ("units", "activation", "use_bias", "reset_after"):
        if getattr(forward, option, None) != getattr(backward, option, None):
            raise _refused(source, f"the directions differ in {option}")
    return _recurrent(source, [forward, backward])


def _recurrent(source: Any, ways: list[Any]) -> Layer:
    """One level of as many directions as there are Keras layers in `ways`."""
    first = ways[0]
    for way in ways:
        _check_options(source, way, backwards=way is not first)
    names = ARRAYS[: 3 if first.use_bias else 2]
    prefixes = ["forward.", "backward."] if len(ways) == 2 else [""]
    arrays = {
        prefix + name: array
        for prefix, way in zip(prefixes, ways)
        for name, array in zip(names, _weights(way, len(names)))
    }
    reset_after = getattr(first, "reset_after", True)
    layer = from_weights(
        arrays,
        "keras",
        gru_form="reset_after" if reset_after else "reset_before",
        nonlinearity=(_activation(first) or "") if type(first).__name__ == "SimpleRNN" else "tanh",
    )
    layer.batch_first = True
    return layer


def _check_options(source: Any, way: Any, backwards: bool) -> None:
    for option, wanted in (("go_backwards", backwards), ("stateful", False)):
        if getattr(way, option) != wanted:
            raise _refused(source, f"{option} = {getattr(way, option)}, need {wanted}")
    activations = RNN_ACTIVATIONS if type(way).__name__ == "SimpleRNN" else ("tanh",)
    for option, allowed in (("activation", activations), ("recurrent_activation", ("sigmoid",))):
        if hasattr(way, option) and _activation(way, option) not in allowed:
            given = _activation(way, option)
            raise _refused(source, f"{option} = {given!r}, need {' or '.join(map(repr, allowed))}")


# ---------------------------------------------------------------------- back to Keras


def to_keras_weights(layer: Layer | LastStep) -> list[Float32]:
    """The arrays that set_weights of an equal Keras layer or model takes.

    A recurrent layer of L levels gives those of L Keras layers in a row; a bidirectional level
    those of a Bidirectional layer.
    """
    if isinstance(layer, LastStep):
        return to_keras_weights(layer.body) + (to_keras_weights(layer.head) if layer.head else [])
    if isinstance(layer, Sequential):
        return [array for child in layer for array in to_keras_weights(child)]
    if isinstance(layer, Dropout):
        return []
    if isinstance(layer, Embedding):
        return [layer.get_parameter("weight")]
    if isinstance(layer, Linear):
        return _dense_weights(layer)
    if isinstance(layer, Recurrent):
        return _recurrent_weights(layer)
    raise NotSupportedError(f"seqnet.keras: {layer!r} has no counterpart")


def _dense_weights(layer: Linear) -> list[Float32]:
    weight = (layer.tied_embedding or layer).get_parameter("weight")
    bias = [layer.get_parameter("bias")] if layer.bias else []
    return [np.ascontiguousarray(weight.T), *bias]


def _recurrent_weights(layer: Recurrent) -> list[Float32]:
    if isinstance(layer, LSTM) and layer.proj_size:
        raise NotSupportedError(
            f"seqnet.keras: LSTM: proj_size = {layer.proj_size}: Keras has no projection"
        )
    tensors = export_weights(layer, "keras")
    levels = [f"l{level}." for level in range(layer.num_layers)] if layer.num_layers > 1 else [""]
    ways = ["forward.", "backward."] if layer.bidirectional else [""]
    names = [level + way + name for level in levels for way in ways for name in ARRAYS]
    return [tensors.floats(name) for name in names if name in tensors]
