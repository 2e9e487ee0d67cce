# SPDX-License-Identifier: MIT
"""The Python package against live PyTorch: every layer and option, both ways, and in streams.

SEQNET_LIBRARY is the shared library; the package `seqnet` is on PYTHONPATH.
"""

import itertools
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
seqnet = pytest.importorskip("seqnet")
nn = torch.nn

ROOT = Path(__file__).resolve().parents[2]
STEPS, BATCH, INPUT, HIDDEN = 7, 4, 5, 6
TOLERANCE = dict(rtol=1e-5, atol=1e-5)

CELLS = {
    "rnn": (nn.RNN, {}),
    "rnn_relu": (nn.RNN, {"nonlinearity": "relu"}),
    "lstm": (nn.LSTM, {}),
    "lstm_proj": (nn.LSTM, {"proj_size": 3}),
    "gru": (nn.GRU, {}),
}
OPTIONS = [
    dict(zip(["num_layers", "bidirectional", "bias", "batch_first"], values))
    for values in itertools.product([1, 2], [False, True], [True, False], [False, True])
]


@pytest.fixture(autouse=True)
def seeded():
    torch.manual_seed(11)


def randomise(module):
    """Weights that PyTorch's own initial ones are too small to test."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.uniform_(-0.7, 0.7)
    return module.eval()


def parts(state):
    return list(state) if isinstance(state, tuple) else [state]


def joined(states):
    return tuple(states) if len(states) == 2 else states[0]


def close(actual, expected):
    np.testing.assert_allclose(np.asarray(actual), expected.detach().numpy(), **TOLERANCE)


def first_states(module):
    slots = module.num_layers * (1 + module.bidirectional)
    sizes = [module.proj_size or HIDDEN] + [HIDDEN] * (module.mode == "LSTM")
    return [torch.randn(slots, BATCH, size) for size in sizes]


def recurrent(cell, options):
    kind, extra = CELLS[cell]
    module = randomise(kind(INPUT, HIDDEN, **extra, **options))
    shape = (BATCH, STEPS) if module.batch_first else (STEPS, BATCH)
    return module, torch.randn(*shape, INPUT), first_states(module)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("cell", CELLS)
def test_recurrent(cell, options):
    module, x, states = recurrent(cell, options)
    layer = seqnet.from_torch(module)
    arrays = [state.numpy() for state in states]
    for given, mine in [(None, None), (joined(states), joined(arrays))]:
        expected_y, expected = module(x, given)
        y, last = layer(x.numpy(), mine)
        close(y, expected_y)
        assert len(parts(last)) == len(parts(expected))
        for one, other in zip(parts(last), parts(expected)):
            close(one, other)
    row = x[0] if module.batch_first else x[:, 0]
    close(layer(row.numpy())[0], module(row)[0])


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("cell", CELLS)
def test_lengths(cell, options):
    module, x, _ = recurrent(cell, options)
    lengths = torch.tensor([3, 7, 1, 7])
    packed = nn.utils.rnn.pack_padded_sequence(
        x, lengths, batch_first=module.batch_first, enforce_sorted=False
    )
    packed_y, expected = module(packed)
    expected_y, _ = nn.utils.rnn.pad_packed_sequence(packed_y, module.batch_first)
    y, last = seqnet.from_torch(module)(x.numpy(), lengths=lengths)
    close(y, expected_y)
    for one, other in zip(parts(last), parts(expected)):
        close(one, other)


@pytest.mark.parametrize("options", OPTIONS[::3], ids=str)
@pytest.mark.parametrize("cell", CELLS)
def test_gradients(cell, options):
    module, x, states = recurrent(cell, options)
    for tensor in [x, *states]:
        tensor.requires_grad_()
    expected_y, last = module(x, joined(states))
    seeds = [torch.randn_like(tensor) for tensor in [expected_y, *parts(last)]]
    sum((s * t).sum() for s, t in zip(seeds, [expected_y, *parts(last)])).backward()

    context = seqnet.Context(seqnet.from_torch(module), STEPS, BATCH, training=True)
    names = list(context.state_shapes())
    for name, state in zip(names, states):
        context.set_state(name, state.detach())
    close(context.forward(x.detach()), expected_y)
    for name, seed in zip(names, seeds[1:]):
        context.set_state_gradient(name, seed)
    close(context.backward(seeds[0]), x.grad)
    for name, state in zip(names, states):
        close(context.get_state_gradient(name), state.grad)
    for name, parameter in module.named_parameters():
        scale = max(float(parameter.grad.abs().max()), 1.0)
        close(context.gradient(name) / scale, parameter.grad / scale)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("cell", CELLS)
def test_round_trip(cell, options):
    module, x, states = recurrent(cell, options)
    again = seqnet.to_torch(seqnet.from_torch(module))
    assert type(again) is type(module) and repr(again) == repr(module)
    for name, parameter in module.named_parameters():
        assert torch.equal(again.get_parameter(name), parameter), name
    assert torch.equal(again(x, joined(states))[0], module(x, joined(states))[0])


@pytest.mark.parametrize("cell", CELLS)
def test_state_dict(cell):
    module, x, _ = recurrent(cell, dict(num_layers=2, bidirectional=True))
    extra = {"nonlinearity": "relu"} if cell == "rnn_relu" else {}
    layer = seqnet.from_torch(module.state_dict(), gru_form="reset_after", **extra)
    close(layer(x.numpy())[0], module(x)[0])
    prefixed = {f"encoder.{name}": tensor for name, tensor in module.state_dict().items()}
    prefixed["decoder.weight"] = torch.zeros(2, 2)
    layer = seqnet.from_torch(prefixed, prefix="encoder.", gru_form="reset_after", **extra)
    close(layer(x.numpy())[0], module(x)[0])


@pytest.mark.parametrize("kind", [nn.RNNCell, nn.LSTMCell, nn.GRUCell])
def test_cells(kind):
    module, x = randomise(kind(INPUT, HIDDEN)), torch.randn(BATCH, INPUT)
    y, _ = seqnet.from_torch(module)(x.numpy()[np.newaxis])
    close(y[0], parts(module(x))[0])


def test_layers_without_time():
    embedding = randomise(nn.Embedding(9, 4, padding_idx=3))
    tokens = torch.randint(0, 9, (3, 2, 2))
    layer = seqnet.from_torch(embedding)
    assert layer.padding_idx == 3
    close(layer(tokens), embedding(tokens))
    assert torch.equal(seqnet.to_torch(layer).weight, embedding.weight)
    for bias in [True, False]:
        linear, x = randomise(nn.Linear(5, 3, bias=bias)), torch.randn(2, 3, 5)
        close(seqnet.from_torch(linear)(x), linear(x))
        assert torch.equal(seqnet.to_torch(seqnet.from_torch(linear))(x), linear(x))
    dropout = seqnet.from_torch(nn.Sequential(nn.Linear(2, 3), nn.Dropout(0.25)))[1]
    assert dropout.p == 0.25 and seqnet.to_torch(dropout).p == 0.25


def test_types_are_converted():
    for kind in [torch.float64, torch.float16, torch.bfloat16]:
        module = randomise(nn.Linear(3, 2)).to(kind)
        assert np.array_equal(
            seqnet.from_torch(module).get_parameter("weight"), module.weight.detach().float()
        )


def language_model(tied, batch_first):
    modules = [
        nn.Embedding(9, 6),
        nn.Sequential(nn.Dropout(0.1), nn.Identity()),
        nn.LSTM(6, 6, num_layers=2, batch_first=batch_first, dropout=0.5),
        nn.Linear(6, 9, bias=not tied),
    ]
    if tied:
        modules[3].weight = modules[0].weight
    return [randomise(module) for module in modules]


@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("tied", [False, True])
def test_models(tied, batch_first):
    modules = language_model(tied, batch_first)
    tokens = torch.randint(0, 9, (STEPS, BATCH))
    hidden, (h, c) = modules[2](modules[0](tokens))
    model = seqnet.from_torch(modules)
    assert model.batch_first == batch_first and model[3].tied == tied
    y, state = model(tokens)
    close(y, modules[3](hidden))
    close(state["2.h"], h)
    close(state["2.c"], c)
    again = seqnet.to_torch(model).eval()
    assert (again[3].weight is again[0].weight) == tied
    again_y, again_state = again(tokens, {"2.h": h, "2.c": c})
    close(model(tokens, state)[0], again_y)
    close(model(tokens, state)[1]["2.c"], again_state["2.c"])
    assert set(again.state_dict()) - {"3.weight"} == set(model.names()) - {"3.weight"}


def test_training_agrees():
    """Three updates of Adam on one batch leave the same weights as PyTorch's."""
    modules = [randomise(m) for m in [nn.Embedding(9, 6), nn.GRU(6, 5), nn.Linear(5, 9)]]
    model = seqnet.from_torch(modules)
    tokens, targets = torch.randint(0, 9, (2, STEPS, BATCH))
    trainer = seqnet.Trainer(
        model, optimizer="adam", learning_rate=0.01, max_batch=BATCH, back_steps=STEPS
    )
    parameters = [p for module in modules for p in module.parameters()]
    optimizer = torch.optim.Adam(parameters, 0.01)
    for _ in range(3):
        logits = modules[2](modules[1](modules[0](tokens))[0])
        loss = nn.functional.cross_entropy(logits.reshape(-1, 9), targets.reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        assert trainer.train(tokens, targets).loss == pytest.approx(loss.item(), rel=1e-5)
    for mine, its in zip(model.parameters(), parameters):
        np.testing.assert_allclose(mine, its.detach(), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(
    ("module", "text"),
    [
        (nn.ReLU(), "module is a ReLU"),
        (nn.Sequential(nn.Linear(2, 3), nn.Sequential(nn.Identity(), nn.Tanh())), r"1\.1 is a Tanh"),
        (nn.Embedding(4, 3, max_norm=1.0), "max_norm"),
        (type("Mine", (nn.Linear,), {})(2, 3), "module is a Mine"),
    ],
)
def test_refused_modules(module, text):
    with pytest.raises(seqnet.errors.NotSupportedError, match=text):
        seqnet.from_torch(module)


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        (seqnet.RNN(3, 4, nonlinearity="sigmoid"), "sigmoid"),
        (seqnet.GRU(3, 4, reset_before=True), "resets before"),
        (seqnet.Sequential(seqnet.LSTM(3, 4, token_input=True)), "layer 0: LSTM.* takes tokens"),
    ],
)
def test_refused_layers(layer, text):
    with pytest.raises(NotImplementedError, match=text):
        seqnet.to_torch(layer)


# ---------------------------------------------------------------------- streams from C and Python

FRAMES = 60


def detector():
    """The shape of Silero VAD's decoder: frame features, an LSTM, one output."""
    return [nn.LSTM(128, 128), nn.Linear(128, 1)]


def denoiser():
    """The shape of RNNoise: a dense layer, three GRUs, a head of gains."""
    return [nn.Linear(65, 128), nn.GRU(128, 256), nn.GRU(256, 256), nn.GRU(256, 256),
            nn.Linear(256, 32)]


def by_torch(modules, x):
    for module in modules:
        x = module(x)
        x = x[0] if isinstance(x, tuple) else x
    return x


@pytest.fixture(scope="module")
def c_stream(tmp_path_factory):
    """examples/06_stream_model.c, as a user compiles it."""
    if shutil.which("cc") is None:
        pytest.skip("no C compiler")
    library = Path(os.environ["SEQNET_LIBRARY"]).resolve()
    program = tmp_path_factory.mktemp("stream") / "stream_model"
    command = ["cc", "-std=c11", f"-I{ROOT / 'include'}", ROOT / "examples/06_stream_model.c",
               library, f"-Wl,-rpath,{library.parent}", "-lm", "-o", program]
    subprocess.run(command, check=True)
    return program


@pytest.mark.parametrize("make", [detector, denoiser])
def test_streams_from_c_and_python(make, c_stream, tmp_path):
    modules = [module.eval() for module in make()]
    model = seqnet.from_torch(modules)
    path = tmp_path / "model.safetensors"
    seqnet.save(model, path)
    x = torch.randn(FRAMES, model.input_size)

    stream = seqnet.Stream(seqnet.load(path))
    python = np.stack([stream(frame).copy() for frame in x.numpy()])
    done = subprocess.run([c_stream, path], input=x.numpy().tobytes(), capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    c = np.frombuffer(done.stdout, np.float32).reshape(python.shape)

    assert python.tobytes() == c.tobytes()
    close(python, by_torch(modules, x))
