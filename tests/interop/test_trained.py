# SPDX-License-Identifier: MIT
"""Models trained by the library run in PyTorch, ONNX Runtime and Keras with its outputs."""

import os
import subprocess

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnxruntime")
os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras")
import seqnet.keras
import seqnet.onnx
from onnx_tools import close, run
from safetensors.torch import load_file

nn = torch.nn
STEPS, BATCH, TOKENS, FEATURES, HIDDEN = 7, 3, 9, 5, 6
KINDS = {"rnn": (seqnet.RNN, nn.RNN), "lstm": (seqnet.LSTM, nn.LSTM), "gru": (seqnet.GRU, nn.GRU)}
CASES = pytest.mark.parametrize(
    ("kind", "options"),
    [(kind, options) for kind in KINDS
     for options in ({"num_layers": 2}, {"num_layers": 2, "bidirectional": True})], ids=str)


def tokens_of(seed):
    return np.random.default_rng(seed).integers(0, TOKENS, (STEPS, BATCH))


def trained(kind, options):
    """Some updates, after which every parameter has moved and the loss is less."""
    width = HIDDEN * (1 + options.get("bidirectional", False))
    model = seqnet.Sequential(
        seqnet.Embedding(TOKENS, FEATURES, seed=1),
        KINDS[kind][0](FEATURES, HIDDEN, seed=2, **options),
        seqnet.Dropout(0.0),
        seqnet.Linear(width, TOKENS, seed=3))
    before = model.state_dict()
    trainer = seqnet.Trainer(model, optimizer="adam", learning_rate=0.05, max_batch=BATCH,
                             back_steps=STEPS)
    losses = [trainer.train(tokens_of(4), tokens_of(5)).loss for _ in range(20)]
    assert losses[-1] < losses[0]
    assert all(not np.array_equal(model.get_parameter(name), before[name]) for name in before)
    return model


class Tagger(nn.Module):
    def __init__(self, kind, options):
        super().__init__()
        width = HIDDEN * (1 + options.get("bidirectional", False))
        self.embed = nn.Embedding(TOKENS, FEATURES)
        self.rnn = KINDS[kind][1](FEATURES, HIDDEN, **options)
        self.head = nn.Linear(width, TOKENS)

    def forward(self, tokens):
        return self.head(self.rnn(self.embed(tokens))[0])


MODULES = ["embed", "rnn", "head"]


def check_torch(path, kind, options, expected):
    module = Tagger(kind, options)
    module.load_state_dict(load_file(path), strict=True)
    with torch.no_grad():
        close(module(torch.from_numpy(tokens_of(6))).numpy(), expected)


@CASES
def test_state_dict(tmp_path, kind, options):
    model = trained(kind, options)
    expected, _ = model(tokens_of(6))
    seqnet.export_weights(model, "torch", modules=MODULES).save(tmp_path / "state.safetensors")
    check_torch(tmp_path / "state.safetensors", kind, options, expected)


@CASES
def test_state_dict_by_the_program(tmp_path, kind, options):
    model = trained(kind, options)
    expected, _ = model(tokens_of(6))
    seqnet.save(model, tmp_path / "model.safetensors")
    command = [os.environ["SEQNET_TOOL"], "convert", "--to", "torch", "--modules",
               ",".join(MODULES), tmp_path / "model.safetensors", tmp_path / "state.safetensors"]
    subprocess.run(command, check=True)
    check_torch(tmp_path / "state.safetensors", kind, options, expected)


@CASES
def test_onnx(tmp_path, kind, options):
    model = trained(kind, options)
    seqnet.onnx.save(model, tmp_path / "model.onnx", state=False)
    close(run(tmp_path / "model.onnx", {"x": tokens_of(6)})[0], model(tokens_of(6))[0])


@CASES
def test_keras(kind, options):
    model = trained(kind, options)
    expected, _ = model(tokens_of(6))
    maker = {"rnn": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM, "gru": keras.layers.GRU}
    rows = [maker[kind](HIDDEN, return_sequences=True) for _ in range(2)]
    if options.get("bidirectional"):
        rows = [keras.layers.Bidirectional(row) for row in rows]
    other = keras.Sequential([keras.Input((STEPS,)), keras.layers.Embedding(TOKENS, FEATURES),
                              *rows, keras.layers.Dense(TOKENS)])
    other.set_weights(seqnet.keras.to_keras_weights(model))
    close(keras.ops.convert_to_numpy(other(tokens_of(6).T)).swapaxes(0, 1), expected)
