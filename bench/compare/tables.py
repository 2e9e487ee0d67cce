# SPDX-License-Identifier: MIT
"""Tables (a) streaming, (b) windows and (c) training: the cases of bench/cases.def.

Before them, what the machine can do.
"""

from __future__ import annotations

from dataclasses import replace

import machine
from rows import Bench, Entry, case_fields, run_row
from workers import EMPTY, Case

# Compiling takes up to a minute a case, so torch.compile is shown on some cases only.
COMPILED = (
    *(f"stream_{cell}_{size}" for cell in ("rnn", "lstm", "gru") for size in (64, 256)),
    "rnnoise",
    "streams_16_lstm_256",
)


def weight_bytes(case: Case) -> int:
    """All weights, which one step reads once."""
    operands = case.input + case.hidden + 2 * case.hidden * (case.layers - 1)
    return 4 * case.gates * case.hidden * operands


def roof_entries(bench: Bench, case: Case) -> list[Entry]:
    """The FMA peak; for single steps of one stream also reading as many bytes as the weights."""
    entries = [Entry("fma", "fma", EMPTY, bench.threads)]
    if case.steps == 1 and case.batch == 1:
        array = replace(EMPTY, input=max(1, weight_bytes(case) // 1024))
        entries.append(Entry("read", "read", array, bench.threads))
    return entries


def case_entries(bench: Bench, case: Case, mode: str) -> list[Entry]:
    """Ours first; with several threads also ours with one."""
    names = ["seqnet", "blas", "torch", *([] if case.steps > 1 else ["cell", "compile"])]
    if mode == "forward":
        names += ["naive", "onnx"]
    names.append("onednn")
    entries = [Entry(name, mode, case, bench.threads) for name in bench.names(*names)]
    if bench.threads > 1:
        entries.append(Entry("one", mode, case, 1))
    if case.name not in COMPILED or mode != "forward":
        entries = [entry for entry in entries if entry.name != "compile"]
    return entries + roof_entries(bench, case)


def run_case(bench: Bench, table: str, case: Case, mode: str) -> None:
    flops = case.flops * (3 if mode == "training" else 1)
    fields = {"table": table, "mode": mode, "flops": flops, **case_fields(case)}
    if case.steps == 1 and case.batch == 1:
        fields["bytes"] = weight_bytes(case)
        fields["level"] = machine.level_of(weight_bytes(case) / 1024, machine.caches())
    amounts = {"fma": flops, "read": float(fields.get("bytes", 0))}
    run_row(bench, fields, case_entries(bench, case, mode), amounts)


def roofs(bench: Bench) -> None:
    """What the machine can do, as a table of its own."""
    arrays = [("FMA peak", "fma", 0)]
    arrays += [(f"read from {name}", "read", kib) for name, kib in machine.read_sizes().items()]
    for name, mode, kib in arrays:
        case = replace(EMPTY, name=name, input=kib)
        fields = {"table": "r", "mode": mode, "kib": kib, "case": name}
        run_row(bench, fields, [Entry(mode, mode, case, bench.threads)], {})


def streaming(bench: Bench) -> None:
    for case in bench.cases:
        if case.steps == 1:
            run_case(bench, "a", case, "forward")


def windows(bench: Bench) -> None:
    for case in bench.cases:
        if case.steps > 1:
            run_case(bench, "b", case, "forward")


def training(bench: Bench) -> None:
    for case in bench.cases:
        run_case(bench, "c", case, "training")
