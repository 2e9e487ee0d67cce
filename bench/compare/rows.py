# SPDX-License-Identifier: MIT
"""A row of a table: contenders that run the same case, checked against each other and measured."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import figures
from contenders import SECONDARY
from measure import Entrant, measure
from workers import Case, Contender, Pool, WorkerError

TOLERANCE = 2e-3  # of outputs, by the largest one
PREPARE_SECONDS = 90.0  # torch.compile needs most
ROOFS = ("fma", "read")
UNLIKE = (*ROOFS, "dense")  # contenders with an output of their own
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
    scale: float = 1.0  # of its times in ratios, if it does another amount of work


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


def enter_all(bench: Bench, entries: list[Entry]) -> tuple[dict, dict, dict]:
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
        if reason and entry.name not in UNLIKE:
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


def case_fields(case: Case) -> Record:
    names = ("cell", "layers", "steps", "batch", "input", "hidden")
    return {"case": case.name, **{name: getattr(case, name) for name in names}}


def drop_all(entrants: dict[str, Entrant]) -> None:
    for entrant in entrants.values():
        with suppress(WorkerError):
            if entrant.worker.alive():
                entrant.worker.drop()


def run_row(bench: Bench, fields: Record, entries: list[Entry], amounts: dict[str, float]) -> None:
    """Measure one row and hand on one record for each entry. The first entry is ours."""
    entrants, samples, skipped = enter_all(bench, entries)
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
            if "ratio" in record:
                record["ratio"] *= entry.scale
            if fields["table"] == "d":
                record["losses"] = samples[entry.name]
        records.append(record)
    drop_all(entrants)
    bench.emit(records)
