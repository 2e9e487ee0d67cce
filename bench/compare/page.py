# SPDX-License-Identifier: MIT
"""docs/benchmarks.md: the same tables for people who read them later."""

from __future__ import annotations

from collections.abc import Iterable

import report
import summary
from report import Record, rows_of

INTRODUCTION = """# Benchmarks

This page and its chart are written by `./run bench --page`. Ratios are times as fast: a peer's time
over ours, so above 1 seqnet is faster.

![how many times as fast as each peer, case by case](benchmarks.svg)
"""
METHOD = """## How it was measured

- Each contender is a process with its own libraries and threads. They work in turns, in rounds of
  short bursts (10 ms, or one call if that takes longer), and wait on a pipe in between. A time is
  the median over the rounds, ± the distance of the quartiles; a ratio is the median of the ratios
  within the same round, so that a machine that slows down for a while slows both sides. A short
  burst in which the process got less than 97 % of its CPU is tried again, three times at most.
- Tables may come from several runs on one machine (`--json`, then `--from`); the contenders of a
  row are always from the same one.
- All have the same parameters and inputs, and the output of the first call (in training also the
  gradients) is compared before anything is timed.
- The cases are those of `bench/cases.def`. State is carried from call to call. A training step is
  forward and backward with the gradients of all parameters and of x, without an optimizer; whole
  training has the embedding, head, loss, clipping and update.
- Operations are 2 G H (I + H) B T for a forward pass, a multiply-add counted as two, and three
  times as many for training. The FMA peak is measured in the same rounds, on registers, with the
  instruction set the library uses. Single steps of one stream are measured against the bandwidth
  of reading an array as large as the weights, again and again, in the same rounds.
- PyTorch runs under `inference_mode`, modules flattened, gradients by `torch.autograd.grad`,
  optimizers fused; "PyTorch" in the summary is the faster one of the module and, for single steps,
  the `*Cell`. ONNX Runtime has its inputs, states and outputs bound to memory allocated once.
  oneDNN has its weights in the layout it chose. OpenBLAS, under our `blas` backend and the naive
  baseline, has kernels that suit the CPU even if it would not have found them itself.
- Variable lengths are uniform in 1..T. PyTorch packs and unpacks (`pack_padded_sequence` with
  `enforce_sorted=False`, `pad_packed_sequence`). "dense" is our own run of T full steps with
  B' = round(valid steps / T) rows, its time brought to the same number of valid steps.
- Memory is the growth of the peak of resident memory from before the model to after three updates,
  in a process that has trained a tiny model before, median of three processes; the parameters,
  which both have, are taken off.
- Load time is from the start of a process to the answer of its first LSTM step, median of seven.

## What is not fair

- PyTorch and ONNX Runtime are called from Python, which costs some microseconds a call. That is
  how most people call them; it matters on single steps only.
- oneDNN re-orders its weights once, before the clock starts. A training would have to do it after
  each update, as ours does within its update. Its version is the distribution's, older than the
  one inside PyTorch.
- `torch.compile` leaves `nn.RNN`, `nn.LSTM` and `nn.GRU` to eager mode, so it is shown on single
  steps of cells, for some cases, and in whole training.
- With as many threads as CPUs, OpenMP teams (PyTorch, oneDNN) lose far more than others if anything
  else runs on the machine, because each member waits for the slowest one.
- Python's import is part of the load time of PyTorch and ONNX Runtime.
- Some cases were chosen by others (DeepBench, PyTorch's fastrnns, oneDNN), many by us.
"""


def table(head: list[str], lines: Iterable[list[str]]) -> str:
    marks = [":--", *["--:"] * (len(head) - 1)]
    rows = [head, marks, *([*line, *[""] * (len(head) - len(line))] for line in lines)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def machine(record: Record) -> str:
    return "## Machine\n\n```\n" + report.text_machine(record) + "\n```\n"


def groups(title: str, found: list[tuple[str, summary.Group]]) -> str:
    lines = [[name, f"{g.mean:.2f}", g.worst(), str(len(g.values))] for name, g in found]
    return table([title, "geometric mean", "worst", "rows"], lines) + "\n"


def goals(rows: list) -> str:
    return "## Goals\n\n" + groups("goal", summary.goals(rows))


def section(rows: list, letter: str, threads: int) -> str:
    chosen = [row for row in rows if summary.key_of(row) == (letter, threads)]
    title = report.TITLES[letter]
    plural = "s" if threads > 1 else ""
    lines = [line for row in chosen for line in report.lines_of(row)]
    parts = [f"## {title[0].upper()}{title[1:]}, {threads} thread{plural}\n"]
    parts.append(table(report.head(letter, threads), lines) + "\n")
    if letter in "abcde":
        parts.append(groups("times as fast as", summary.means(rows, letter, threads)))
    return "\n".join(parts)


def write(records: list[Record]) -> str:
    """The whole page; the first record is the machine."""
    rows = rows_of(r for r in records if "contender" in r)
    parts = [INTRODUCTION, machine(records[0]), goals(rows), METHOD]
    parts += [section(rows, *key) for key in summary.keys_of(rows)]
    missing = summary.left_out(records)
    if missing:
        parts.append("## Left out\n\n" + "\n".join(f"- {reason}" for reason in missing) + "\n")
    return "\n".join(parts)
