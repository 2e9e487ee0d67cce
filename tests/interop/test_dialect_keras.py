# SPDX-License-Identifier: MIT
"""Arrays of Keras layers become models with Keras' outputs, and models arrays."""

import os

import numpy as np
import pytest
from dialect_tools import TOLERANCE, convert, noise, outputs, read, write

os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras")

STEPS, BATCH, INPUT, HIDDEN = 6, 3, 5, 4
CELLS = {
    "rnn": (keras.layers.SimpleRNN, {}, []),
    "rnn_relu": (keras.layers.SimpleRNN, {"activation": "relu"}, ["--nonlinearity", "relu"]),
    "lstm": (keras.layers.LSTM, {}, []),
    "gru_after": (keras.layers.GRU, {"reset_after": True}, ["--gru", "reset-after"]),
    "gru_before": (keras.layers.GRU, {"reset_after": False}, ["--gru", "reset-before"]),
}


def level_arrays(layer, prefix):
    """The documented names of one layer's arrays, or of both of a Bidirectional."""
    if isinstance(layer, keras.layers.Bidirectional):
        return {**level_arrays(layer.forward_layer, f"{prefix}forward."),
                **level_arrays(layer.backward_layer, f"{prefix}backward.")}
    cell = layer.cell
    found = {f"{prefix}kernel": cell.kernel, f"{prefix}recurrent_kernel": cell.recurrent_kernel}
    if cell.use_bias:
        found[f"{prefix}bias"] = cell.bias
    return found


def stack(cell, levels, bidirectional, bias):
    kind, options, _ = CELLS[cell]
    layers = []
    for _ in range(levels):
        layer = kind(HIDDEN, return_sequences=True, use_bias=bias, **options)
        layers.append(keras.layers.Bidirectional(layer) if bidirectional else layer)
    model = keras.Sequential([keras.Input((STEPS, INPUT)), *layers])
    for seed, variable in enumerate(model.weights):
        variable.assign(0.7 * noise(seed, *variable.shape))
    return model


def arrays_of(model, levels):
    return {name: variable for level, layer in enumerate(model.layers)
            for name, variable in level_arrays(
                layer, f"rnn.l{level}." if levels > 1 else "rnn.").items()}


def run(model, x):
    """Sequence-major, as the library has it."""
    y = keras.ops.convert_to_numpy(model(np.swapaxes(x, 0, 1)))
    return np.swapaxes(y, 0, 1)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("levels", [1, 2])
@pytest.mark.parametrize("cell", CELLS)
def test_recurrent(tmp_path, cell, levels, bidirectional, bias):
    model = stack(cell, levels, bidirectional, bias)
    variables = arrays_of(model, levels)
    write(tmp_path / "arrays", {name: keras.ops.convert_to_numpy(variable)
                                for name, variable in variables.items()})
    convert("--from", "keras", "--modules", "rnn", *CELLS[cell][2], tmp_path / "arrays",
            tmp_path / "model")
    x = noise(100, STEPS, BATCH, INPUT)
    expected = run(model, x)
    np.testing.assert_allclose(outputs(tmp_path / "model", x, expected.shape[2]), expected,
                               **TOLERANCE)
    convert("--to", "keras", "--modules", "rnn", tmp_path / "model", tmp_path / "back")
    back = read(tmp_path / "back")
    assert back.keys() == variables.keys()
    for name, variable in variables.items():
        np.testing.assert_array_equal(back[name], keras.ops.convert_to_numpy(variable))


def test_embedding_and_dense(tmp_path):
    model = keras.Sequential([
        keras.Input((STEPS,)), keras.layers.Embedding(11, INPUT),
        keras.layers.LSTM(HIDDEN, return_sequences=True), keras.layers.Dense(7)])
    for seed, variable in enumerate(model.weights):
        variable.assign(0.7 * noise(seed, *variable.shape))
    embed, rnn, head = model.layers
    arrays = {"embed.embeddings": embed.embeddings, **level_arrays(rnn, "rnn."),
              "head.kernel": head.kernel, "head.bias": head.bias}
    write(tmp_path / "arrays", {name: keras.ops.convert_to_numpy(variable)
                                for name, variable in arrays.items()})
    convert("--from", "keras", "--modules", "embed,rnn,head", tmp_path / "arrays",
            tmp_path / "model")
    tokens = np.random.default_rng(4).integers(0, 11, (STEPS, BATCH))
    np.testing.assert_allclose(outputs(tmp_path / "model", tokens, 7), run(model, tokens),
                               **TOLERANCE)


def test_weights_of_pytorch_run_in_keras(tmp_path):
    torch = pytest.importorskip("torch")
    module = torch.nn.LSTM(INPUT, HIDDEN, bidirectional=True)
    write(tmp_path / "state", {f"rnn.{name}": value.numpy()
                               for name, value in module.state_dict().items()})
    convert("--from", "torch", "--to", "keras", "--modules", "rnn", tmp_path / "state",
            tmp_path / "arrays")
    model = stack("lstm", 1, True, True)
    for name, variable in arrays_of(model, 1).items():
        variable.assign(read(tmp_path / "arrays")[name])
    x = noise(7, STEPS, BATCH, INPUT)
    with torch.no_grad():
        expected = module(torch.from_numpy(x))[0].numpy()
    np.testing.assert_allclose(run(model, x), expected, **TOLERANCE)


def test_the_other_form_of_gru_is_refused(tmp_path):
    for cell, other in (("gru_after", "reset-before"), ("gru_before", "reset-after")):
        model = stack(cell, 1, False, True)
        write(tmp_path / "arrays", {name: keras.ops.convert_to_numpy(variable)
                                    for name, variable in arrays_of(model, 1).items()})
        convert("--from", "keras", "--modules", "rnn", "--gru", other, tmp_path / "arrays",
                tmp_path / "model", fails='"rnn.bias"')
