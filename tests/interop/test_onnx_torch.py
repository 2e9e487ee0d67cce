# SPDX-License-Identifier: MIT
"""Files that torch.onnx.export writes."""

import warnings

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnxscript")
import seqnet.onnx
from onnx_tools import close, run

nn = torch.nn
STEPS, BATCH, INPUT, HIDDEN, TOKENS = 7, 3, 5, 4, 9


class Tagger(nn.Module):
    """Embedding, a recurrent module, Linear; first states are zero or given."""

    def __init__(self, kind, **options):
        super().__init__()
        self.embed = nn.Embedding(TOKENS, INPUT)
        self.rnn = kind(INPUT, HIDDEN, **options)
        self.head = nn.Linear(HIDDEN * (1 + self.rnn.bidirectional), 6)

    def forward(self, tokens, *states):
        given = states if len(states) > 1 else states[0] if states else None
        y, last = self.rnn(self.embed(tokens), given)
        return self.head(y), *(last if isinstance(last, tuple) else [last])


class Classifier(Tagger):
    """The last step alone."""

    def forward(self, tokens):
        y, _ = self.rnn(self.embed(tokens))
        return torch.softmax(self.head(torch.relu(y[:, -1])), dim=-1)


KINDS = {
    "rnn": (nn.RNN, {}),
    "rnn_relu": (nn.RNN, {"nonlinearity": "relu"}),
    "lstm": (nn.LSTM, {}),
    "gru": (nn.GRU, {}),
}


def make(build, kind, **options):
    torch.manual_seed(3)
    kind, extra = KINDS[kind]
    module = build(kind, **extra, **options).eval()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.uniform_(-0.7, 0.7)
    return module


def export(module, inputs, path, dynamo):
    names = ["tokens", "h0", "c0"][: len(inputs)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # fixed batch sizes, deprecated ways
        torch.onnx.export(module, inputs, path, input_names=names, dynamo=dynamo, verbose=False)


def is_unrolled(kind, dynamo):
    """Whether the exporter writes the products of every step instead of a recurrent node."""
    return dynamo and kind.startswith("rnn")


def inputs_of(module, states):
    rnn = module.rnn
    leading = (BATCH, STEPS) if rnn.batch_first else (STEPS, BATCH)
    inputs = [torch.randint(0, TOKENS, leading)]
    if states:
        slots = rnn.num_layers * (1 + rnn.bidirectional)
        inputs += [torch.randn(slots, BATCH, HIDDEN) for _ in range(1 + (rnn.mode == "LSTM"))]
    return tuple(inputs)


@pytest.mark.parametrize("dynamo", [False, True])
@pytest.mark.parametrize(("options", "states"), [
    ({}, False),
    ({"num_layers": 2, "bidirectional": True}, True),
    ({"batch_first": True, "bidirectional": True}, False),
    ({"bias": False}, True),
], ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_tagger(tmp_path, kind, options, states, dynamo):
    module = make(Tagger, kind, **options)
    inputs, path = inputs_of(module, states), tmp_path / "model.onnx"
    export(module, inputs, path, dynamo)
    expected = [value.detach().numpy() for value in module(*inputs)]
    arrays = [value.numpy() for value in inputs]
    found = seqnet.onnx.load_graph(path)(*arrays)
    assert len(found) == len(expected)
    for one, other in zip(found, expected):
        close(one, other)
    model = seqnet.onnx.load(path)
    if is_unrolled(kind, dynamo):
        assert isinstance(model, seqnet.onnx.Model) and not model.layers
        return
    assert isinstance(model, seqnet.Sequential), "torch.onnx.export's glue is understood"
    levels = module.rnn.num_layers
    assert [type(layer).__name__ for layer in model] == [
        "Embedding", *[module.rnn.__class__.__name__] * levels, "Linear"]
    ways = 1 + module.rnn.bidirectional
    given = {f"{1 + level}.{name}": array[level * ways : (level + 1) * ways]
             for level in range(levels) for name, array in zip("hc", arrays[1:])}
    close(model(arrays[0], given)[0], expected[0])


@pytest.mark.parametrize("dynamo", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_classifier(tmp_path, kind, dynamo):
    module = make(Classifier, kind, batch_first=True)
    inputs, path = inputs_of(module, False), tmp_path / "model.onnx"
    export(module, inputs, path, dynamo)
    model = seqnet.onnx.load(path)
    assert isinstance(model, seqnet.onnx.Model)
    assert len(model.layers) == 1 - is_unrolled(kind, dynamo)
    close(model(inputs[0].numpy()), module(*inputs).detach().numpy())


@pytest.mark.parametrize("state", [False, True])
def test_there_and_back(tmp_path, state):
    """A module of PyTorch, by its .onnx file, and again as one that ONNX Runtime runs."""
    module = make(Tagger, "lstm", num_layers=2)
    inputs = inputs_of(module, False)
    export(module, inputs, tmp_path / "model.onnx", True)
    seqnet.onnx.save(seqnet.onnx.load(tmp_path / "model.onnx"), tmp_path / "again.onnx",
                     state=state)
    zeros = {f"{level}.{name}_0": np.zeros((1, BATCH, HIDDEN), np.float32)
             for level in (1, 2) for name in "hc"} if state else {}
    found = run(tmp_path / "again.onnx", {"x": inputs[0].numpy(), **zeros})
    close(found[0], module(*inputs)[0].detach().numpy())
