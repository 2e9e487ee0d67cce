# SPDX-License-Identifier: MIT
"""Training: losses, targets, options, checkpoints, losses of one's own."""

from __future__ import annotations

import numpy as np
import pytest

import seqnet


def language_model(**options) -> seqnet.Sequential:
    return seqnet.Sequential(
        seqnet.Embedding(6, 8), seqnet.GRU(8, 16, **options), seqnet.Linear(16, 6)
    )


TEXT = np.tile([0, 1, 2, 3, 4, 5, 4, 3, 2, 1], 50)


def test_learns_and_evaluates():
    model = language_model()
    corpus = seqnet.Corpus(TEXT, batch=5, steps=9)
    trainer = seqnet.Trainer(
        model, optimizer="adam", learning_rate=0.02, max_batch=5, back_steps=9, carry=True
    )
    before = trainer.evaluate_all(corpus, carry=True)
    epochs = []
    last = trainer.fit(corpus, 15, lambda number, result: epochs.append((number, result)))
    after = trainer.evaluate_all(corpus, carry=True)
    assert [number for number, _ in epochs] == list(range(15)) and epochs[-1][1] == last
    assert before.perplexity > 4 and after.accuracy > 0.95
    assert after.count == before.count == 5 * 99
    assert trainer.updates == 15 * 11 and last.updates == 11
    assert trainer.learning_rate == last.learning_rate == 0.02


def test_each_epoch_starts_at_zero():
    models = language_model(), language_model()
    fitted, by_hand = [
        seqnet.Trainer(model, learning_rate=0.5, max_batch=5, back_steps=9, carry=True)
        for model in models
    ]
    corpus = seqnet.Corpus(TEXT, 5, 9)
    fitted.fit(corpus, 2)
    for _ in range(2):
        by_hand.reset()
        for batch in corpus:
            by_hand.train(batch.inputs, batch.targets)
    assert all(map(np.array_equal, models[0].parameters(), models[1].parameters()))


def test_layouts_train_alike():
    results = []
    for first in [False, True]:
        model = language_model(batch_first=first)
        trainer = seqnet.Trainer(model, max_batch=5, back_steps=9)
        results.append(trainer.fit(seqnet.Corpus(TEXT, 5, 9), 2))
    assert results[0] == results[1]


def test_own_loss_is_the_trainers(random):
    """Forward, cross-entropy by hand, backward and update are what train does."""
    tokens, targets = random.integers(0, 6, (2, 7, 3))
    models = language_model(), language_model()
    trainers = [seqnet.Trainer(m, learning_rate=0.5, max_batch=3, back_steps=7) for m in models]
    result = trainers[0].train(tokens, targets)
    context = trainers[1].context
    y = context.forward(tokens).astype(np.float64)
    softmax = np.exp(y) / np.exp(y).sum(-1, keepdims=True)
    context.backward((softmax - np.eye(6)[targets]) / targets.size)
    update = trainers[1].update()
    assert update.gradient_norm == pytest.approx(result.gradient_norm, rel=1e-4)
    for one, two in zip(models[0].parameters(), models[1].parameters()):
        np.testing.assert_allclose(one, two, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("first", [False, True])
def test_classes_of_sequences(first, random):
    """Is the first token odd? The answer is given at the end of padded sequences."""
    model = language_model(batch_first=first)
    data = seqnet.Dataset(batch=16, pad_token=0, seed=3)
    for _ in range(200):
        tokens = random.integers(1, 6, random.integers(1, 8))
        data.add(tokens, tokens[0] % 2)
    options = dict(target_mode="last_step", max_batch=16, back_steps=data.max_length)
    trainer = seqnet.Trainer(model, optimizer="adam", learning_rate=0.01, **options)
    trainer.fit(data, 15)
    assert data.epoch == 15
    assert trainer.evaluate_all(data).accuracy > 0.95


def test_tags_with_padding(random):
    model = seqnet.Sequential(
        seqnet.Embedding(6, 8), seqnet.GRU(8, 16, bidirectional=True), seqnet.Linear(32, 2)
    )
    data = seqnet.Dataset(batch=8, targets_per_step=True, seed=1)
    for _ in range(100):
        tokens = random.integers(1, 6, random.integers(1, 8))
        data.add(tokens, np.append(tokens[1:], 0) % 2)  # the parity of the next token
    trainer = seqnet.Trainer(
        model,
        optimizer="adam",
        learning_rate=0.01,
        ignore_index=-1,
        max_batch=8,
        back_steps=data.max_length,
    )
    trainer.fit(data, 15)
    assert trainer.evaluate_all(data).accuracy > 0.95


def test_squared_error(random):
    model = seqnet.Sequential(seqnet.LSTM(2, 8), seqnet.Linear(8, 1))
    trainer = seqnet.Trainer(
        model,
        loss="mean_squared_error",
        optimizer="adam",
        learning_rate=0.01,
        max_batch=4,
        back_steps=6,
    )
    x = random.standard_normal((6, 4, 2))
    first = trainer.train(x, x[..., :1])
    for _ in range(200):
        last = trainer.train(x, x[..., :1])
    assert last.loss < 0.2 * first.loss and last.count == 24


def test_repeated_input(random):
    model = seqnet.Sequential(seqnet.GRU(3, 8), seqnet.Linear(8, 4))
    trainer = seqnet.Trainer(model, target_mode="repeat_step", max_batch=2, back_steps=5)
    result = trainer.train(random.standard_normal((1, 2, 3)), random.integers(0, 4, (5, 2)))
    assert result.count == 10
    with pytest.raises(ValueError, match="need 1 to repeat"):
        trainer.train(random.standard_normal((5, 2, 3)), random.integers(0, 4, (5, 2)))


def test_checkpoint_goes_on_with_the_same_bits(tmp_path):
    def trainer(model):
        return seqnet.Trainer(model, optimizer="adam", max_batch=5, back_steps=9, carry=True)

    batches = list(seqnet.Corpus(TEXT, 5, 9))
    model = language_model()
    whole = trainer(model)
    for number, batch in enumerate(batches):
        if number == 4:
            whole.save(tmp_path / "checkpoint", "batch 4, käse")
        whole.train(batch.inputs, batch.targets)
    other = language_model(seed=9)
    resumed = trainer(other)
    assert resumed.note == ""
    assert resumed.load(tmp_path / "checkpoint") == "batch 4, käse"
    for batch in batches[4:]:
        resumed.train(batch.inputs, batch.targets)
    assert all(map(np.array_equal, model.parameters(), other.parameters()))
    (tmp_path / "damaged").write_bytes(b"no checkpoint")
    with pytest.raises(seqnet.errors.FormatError):
        resumed.load(tmp_path / "damaged")
    with pytest.raises(OSError):
        resumed.load(tmp_path / "none")


def test_refusals(random):
    model = language_model()
    with pytest.raises(TypeError, match="no option 'learnin_rate'"):
        seqnet.Trainer(model, learnin_rate=1)
    with pytest.raises(ValueError, match="need one of sgd"):
        seqnet.Trainer(model, optimizer="lion")
    with pytest.raises(ValueError, match="max_batch"):
        seqnet.Trainer(model, max_batch=2**40)
    trainer = seqnet.Trainer(model, max_batch=3)
    tokens = random.integers(0, 6, (4, 3))
    with pytest.raises(ValueError, match=r"targets has shape \(3, 3\), need \(4, 3\)"):
        trainer.train(tokens, tokens[1:])
    with pytest.raises(IndexError):
        trainer.train(tokens, tokens + 6)
    with pytest.raises(ArithmeticError):
        model.set_parameter("2.bias", np.full(6, np.nan))
        trainer.train(tokens, tokens)


def test_schedule_and_report():
    trainer = seqnet.Trainer(
        language_model(), schedule="plateau", patience=1, gamma=0.5, learning_rate=0.8
    )
    for loss in [1.0, 1.0, 1.0]:
        trainer.report(loss)
    assert trainer.learning_rate == pytest.approx(0.4)
