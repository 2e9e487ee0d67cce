# SPDX-License-Identifier: MIT
"""Compare the library with other libraries: python3 bench/compare --help."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import chart
import contenders
import machine
import models
import options as command_line
import page
import process
import report
import rows
import summary
import tables
from workers import Case, Contender, Pool

TABLES = {
    "r": tables.roofs,
    "a": tables.streaming,
    "b": tables.windows,
    "c": tables.training,
    "d": models.whole_training,
    "e": models.variable_lengths,
    "f": process.memory,
    "g": process.load,
}
ONCE = "fg"  # tables that do not depend on the number of threads


class Output:
    """Takes records as they come: text to the terminal, JSON lines to a file."""

    def __init__(self, path: Path | None) -> None:
        self.file = path.open("w", encoding="utf-8") if path else None
        self.records: list[dict] = []
        self.head: tuple | None = None

    def keep(self, records: list[dict]) -> None:
        self.records += records
        if self.file:
            self.file.writelines(json.dumps(r, ensure_ascii=False) + "\n" for r in records)
            self.file.flush()

    def take_row(self, records: list[dict]) -> None:
        self.keep(records)
        head = (records[0]["table"], records[0]["threads"])
        if head != self.head:
            print(report.text_head(*head))
            self.head = head
        print(report.text_row({r["contender"]: r for r in records}), flush=True)


def read_cases(pool: Pool, library: Contender, options: argparse.Namespace) -> list[Case]:
    cases = [Case(**fields) for fields in json.loads(pool.get(library).ask("cases"))]
    return [case for case in cases if command_line.wanted(case.name, options)]


def invited(options: argparse.Namespace) -> dict[str, Contender]:
    """Ours, and those others that were asked for."""
    others = contenders.others(options.folder, options.python, Path("build/bench/inductor"))
    return contenders.own(options.folder) | {name: others[name] for name in options.peers}


def start(options: argparse.Namespace, output: Output) -> tuple[dict[str, Contender], list[Case]]:
    """Who is there, and the cases; the record of the machine is the first one."""
    pool = Pool(1, options.pin)
    try:
        everybody = contenders.with_best_blas(invited(options), pool)
        about, missing = contenders.present(everybody, pool)
        cases = read_cases(pool, everybody["seqnet"], options)
    finally:
        pool.stop()
    description = machine.describe(about, missing, options.pin)
    output.keep([description])
    print(report.text_machine(description), flush=True)
    return {name: c for name, c in everybody.items() if name in about}, cases


def run_tables(options: argparse.Namespace, output: Output) -> None:
    present, cases = start(options, output)
    for threads in options.threads:
        pool = Pool(threads, options.pin)
        bench = rows.Bench(
            pool,
            present,
            options.seconds,
            threads,
            output.take_row,
            cases,
            lambda name: command_line.wanted(name, options),
        )
        try:
            for letter in options.tables:
                if threads == 1 or letter not in ONCE:
                    TABLES[letter](bench)
        finally:
            pool.stop()


def read_records(files: list[Path]) -> list[dict]:
    """Records of several runs on one machine, whose description is the first one's."""
    records = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    machines = [record for record in records if record["table"] == "machine"]
    return machines[:1] + [record for record in records if record["table"] != "machine"]


def write_page(records: list[dict], folder: Path) -> None:
    (folder / "benchmarks.md").write_text(page.write(records), "utf-8")
    (folder / "benchmarks.svg").write_text(chart.draw(records), "utf-8")
    print(f"\nwrote {folder / 'benchmarks.md'}")


def main() -> int:
    options = command_line.read()
    earlier = vars(options)["from"]
    if earlier:
        records = read_records(earlier)
    else:
        output = Output(options.json)
        run_tables(options, output)
        records = output.records
    print(summary.text(records))
    if options.page:
        write_page(records, options.docs)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
