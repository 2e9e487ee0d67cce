# SPDX-License-Identifier: MIT
"""State dicts of PyTorch become models with PyTorch's outputs, and models state dicts."""

import numpy as np
import pytest
from dialect_tools import TOLERANCE, convert, noise, outputs, read, write

torch = pytest.importorskip("torch")

STEPS, BATCH, INPUT, HIDDEN = 6, 3, 5, 4
CELLS = {
    "rnn": (torch.nn.RNN, {}, []),
    "rnn_relu": (torch.nn.RNN, {"nonlinearity": "relu"}, ["--nonlinearity", "relu"]),
    "lstm": (torch.nn.LSTM, {}, []),
    "lstm_proj": (torch.nn.LSTM, {"proj_size": 3}, []),
    "gru": (torch.nn.GRU, {}, []),
}


def randomise(module, seed):
    torch.manual_seed(seed)
    for parameter in module.parameters():
        torch.nn.init.uniform_(parameter, -0.7, 0.7)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("levels", [1, 2])
@pytest.mark.parametrize("cell", CELLS)
def test_recurrent(tmp_path, cell, levels, bidirectional, bias):
    kind, options, flags = CELLS[cell]
    module = kind(INPUT, HIDDEN, num_layers=levels, bidirectional=bidirectional, bias=bias,
                  **options)
    randomise(module, 1)
    state = {f"encoder.rnn.{name}": value.numpy() for name, value in module.state_dict().items()}
    write(tmp_path / "state", state)
    convert("--from", "torch", "--prefix", "encoder.rnn.", *flags, tmp_path / "state",
            tmp_path / "model")
    x = noise(2, STEPS, BATCH, INPUT)
    with torch.no_grad():
        expected = module(torch.from_numpy(x))[0].numpy()
    np.testing.assert_allclose(outputs(tmp_path / "model", x, expected.shape[2]), expected,
                               **TOLERANCE)
    convert("--to", "torch", "--prefix", "encoder.rnn.", tmp_path / "model", tmp_path / "back")
    back = read(tmp_path / "back")
    assert back.keys() == state.keys()
    for name, value in state.items():
        np.testing.assert_array_equal(back[name], value)


class Tagger(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = torch.nn.Embedding(11, INPUT)
        self.rnn = torch.nn.GRU(INPUT, HIDDEN, bidirectional=True)
        self.head = torch.nn.Linear(2 * HIDDEN, 7)

    def forward(self, tokens):
        return self.head(self.rnn(self.embed(tokens))[0])


def test_modules_in_a_model(tmp_path):
    module = Tagger()
    randomise(module, 3)
    write(tmp_path / "state", {name: value.numpy() for name, value in module.state_dict().items()})
    convert("--from", "torch", "--modules", "embed,rnn,head", tmp_path / "state",
            tmp_path / "model")
    tokens = np.random.default_rng(4).integers(0, 11, (STEPS, BATCH))
    with torch.no_grad():
        expected = module(torch.from_numpy(tokens)).numpy()
    np.testing.assert_allclose(outputs(tmp_path / "model", tokens, 7), expected, **TOLERANCE)
    other = Tagger()
    convert("--to", "torch", "--modules", "embed,rnn,head", tmp_path / "model", tmp_path / "back")
    other.load_state_dict({name: torch.from_numpy(value)
                           for name, value in read(tmp_path / "back").items()}, strict=True)
    with torch.no_grad():
        np.testing.assert_array_equal(other(torch.from_numpy(tokens)).numpy(), expected)


def test_half_precision(tmp_path):
    save_file = pytest.importorskip("safetensors.torch").save_file
    x = noise(5, STEPS, BATCH, INPUT)
    for dtype in (torch.float16, torch.bfloat16, torch.float64):
        module = torch.nn.LSTM(INPUT, HIDDEN)
        randomise(module, 6)
        module.to(dtype)
        save_file(module.state_dict(), tmp_path / "state")
        module.to(torch.float32)
        convert("--from", "torch", tmp_path / "state", tmp_path / "model")
        with torch.no_grad():
            expected = module(torch.from_numpy(x))[0].numpy()
        np.testing.assert_allclose(outputs(tmp_path / "model", x, HIDDEN), expected, **TOLERANCE)


def test_another_dialect_is_refused(tmp_path):
    write(tmp_path / "state", {name: value.detach().numpy()
                               for name, value in torch.nn.LSTM(4, 4).named_parameters()})
    convert("--from", "keras", tmp_path / "state", tmp_path / "model",
            fails='found "bias_hh_l0" (torch?)')
    convert("--from", "onnx", tmp_path / "state", tmp_path / "model", fails="(torch?)")
    convert("--from", "onednn", tmp_path / "state", tmp_path / "model", fails="(torch?)")
