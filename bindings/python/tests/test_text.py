# SPDX-License-Identifier: MIT
"""Vocabularies, corpora, datasets, sampling."""

from __future__ import annotations

import numpy as np
import pytest

import seqnet
from seqnet import generate


def test_characters():
    vocabulary = seqnet.Vocabulary("ähäh grüße", specials=["unk"])
    tokens = vocabulary.encode("häx")
    assert tokens.dtype == np.int32 and len(vocabulary) == 9 and vocabulary.level == "character"
    assert vocabulary.special("unk") == 0 == tokens[2] and vocabulary.special("pad") is None
    assert vocabulary.decode(tokens[:2]) == "hä"
    assert vocabulary.symbol(vocabulary.token("ß")) == "ß"
    assert "ü" in vocabulary and "z" not in vocabulary
    with pytest.raises(KeyError, match="no symbol 'z'"):
        vocabulary.token("z")
    with pytest.raises(IndexError):
        vocabulary.decode([99])
    with pytest.raises(IndexError, match="z"):
        seqnet.Vocabulary("abc").encode("abz")
    with pytest.raises(ValueError, match="UTF-8"):
        seqnet.Vocabulary(b"\xff")
    with pytest.raises(ValueError, match="character, byte, word"):
        seqnet.Vocabulary("a", level="letter")


def test_bytes_keep_everything():
    data = bytes(range(256))
    vocabulary = seqnet.Vocabulary(data, level="byte")
    assert vocabulary.decode(vocabulary.encode(data)) == data
    assert vocabulary.symbol(vocabulary.token(b"\0")) == b"\0"


def test_words_and_json():
    text = "the cat\nthe dog, the end"
    vocabulary = seqnet.Vocabulary(
        text, "word", ["pad", "eos"], fold_case=True, split_punctuation=True
    )
    again = seqnet.Vocabulary.from_json(vocabulary.to_json())
    tokens = again.encode("The dog\nthe cat")
    assert np.array_equal(tokens, vocabulary.encode("The dog\nthe cat"))
    assert again.decode(tokens).split() == ["the", "dog", "the", "cat"]
    assert again.special("eos") == 1 and again.level == "word"
    with pytest.raises(seqnet.errors.FormatError):
        seqnet.Vocabulary.from_json("{}")


def test_line_ends_are_words():
    """A text of line ends alone has one token a byte, as many as encode makes room for."""
    vocabulary = seqnet.Vocabulary("a\n\n\n", "word", ["eos"])
    assert vocabulary.encode("\n\n\na").size == 4


def test_one_hot():
    assert np.array_equal(seqnet.one_hot([[2, 0]], 3), np.eye(3)[[[2, 0]]])
    with pytest.raises(IndexError):
        seqnet.one_hot([3], 3)
    with pytest.raises(ValueError):
        seqnet.one_hot([], 0)


def test_corpus():
    corpus = seqnet.Corpus(np.arange(23), batch=2, steps=4)
    batches = list(corpus)
    assert corpus.steps == 10 and [len(batch.inputs) for batch in batches] == [4, 4, 2]
    rows = np.concatenate([batch.inputs for batch in batches])
    assert np.array_equal(rows.T, [np.arange(10), np.arange(11, 21)])
    assert all(np.array_equal(batch.targets, batch.inputs + 1) for batch in batches)
    corpus.seek(8)
    assert corpus.next().inputs[0, 0] == 8 and corpus.next() is None and corpus.position == 10
    x, targets, lengths = batches[0].laid_out(True)
    assert x.shape == targets.shape == (2, 4) and lengths is None
    with pytest.raises(ValueError):
        seqnet.Corpus([1, 2], batch=2)


def test_dataset():
    data = seqnet.Dataset(batch=3, pad_token=9, seed=0)
    for length in [4, 1, 0, 2]:
        data.add(np.arange(length), length)
    assert len(data) == 4 and data.max_length == 4
    batches = list(data)
    assert [batch.lengths.tolist() for batch in batches] == [[0, 1, 2], [4]]
    assert [batch.targets.tolist() for batch in batches] == [[0, 1, 2], [4]]
    assert batches[0].inputs.tolist() == [[9, 0, 0], [9, 9, 1]]
    data.seek(1)
    assert data.next().targets.tolist() == [4] and data.position == 2
    with pytest.raises(ValueError, match="need 1"):
        data.add([1, 2], [1, 2])
    with pytest.raises(seqnet.errors.StateError):
        seqnet.Dataset().seek(0)


def test_dataset_of_steps_is_shuffled_by_its_seed():
    def epochs(seed):
        data = seqnet.Dataset(batch=4, targets_per_step=True, seed=seed)
        for number in range(40):
            data.add([number, number], [number, 0])
        return [[batch.inputs.tolist() for batch in data] for _ in range(2)]

    one, two = epochs(5), epochs(5)
    assert one == two and one[0] != one[1] and epochs(6)[0] != one[0]
    data = seqnet.Dataset(batch=2, targets_per_step=True, seed=0)
    data.add([1], [1])
    data.add([1, 2], [1, 2])
    (batch,) = data
    assert batch.targets.tolist() == [[1, 1], [-1, 2]]


def test_pick(random):
    logits = np.array([0.0, 5.0, 4.0, -np.inf], np.float32)
    assert generate.pick(logits, random, temperature=0) == 1
    drawn = {generate.pick(logits, random, temperature=2.0) for _ in range(300)}
    assert drawn == {0, 1, 2}
    assert {generate.pick(logits, random, 2.0, top_k=2) for _ in range(300)} == {1, 2}


def test_sample():
    vocabulary = seqnet.Vocabulary("abc")
    model = seqnet.Sequential(seqnet.Embedding(3, 4), seqnet.GRU(4, 5), seqnet.Linear(5, 3))
    text = seqnet.sample(model, vocabulary, "ab", 20, seed=4)
    assert text.startswith("ab") and len(text) == 22 and set(text) <= set("abc")
    assert text == seqnet.sample(model, vocabulary, "ab", 20, seed=4)
    assert text != seqnet.sample(model, vocabulary, "ab", 20, seed=5)
    assert len(seqnet.sample(model, vocabulary, length=7)) == 7
    with pytest.raises(ValueError, match="no language model of 2"):
        seqnet.sample(model, seqnet.Vocabulary("ab"))
