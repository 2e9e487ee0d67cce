# SPDX-License-Identifier: MIT
"""Tables (a) streaming, (b) windows and (c) training: the cases of bench/cases.def."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import figures
import machine
from contenders import SECONDARY
from measure import Entrant, measure
from workers import Case, Contender, Pool, WorkerError

TOLERANCE = 2e-3  # of outputs, by the largest one
PREPARE_SECONDS = 90.0  # torch.compile needs most
GATES = {"rnn": 1, "lstm": 4, "gru": 3}
ROOFS = ("fma", "read")
# Compiling takes up to a minute a case, so torch.compile is shown on some cases only.
COMPILED = (
    *(f"stream_{cell}_{size}" for cell in GATES for size in (64, 256)),
    "rnnoise",
    "streams_16_lstm_256",
)
EMPTY = Case("", "-", 0, 0, 0, 0, 0)
Record = dict


@dataclass
class Bench:
    """What every table needs."""

    pool: Pool
    contenders: dict[str, Contender]  # those that take part
    seconds: float
    threads: int
    emit: Callable[[list[Record]], None]  # takes the records of a row when it is done
    cases: list[Case]
    wanted: Callable[[str], bool]  # whether a name, of a case or model, was asked for

    def names(self, *wanted: str) -> list[str]:
        return [name for name in wanted if name in self.contenders]


@dataclass(frozen=True)
class Entry:
    """One contender's part in a row."""

    name: str
    mode: str
    case: Case
    threads: int


def differs(ours: list[float], theirs: list[float]) -> str:
    """Why two samples are not of the same computation; arrays that both have are compared."""
    pairs = list(zip(ours, theirs))
    bound = TOLERANCE * max(1.0, max((abs(a) for a, _ in pairs), default=0.0))
    worst = max((abs(a - b) for a, b in pairs), default=0.0)
    same = all(abs(a - b) <= bound for a, b in pairs)  # false for NaN
    return "" if same else f"output differs by {worst:.2g}"


def enter(bench: Bench, entry: Entry, skipped: dict[str, str]) -> tuple[Entrant, list] | None:
    """A prepared entrant with its sample; None, and a reason in `skipped`, if there is none."""
    limit = PREPARE_SECONDS
    try:
        worker = bench.pool.get(bench.contenders[entry.name])
        reason = worker.prepare(entry.mode, entry.case, entry.threads, limit)
        if reason:
            skipped[entry.name] = reason
            return None
        return Entrant(worker, entry.name in SECONDARY), worker.sample(limit)
    except WorkerError as error:
        skipped[entry.name] = str(error)
        return None


def enter_all(bench: Bench, entries: list[Entry], compared: bool) -> tuple[dict, dict, dict]:
    """Entrants, samples and reasons of those who are not there. The first entry is ours."""
    entrants: dict[str, Entrant] = {}
    samples: dict[str, list] = {}
    skipped: dict[str, str] = {}
    for entry in entries:
        entered = enter(bench, entry, skipped)
        if entered is None and entry is entries[0]:
            break  # nothing to compare with
        if entered is None:
            continue
        entrants[entry.name], samples[entry.name] = entered
        reason = differs(samples.get(entries[0].name, []), samples[entry.name])
        if compared and reason and entry.name not in (*ROOFS, "dense"):
            skipped[entry.name] = reason
            del entrants[entry.name]
    return entrants, samples, skipped


def record_of(
    name: str, ours: str, entrants: dict[str, Entrant], amounts: dict[str, float]
) -> Record:
    """Median, quartiles, ratio to our own times and shares of the roofs.

    `amounts` is what one call does in the unit of each roof: operations, bytes.
    """
    times = entrants[name].times
    record = {
        "contender": name,
        "ns": figures.median(times),
        "ns_low": figures.quantile(times, 0.25),
        "ns_high": figures.quantile(times, 0.75),
        "rounds": len(times),
    }
    if name != ours and entrants[ours].times:
        record["ratio"] = figures.ratio(times, entrants[ours].times)
    for roof in ROOFS:
        if name == roof:
            record["rate"] = entrants[roof].worker.work / record["ns"]
        elif roof in entrants and entrants[roof].times and name not in ROOFS:
            slower = figures.ratio(entrants[roof].times, times)
            record[f"of_{roof}"] = slower * amounts[roof] / entrants[roof].worker.work
    return record


def weight_bytes(case: Case) -> int:
    """All weights, which one step reads once."""
    operands = case.input + case.hidden + 2 * case.hidden * (case.layers - 1)
    return 4 * GATES[case.cell] * case.hidden * operands


def case_fields(case: Case) -> Record:
    names = ("cell", "layers", "steps", "batch", "input", "hidden")
    return {"case": case.name, **{name: getattr(case, name) for name in names}}


def drop_all(entrants: dict[str, Entrant]) -> None:
    for entrant in entrants.values():
        if entrant.worker.alive():
            entrant.worker.drop()


def run_row(
    bench: Bench, fields: Record, entries: list[Entry], amounts: dict[str, float], compared: bool
) -> None:
    """Measure one row and hand on one record for each entry. The first entry is ours."""
    entrants, samples, skipped = enter_all(bench, entries, compared)
    ours = entries[0].name
    if ours in entrants:
        measure(list(entrants.values()), bench.seconds, bench.threads)
    records = []
    for entry in entries:
        record = {**fields, "threads": bench.threads, "contender": entry.name}
        entrant = entrants.get(entry.name)
        if entrant is None or not entrant.times or entrant.failure:
            reason = entrant.failure if entrant else skipped.get(entry.name)
            record["skipped"] = reason or "nothing to compare with"
        else:
            record.update(record_of(entry.name, ours, entrants, amounts))
            if fields["table"] == "d":
                record["losses"] = samples[entry.name]
        records.append(record)
    drop_all(entrants)
    bench.emit(records)


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
    run_row(bench, fields, case_entries(bench, case, mode), amounts, compared=True)


def roofs(bench: Bench) -> None:
    """What the machine can do, as a table of its own."""
    arrays = [("FMA peak", "fma", 0)]
    arrays += [(f"read from {name}", "read", kib) for name, kib in machine.read_sizes().items()]
    for name, mode, kib in arrays:
        case = replace(EMPTY, name=name, input=kib)
        fields = {"table": "r", "mode": mode, "kib": kib, "case": name}
        run_row(bench, fields, [Entry(mode, mode, case, bench.threads)], {}, compared=False)


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
