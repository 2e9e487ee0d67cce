# SPDX-License-Identifier: MIT
"""Layers and models of Keras 3 to layers, and arrays back, against Keras itself."""

import os
import re
import sys

import numpy as np
import pytest

os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras")
import seqnet.keras
from keras import layers
from seqnet.errors import NotSupportedError, SeqnetError

TOLERANCE = dict(rtol=1e-5, atol=1e-5)
STEPS, BATCH, INPUT, HIDDEN, TOKENS = 7, 3, 5, 4, 9
CELLS = {
    "rnn": (layers.SimpleRNN, {}),
    "rnn_relu": (layers.SimpleRNN, {"activation": "relu"}),
    "rnn_sigmoid": (layers.SimpleRNN, {"activation": "sigmoid"}),
    "lstm": (layers.LSTM, {}),
    "gru_after": (layers.GRU, {"reset_after": True}),
    "gru_before": (layers.GRU, {"reset_after": False}),
}


def noise(seed, *shape):
    return np.random.default_rng(seed).uniform(-1, 1, shape).astype(np.float32)


def randomise(model):
    """Weights that tell gates apart, biases too."""
    for seed, variable in enumerate(model.weights):
        variable.assign(0.7 * noise(seed, *variable.shape))
    return model


def cell(name, bidirectional=False, **options):
    kind, extra = CELLS[name]
    layer = kind(HIDDEN, **extra, **{"return_sequences": True, **options})
    return layers.Bidirectional(layer) if bidirectional else layer


def sequential(*rows, inputs=(STEPS, INPUT)):
    return randomise(keras.Sequential([keras.Input(inputs), *rows]))


def by_keras(model, x):
    return keras.ops.convert_to_numpy(model(x))


def outputs(model, x):
    """y of a Sequential, which gives states too if it has any, or of a LastStep."""
    y = model(x)
    return y[0] if isinstance(y, tuple) else y


def close(actual, expected):
    assert np.shape(actual) == np.shape(expected)
    np.testing.assert_allclose(actual, expected, **TOLERANCE)


def same_weights(found, model):
    assert len(found) == len(model.weights)
    for array, variable in zip(found, model.get_weights()):
        np.testing.assert_array_equal(array, variable)


# ---------------------------------------------------------------------- layers

@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("levels", [1, 2])
@pytest.mark.parametrize("name", CELLS)
def test_recurrent(name, levels, bidirectional, bias):
    rows = [cell(name, bidirectional, use_bias=bias) for _ in range(levels)]
    model = sequential(*rows)
    mine = seqnet.keras.from_keras(model)
    x = noise(100, BATCH, STEPS, INPUT)
    close(outputs(mine, x), by_keras(model, x))
    same_weights(seqnet.keras.to_keras_weights(mine), model)


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("name", CELLS)
def test_layer_with_states(name, bidirectional):
    """One layer, as it is called in a model of the user's own."""
    layer = cell(name, bidirectional, return_state=True)
    ways = 1 + bidirectional
    x = noise(100, BATCH, STEPS, INPUT)
    layer.build(x.shape)
    randomise(layer)
    first = [noise(seed, BATCH, HIDDEN) for seed in range(ways * (2 if name == "lstm" else 1))]
    expected, *last = [keras.ops.convert_to_numpy(one) for one in layer(x, initial_state=first)]
    # Keras lists h and c of one direction, then those of the other.
    parts = len(first) // ways
    h, *c = [np.stack(first[part::parts]) for part in range(parts)]
    y, state = seqnet.keras.from_keras(layer)(x, (h, *c) if c else h)
    close(y, expected)
    state = state if c else (state,)
    for part in range(parts):
        close(state[part], np.stack(last[part::parts]))


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("name", CELLS)
def test_weights_of_layers(name, bidirectional):
    """A layer of seqnet with two levels runs in Keras."""
    rows = [cell(name, bidirectional) for _ in range(2)]
    model = sequential(*rows)
    kind = {"rnn": seqnet.RNN, "lst": seqnet.LSTM, "gru": seqnet.GRU}[name[:3]]
    options = {"reset_before": True} if name == "gru_before" else {}
    if name.startswith("rnn_"):
        options = {"nonlinearity": name[4:]}
    mine = kind(INPUT, HIDDEN, 2, batch_first=True, bidirectional=bidirectional, init_range=0.7,
                seed=5, **options)
    model.set_weights(seqnet.keras.to_keras_weights(mine))
    x = noise(100, BATCH, STEPS, INPUT)
    close(by_keras(model, x), mine(x)[0])


# ---------------------------------------------------------------------- models

def tagger():
    return sequential(
        layers.Embedding(TOKENS, INPUT), layers.Dropout(0.2), cell("lstm", dropout=0.3),
        cell("gru_after", True), layers.TimeDistributed(layers.Dense(6)), inputs=(STEPS,))


def functional():
    inputs = keras.Input((STEPS,))
    x = layers.Embedding(TOKENS, INPUT)(inputs)
    x = cell("gru_before", True)(x)
    x = layers.Dense(6, use_bias=False)(x)
    return randomise(keras.Model(inputs, x))


def nested():
    encoder = keras.Sequential([keras.Input((STEPS, INPUT)), cell("rnn"), layers.Dropout(0.1)])
    inputs = keras.Input((STEPS,))
    x = encoder(layers.Embedding(TOKENS, INPUT)(inputs))
    return randomise(keras.Model(inputs, layers.Dense(6)(x)))


def classifier(name="lstm", bidirectional=False):
    return sequential(
        layers.Embedding(TOKENS, INPUT), cell(name, bidirectional),
        cell(name, bidirectional, return_sequences=False), layers.Dropout(0.5), layers.Dense(6),
        layers.Dense(4), inputs=(STEPS,))


TOKEN_ROWS = np.random.default_rng(5).integers(0, TOKENS, (BATCH, STEPS))


@pytest.mark.parametrize("make", [tagger, functional, nested])
@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_files(tmp_path, make, suffix):
    model, path = make(), tmp_path / f"model{suffix}"
    model.save(path)
    mine = seqnet.keras.load(path)
    assert isinstance(mine, seqnet.Sequential)
    close(outputs(mine, TOKEN_ROWS), by_keras(model, TOKEN_ROWS))
    same_weights(seqnet.keras.to_keras_weights(mine), model)
    other = make()
    other.set_weights([0 * array for array in other.get_weights()])
    other.set_weights(seqnet.keras.to_keras_weights(mine))
    np.testing.assert_array_equal(by_keras(other, TOKEN_ROWS), by_keras(model, TOKEN_ROWS))


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("name", CELLS)
def test_last_step(name, bidirectional):
    model = classifier(name, bidirectional)
    mine = seqnet.keras.from_keras(model)
    assert isinstance(mine, seqnet.keras.LastStep)
    close(mine(TOKEN_ROWS), by_keras(model, TOKEN_ROWS))
    same_weights(seqnet.keras.to_keras_weights(mine), model)
    lengths = [STEPS, 3, 1]
    rows = [by_keras(model, TOKEN_ROWS[row : row + 1, :length])
            for row, length in enumerate(lengths)]
    close(mine(TOKEN_ROWS, lengths), np.concatenate(rows))
    with pytest.raises(ValueError, match="lengths"):
        mine(TOKEN_ROWS, [STEPS, 0, 1])


@pytest.mark.parametrize("after", [[], [layers.Dropout(0.5)]])
def test_last_step_without_a_head(after):
    model = sequential(layers.Dropout(0.1), cell("gru_after", return_sequences=False), *after)
    x = noise(1, BATCH, STEPS, INPUT)
    mine = seqnet.keras.from_keras(model)
    close(mine(x), by_keras(model, x))
    same_weights(seqnet.keras.to_keras_weights(mine), model)


@pytest.mark.parametrize("last", [
    [layers.Dense(6, activation="softmax")],
    [layers.Dense(6, activation="sigmoid")],
    [layers.Dense(6), layers.Softmax()],
    [layers.Dense(6), layers.Activation("softmax")],
])
def test_logits(last):
    model = sequential(cell("lstm"), *last)
    bare = keras.Sequential([keras.Input((STEPS, INPUT)), cell("lstm"), layers.Dense(6)])
    bare.set_weights(model.get_weights())
    x = noise(1, BATCH, STEPS, INPUT)
    close(outputs(seqnet.keras.from_keras(model, logits=True), x), by_keras(bare, x))
    with pytest.raises(NotSupportedError, match=re.escape(f"layer {last[-1].name!r}")):
        seqnet.keras.from_keras(model)


def test_layers_without_time():
    x = noise(1, BATCH, STEPS, INPUT)
    dense = layers.Dense(6)
    dense.build(x.shape)
    close(seqnet.keras.from_keras(randomise(dense))(x), by_keras(dense, x))
    table = layers.Embedding(TOKENS, INPUT)
    table.build()
    close(seqnet.keras.from_keras(randomise(table))(TOKEN_ROWS), by_keras(table, TOKEN_ROWS))
    assert seqnet.keras.from_keras(layers.Dropout(0.25)).p == 0.25


def test_tied_weights_become_a_kernel():
    table = seqnet.Embedding(TOKENS, INPUT)
    mine = seqnet.Sequential(table, seqnet.GRU(INPUT, INPUT, batch_first=True),
                             seqnet.Linear(INPUT, TOKENS, tied_embedding=table))
    model = keras.Sequential([
        keras.Input((STEPS,)), layers.Embedding(TOKENS, INPUT),
        layers.GRU(INPUT, return_sequences=True), layers.Dense(TOKENS)])
    model.set_weights(seqnet.keras.to_keras_weights(mine))
    close(by_keras(model, TOKEN_ROWS), mine(TOKEN_ROWS)[0])


# ---------------------------------------------------------------------- what is refused

def branched():
    inputs = keras.Input((STEPS, INPUT))
    return keras.Model(inputs, layers.Concatenate()([inputs, cell("lstm")(inputs)]))


def two_inputs():
    inputs = [keras.Input((STEPS, INPUT)) for _ in range(2)]
    return keras.Model(inputs, layers.Add()(inputs))


def first_state():
    inputs = keras.Input((STEPS, INPUT))
    state = layers.GRU(HIDDEN, name="encoder")(inputs)
    return keras.Model(inputs, layers.GRU(HIDDEN, name="decoder")(inputs, initial_state=state))


def with_state():
    inputs = keras.Input((STEPS, INPUT))
    return keras.Model(inputs, layers.GRU(HIDDEN, return_state=True, name="r")(inputs)[0])


def without_layers():
    inputs = keras.Input((STEPS, INPUT))
    return keras.Model(inputs, inputs, name="none")


class Subclass(keras.Model):
    def call(self, x):
        return x


def two_outputs():
    inputs = keras.Input((STEPS, INPUT))
    y = cell("lstm")(inputs)
    return keras.Model(inputs, [y, layers.Dense(2)(y)])


REFUSED = {
    "layer": (lambda: sequential(layers.Conv1D(3, 2, name="conv")), r"'conv' \(Conv1D\)"),
    "dense": (lambda: sequential(layers.Dense(3, "relu", name="d")), r"'d' .*activation = 'relu'"),
    "activation": (lambda: sequential(layers.LSTM(3, activation="relu", name="r")),
                   r"'r' \(LSTM\): activation = 'relu', need 'tanh'"),
    "recurrent_activation": (
        lambda: sequential(layers.GRU(3, recurrent_activation="hard_sigmoid", name="r")),
        r"'r' \(GRU\): recurrent_activation = 'hard_sigmoid'"),
    "go_backwards": (lambda: sequential(layers.LSTM(3, go_backwards=True, name="r")),
                     r"'r' .*go_backwards = True"),
    "merge_mode": (
        lambda: sequential(layers.Bidirectional(layers.LSTM(3), merge_mode="sum", name="b")),
        r"'b' \(Bidirectional\): merge_mode = 'sum'"),
    "mask_zero": (lambda: sequential(layers.Embedding(4, 3, mask_zero=True, name="e"),
                                     inputs=(STEPS,)), r"'e' .*mask_zero = True"),
    "mask_zero_for_others": (
        lambda: sequential(layers.Embedding(4, 3, mask_zero=True, name="e"), layers.GRU(3),
                           inputs=(STEPS,)), r"'e' .*mask_zero = True"),
    "one_layer_with_mask": (lambda: layers.Embedding(4, 3, mask_zero=True, name="e"),
                            r"'e' .*mask_zero = True"),
    "masking": (lambda: sequential(layers.Masking(name="m"), layers.LSTM(3)),
                r"'m' \(Masking\): masks are not supported"),
    "branch": (branched, r"\(Concatenate\)"),
    "first_state": (first_state, r"'decoder' \(GRU\): it has 2 inputs"),
    "return_state": (with_state, r"'r' \(GRU\): return_state = True"),
    "stateful": (lambda: keras.Sequential([keras.Input((4, 2), 3), layers.LSTM(3, stateful=True)]),
                 "stateful = True"),
    "subclass": (lambda: Subclass(name="mine"), "'mine': need a built Sequential or functional"),
    "empty": (without_layers, "'none' has no layers"),
    "two_inputs": (two_inputs, "one input and one output"),
    "two_outputs": (two_outputs, "one input and one output"),
    "after_last": (
        lambda: sequential(layers.LSTM(3), layers.RepeatVector(2, name="repeat")),
        r"'repeat' \(RepeatVector\)"),
    "not_built": (lambda: layers.LSTM(3, name="r"), r"'r' .*not built"),
    "no_layer": (lambda: layers.Bidirectional(layers.RNN(layers.LSTMCell(3)), name="b"), "'b'"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case):
    make, text = REFUSED[case]
    with pytest.raises(NotSupportedError, match=text):
        seqnet.keras.from_keras(make())


def test_ways_must_be_alike():
    pair = layers.Bidirectional(
        layers.GRU(3, return_sequences=True),
        backward_layer=layers.GRU(3, return_sequences=True, go_backwards=True, reset_after=False),
        name="b")
    with pytest.raises(NotSupportedError, match="'b' .*reset_after"):
        seqnet.keras.from_keras(sequential(pair))


def test_without_the_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "keras", None)
    with pytest.raises(ImportError, match="pip install keras"):
        seqnet.keras.load("model.keras")


def test_projection_cannot_be_said():
    with pytest.raises(NotSupportedError, match="proj_size = 2"):
        seqnet.keras.to_keras_weights(seqnet.LSTM(3, 4, proj_size=2))


@pytest.mark.parametrize(("name", "other", "text"), [
    ("gru_after", "reset_before", '"bias"'),
    ("gru_before", "reset_after", '"bias"'),
])
def test_arrays_of_the_other_form(name, other, text):
    layer = cell(name)
    layer.build((BATCH, STEPS, INPUT))
    arrays = dict(zip(("kernel", "recurrent_kernel", "bias"), layer.get_weights()))
    with pytest.raises(SeqnetError, match=text):
        seqnet.from_weights(arrays, "keras", gru_form=other)
    with pytest.raises(SeqnetError, match='"weight_ih_l0".*"kernel"|"kernel"'):
        seqnet.from_weights(arrays, "torch")
