# SPDX-License-Identifier: MIT
"""Tables (d) whole training of a model, and (e) variable lengths."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rows import Bench, Entry, case_fields, run_row
from workers import EMPTY, Case

MASK = (1 << 64) - 1
LENGTHS_STREAM = 1002  # of bench/numbers.h

# Zaremba et al. 2014 (small, medium) trained by SGD, and models of characters by Adam. A case's
# input is its vocabulary; the embedding is as wide as the levels.
MODELS = (
    ("model_sgd", Case("word_small", "lstm", 2, 35, 20, 10000, 200)),
    ("model_sgd", Case("word_medium", "lstm", 2, 35, 20, 10000, 650)),
    ("model_adam", Case("char_lstm", "lstm", 2, 50, 50, 96, 128)),
    ("model_adam", Case("char_gru", "gru", 2, 50, 50, 96, 128)),
)
# Cases with enough rows for lengths to matter.
RAGGED = (
    "word_small_layer_rnn",
    "word_small_layer_lstm",
    "word_small_layer_gru",
    "char_lstm",
    "char_gru",
    "word_medium_lstm",
    "fastrnns_rnn",
    "fastrnns_lstm",
    "fastrnns_gru",
    "deepbench_lstm_256_b16",
    "onednn_lstm_500",
    "onednn_gru_500",
)


def model_flops(case: Case) -> float:
    """Of one update: products of the levels and the head, forward and twice backward."""
    levels = 2 * case.gates * case.hidden * 2 * case.hidden * case.layers
    return 3.0 * (levels + 2 * case.hidden * case.input) * case.steps * case.batch


def whole_training(bench: Bench) -> None:
    for mode, case in MODELS:
        if not bench.wanted(case.name):
            continue
        flops = model_flops(case)
        fields = {"table": "d", "mode": mode, "flops": flops, **case_fields(case)}
        fields["tokens"] = case.steps * case.batch
        names = bench.names("seqnet", "blas", "torch", "compile")
        entries = [Entry(name, mode, case, bench.threads) for name in names]
        if bench.threads > 1:
            entries.append(Entry("one", mode, case, 1))
        run_row(bench, fields, entries, {"fma": flops})


def splitmix(stream: int, index: int) -> int:
    """numbers_bits of bench/numbers.c."""
    z = ((stream << 32) + index + 1) * 0x9E3779B97F4A7C15 & MASK
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
    return z ^ z >> 31


def valid_steps(case: Case) -> int:
    """Sum of the lengths all contenders draw."""
    return sum(1 + splitmix(LENGTHS_STREAM, b) % case.steps for b in range(case.batch))


@dataclass(frozen=True)
class Dense:
    """A run without padding to compare with: T steps of `case.batch` full rows.

    It has about as many valid steps as the ragged one; `scale` makes up for the difference.
    """

    case: Case
    scale: float


def dense_of(case: Case) -> Dense:
    valid = valid_steps(case)
    batch = max(1, round(valid / case.steps))
    return Dense(replace(case, batch=batch), valid / (batch * case.steps))


def variable_lengths(bench: Bench) -> None:
    for case in bench.cases:
        if case.name in RAGGED:
            for mode in ("forward", "training"):
                run_ragged(bench, case, mode)


def run_ragged(bench: Bench, case: Case, mode: str) -> None:
    """Ours, PyTorch's packed sequences, and our own dense run."""
    dense = dense_of(case)
    valid = valid_steps(case)
    flops = case.flops * valid / (case.steps * case.batch) * (3 if mode == "training" else 1)
    fields = {"table": "e", "mode": mode, "flops": flops, **case_fields(case)}
    fields |= {"valid_steps": valid, "dense_batch": dense.case.batch}
    names = bench.names("seqnet", "blas", "torch")
    entries = [Entry(name, f"{mode}_lengths", case, bench.threads) for name in names]
    entries.append(Entry("dense", mode, dense.case, bench.threads, dense.scale))
    entries.append(Entry("fma", "fma", EMPTY, bench.threads))
    run_row(bench, fields, entries, {"fma": flops})
