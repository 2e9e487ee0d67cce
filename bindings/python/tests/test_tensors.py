# SPDX-License-Identifier: MIT
"""safetensors files as dictionaries, weights in other dialects, models as bytes."""

from __future__ import annotations

import copy
import json
import pickle

import numpy as np
import pytest

import seqnet


def test_round_trip(tmp_path, random):
    arrays = {
        "ü": random.standard_normal((2, 3)).astype(np.float32),
        "double": random.standard_normal(4),
        "half": np.arange(3, dtype=np.float16),
        "long": np.array(-(2**40)),
        "empty": np.zeros((0, 5), np.int8),
        "flags": np.array([True, False]),
        "complex": np.array([1 + 2j], np.complex64),
        "big": np.arange(3, dtype=">i4"),
    }
    tensors = seqnet.Tensors(arrays, {"made": "hier"})
    tensors.save(tmp_path / "file")
    again = seqnet.Tensors.load(tmp_path / "file")
    assert list(again) == sorted(arrays, key=str.encode) and len(again) == len(arrays)
    for name, array in arrays.items():
        assert np.array_equal(again[name], array) and again[name].shape == array.shape
        assert again[name].dtype == array.dtype.newbyteorder("<")
    assert dict(again.metadata) == {"made": "hier"}
    assert again.dumps() == tensors.dumps() == (tmp_path / "file").read_bytes()


def file_of(dtype: str, data: bytes) -> bytes:
    tensor = {"dtype": dtype, "shape": [2], "data_offsets": [0, len(data)]}
    header = json.dumps({"x": tensor}).encode()
    return len(header).to_bytes(8, "little") + header + data


def test_types_that_numpy_has_not():
    bf16 = seqnet.Tensors.loads(file_of("BF16", b"\x80\x3f\x00\xc0"))
    assert np.array_equal(bf16["x"], np.array([1, -2], np.float32))
    with pytest.raises(NotImplementedError, match="x is F8_E4M3"):
        seqnet.Tensors.loads(file_of("F8_E4M3", b"\0\0"))["x"]


def test_changes_and_refusals(tmp_path):
    tensors = seqnet.Tensors({"a": [1.0], "b": [2]}, {"k": "v"})
    del tensors["a"], tensors.metadata["k"]
    assert list(tensors) == ["b"] and not tensors.metadata
    assert "a" not in tensors and tensors.floats is not None
    for refused in [lambda: tensors["a"], lambda: tensors.metadata["k"]]:
        with pytest.raises(KeyError):
            refused()
    with pytest.raises(KeyError):
        del tensors.metadata["k"]
    with pytest.raises(TypeError, match="text has dtype"):
        tensors["text"] = np.array(["a"])
    with pytest.raises(ValueError, match="9 dimensions"):
        tensors["deep"] = np.zeros((1,) * 9)
    with pytest.raises(NotImplementedError):
        tensors.floats("b")
    with pytest.raises(seqnet.errors.FormatError):
        seqnet.Tensors.loads(b"12345678")
    with pytest.raises(OSError):
        seqnet.Tensors.load(tmp_path / "none")


def model() -> seqnet.Sequential:
    return seqnet.Sequential(
        seqnet.Embedding(7, 3),
        seqnet.LSTM(3, 4, num_layers=2, bidirectional=True),
        seqnet.GRU(8, 5),
        seqnet.Linear(5, 2),
    )


def zero_second_biases(layer: seqnet.Layer) -> None:
    """Keras and oneDNN have one bias for two."""
    for name in layer.names():
        if name.startswith("1.bias_hh"):
            layer.set_parameter(name, np.zeros(layer.shape(name)))


@pytest.mark.parametrize("dialect", ["torch", "keras", "onnx", "onednn"])
def test_dialects(dialect, tmp_path, random):
    one = model()
    zero_second_biases(one)
    if dialect == "onednn":
        bias = one.get_parameter("2.bias_hh_l0")
        bias[:10] = 0
        one.set_parameter("2.bias_hh_l0", bias)
    names = ["embed", "below", "above", "head"]
    options = dict(prefix="net.", modules=names)
    tensors = seqnet.export_weights(one, dialect, **options)
    assert all(name.startswith("net.") for name in tensors)
    tensors.save(tmp_path / "weights.safetensors")
    two = model()
    for name, values in two.named_parameters():
        two.set_parameter(name, values * 0)
    seqnet.import_weights(two, tmp_path / "weights.safetensors", dialect, **options)
    assert all(map(np.array_equal, one.parameters(), two.parameters()))
    three = seqnet.from_weights(dict(tensors), dialect, gru_form="reset_after", **options)
    assert repr(three) == repr(one)
    tokens = random.integers(0, 7, (5, 2))
    assert np.array_equal(three(tokens)[0], one(tokens)[0])


def test_refused_weights():
    layer = seqnet.LSTM(3, 4)
    before = layer.state_dict()
    tensors = seqnet.export_weights(layer)
    del tensors["bias_hh_l0"]
    with pytest.raises(KeyError, match="bias_hh_l0"):
        seqnet.import_weights(layer, tensors)
    with pytest.raises(ValueError, match="weight_ih_l0"):
        seqnet.import_weights(seqnet.GRU(3, 4), seqnet.export_weights(layer))
    with pytest.raises(NotImplementedError):
        seqnet.export_weights(seqnet.LSTM(3, 4, proj_size=2), "keras")
    with pytest.raises(ValueError, match="torch, keras, onnx, onednn"):
        seqnet.import_weights(layer, tensors, "tensorflow")
    assert all(np.array_equal(before[name], p) for name, p in layer.named_parameters())


def test_state_dict_form_of_from_torch():
    layer = seqnet.GRU(3, 4, num_layers=2)
    again = seqnet.from_torch(layer.state_dict(), gru_form="reset_after")
    assert repr(again) == repr(layer)
    assert all(map(np.array_equal, again.parameters(), layer.parameters()))


def test_models_as_bytes(tmp_path):
    one = model()
    seqnet.save(one, tmp_path / "model", {"k": "v"})
    data = seqnet.dumps(one, {"k": "v"})
    assert data == (tmp_path / "model").read_bytes()
    again = seqnet.loads(data)
    assert again.metadata == {"k": "v"} and repr(again) == repr(one)
    with pytest.raises(seqnet.errors.FormatError):
        seqnet.loads(data[:-1])


@pytest.mark.parametrize(
    "clone", [copy.copy, copy.deepcopy, lambda layer: pickle.loads(pickle.dumps(layer))]
)
def test_copies(clone):
    layer = seqnet.LSTM(3, 4, batch_first=True)
    layer.metadata["k"] = "v"
    again = clone(layer)
    assert again.handle.value != layer.handle.value
    assert again.batch_first and again.metadata == {"k": "v"}
    assert all(map(np.array_equal, again.parameters(), layer.parameters()))
    assert clone(seqnet.Dropout(0.25)).p == 0.25


@pytest.mark.parametrize(
    "clone", [copy.copy, copy.deepcopy, lambda tensors: pickle.loads(pickle.dumps(tensors))]
)
def test_copies_of_tensors(clone):
    tensors = seqnet.Tensors({"a": np.arange(3)}, {"k": "v"})
    again = clone(tensors)
    again["a"] = np.zeros(2)
    assert tensors["a"].tolist() == [0, 1, 2] and dict(again.metadata) == {"k": "v"}


def test_no_text_is_cut_at_a_nul(tmp_path):
    tensors = seqnet.Tensors({"a": np.ones(1)}, {"k": "v"})
    tensors.save(tmp_path / "a")
    for use in [
        lambda: tensors["a\0b"],
        lambda: tensors.update({"a\0b": np.zeros(1)}),
        lambda: tensors.metadata.update({"k": "w\0"}),
        lambda: tensors.metadata.pop("k\0"),
        lambda: tensors.load(f"{tmp_path}/a\0b"),
        lambda: tensors.save(f"{tmp_path}/a\0b"),
        lambda: seqnet.save(model(), f"{tmp_path}/a\0b"),
        lambda: seqnet.dumps(model(), {"k": "w\0"}),
        lambda: seqnet.export_weights(model(), prefix="a\0"),
        lambda: seqnet.Context(seqnet.GRU(2, 3)).get_state("h\0"),
        lambda: seqnet.Trainer(model()).save(tmp_path / "c", "note\0"),
    ]:
        with pytest.raises(ValueError, match="NUL"):
            use()
    assert tensors["a"] == 1 and dict(tensors.metadata) == {"k": "v"}
    with pytest.raises(TypeError, match="int, need a str"):
        tensors[3] = np.ones(1)


def test_a_metadata_key_may_be_empty():
    tensors = seqnet.Tensors(metadata={"": "none", "k": "v"})
    assert dict(seqnet.Tensors.loads(tensors.dumps()).metadata) == {"": "none", "k": "v"}


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_bytes_of_any_kind(kind):
    assert seqnet.Tensors.loads(kind(seqnet.Tensors({"a": np.ones(2)}).dumps()))["a"].sum() == 2
    assert repr(seqnet.loads(kind(seqnet.dumps(model())))) == repr(model())
    for load in [seqnet.Tensors.loads, seqnet.loads]:
        with pytest.raises(TypeError):
            load("text")


def test_a_name_is_no_list_of_modules():
    with pytest.raises(TypeError, match="modules is 'rnn'"):
        seqnet.export_weights(seqnet.GRU(2, 3), modules="rnn")


def test_message_of_names_that_are_cut():
    for first in range(4):
        tensors = seqnet.Tensors({"a" * first + "\N{GRINNING FACE}" * 100: np.ones(1)})
        with pytest.raises(KeyError, match="weight_hh_l0"):
            seqnet.from_weights(tensors)
