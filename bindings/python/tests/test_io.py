# SPDX-License-Identifier: MIT
"""Model files."""

from __future__ import annotations

import numpy as np
import pytest

import seqnet

LAYERS = [
    seqnet.Embedding(5, 3, padding_idx=2),
    seqnet.RNN(3, 4, nonlinearity="sigmoid", bias=False),
    seqnet.LSTM(3, 4, num_layers=2, bidirectional=True, dropout=0.25, proj_size=2),
    seqnet.GRU(6, 4, reset_before=True, token_input=True),
    seqnet.Linear(3, 4, bias=False),
    seqnet.Dropout(0.5, size=3),
    seqnet.Sequential(seqnet.Embedding(5, 3), seqnet.GRU(3, 4), seqnet.Linear(4, 5)),
]


def described(layer: seqnet.Layer) -> dict:
    """Everything public that says what a layer is."""
    values = {name: value for name, value in vars(layer).items() if not name.startswith("_")}
    return {"kind": type(layer), **values}


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: type(layer).__name__)
def test_round_trip(layer, tmp_path):
    path = tmp_path / "mödel.safetensors"
    seqnet.save(layer, path)
    again = seqnet.load(path)
    assert described(again) == described(layer)
    assert again.names() == layer.names()
    assert all(map(np.array_equal, again.parameters(), layer.parameters()))
    assert repr(again) == repr(layer)


def test_layers_outlive_the_model_they_were_in(tmp_path):
    seqnet.save(LAYERS[-1], tmp_path / "model")
    children = list(seqnet.load(tmp_path / "model"))
    noise = [np.full(size, np.nan) for size in range(1, 2000, 7)]  # over what was freed
    for child, layer in zip(children, LAYERS[-1]):
        assert all(map(np.array_equal, child.parameters(), layer.parameters()))
    del noise


def test_tied_table_stays_tied(tmp_path):
    embedding = seqnet.Embedding(6, 4)
    head = seqnet.Linear(4, 6, tied_embedding=embedding)
    seqnet.save(seqnet.Sequential(embedding, seqnet.GRU(4, 4), head), tmp_path / "model")
    again = seqnet.load(tmp_path / "model")
    assert again[2].tied and "2.weight" not in again.names()


def test_metadata(tmp_path):
    layer = seqnet.Linear(2, 3)
    seqnet.save(layer, tmp_path / "model", {"zwei": "ü", "eins": "1"})
    again = seqnet.load(tmp_path / "model")
    assert again.metadata == {"eins": "1", "zwei": "ü"}
    seqnet.save(again, tmp_path / "more")
    assert seqnet.load(tmp_path / "more").metadata == again.metadata
    with pytest.raises(ValueError, match="key"):
        seqnet.save(layer, tmp_path / "model", {"seqnet.model": "mine"})
    assert seqnet.load(tmp_path / "model").metadata == again.metadata


def test_refusals(tmp_path):
    with pytest.raises(OSError, match="none"):
        seqnet.load(tmp_path / "none")
    with pytest.raises(seqnet.errors.FileError):
        seqnet.save(seqnet.Linear(2, 3), tmp_path)
    (tmp_path / "text").write_text("not a model")
    with pytest.raises(seqnet.errors.FormatError):
        seqnet.load(tmp_path / "text")
