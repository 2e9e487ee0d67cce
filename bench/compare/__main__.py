# SPDX-License-Identifier: MIT
"""Compare the library with other libraries: python3 bench/compare --help."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from pathlib import Path

import chart
import contenders
import machine
import models
import page
import process
import report
import rows
import summary
import tables
from workers import Case, Contender, Pool

QUICK_SECONDS = 0.3
QUICK = (
    "stream_lstm_64",
    "stream_gru_256",
    "stream_rnn_128",
    "window_gru_64",
    "single_batch_lstm",
    "word_small_layer_lstm",
    "word_small_layer_gru",
    "word_small_layer_rnn",
    "char_lstm",
)
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


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--tables", default="".join(TABLES), help="letters of the tables (default: all)")
    add("--only", default="", metavar="REGEX", help="cases whose names match")
    add("--threads", help="numbers of threads (default: 1,2 where there are two CPUs)")
    add("--seconds", type=float, default=1.5, help="to spend on a row, at least (default 1.5)")
    add("--peers", default=",".join(contenders.OTHERS), help="other libraries that take part")
    add("--json", type=Path, metavar="FILE", help="write one line for each measurement")
    add("--pin", metavar="CPU", help="run all workers on these CPUs (taskset)")
    add(
        "--from",
        type=Path,
        nargs="+",
        metavar="FILE",
        dest="files",
        help="JSON lines of earlier runs: measure nothing",
    )
    add("--page", action="store_true", help="write docs/benchmarks.md and its chart")
    add("--quick", action="store_true", help="small cases only, and little time for each")
    add("--docs", type=Path, default=Path("docs"), help=argparse.SUPPRESS)
    add("--folder", type=Path, default=Path("build/release/bench"), help=argparse.SUPPRESS)
    add("--python", type=Path, default=Path("build/bench/venv/bin/python"), help=argparse.SUPPRESS)
    return parser.parse_args()


def default_threads(options: argparse.Namespace) -> str:
    """Quick runs and pinned ones use one."""
    one = options.quick or options.pin or len(os.sched_getaffinity(0)) < 2
    return "1" if one else "1,2"


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


def wanted(name: str, options: argparse.Namespace) -> bool:
    """Whether a case or model was asked for."""
    return bool(re.search(options.only, name)) and (not options.quick or name in QUICK)


def read_cases(pool: Pool, library: Contender, options: argparse.Namespace) -> list[Case]:
    cases = [Case(**fields) for fields in json.loads(pool.get(library).ask("cases"))]
    return [case for case in cases if wanted(case.name, options)]


def invited(options: argparse.Namespace) -> dict[str, Contender]:
    """Ours, and those others that were asked for."""
    others = contenders.others(options.folder, options.python, Path("build/bench/inductor"))
    names = options.peers.split(",") if options.peers else []
    return contenders.own(options.folder) | {name: others[name] for name in names}


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
    for threads in map(int, options.threads.split(",")):
        pool = Pool(threads, options.pin)
        bench = rows.Bench(
            pool,
            present,
            options.seconds,
            threads,
            output.take_row,
            cases,
            lambda name: wanted(name, options),
        )
        try:
            for letter in options.tables.replace(",", ""):
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
    options = read_options()
    if options.quick:
        options.seconds = min(options.seconds, QUICK_SECONDS)
    options.threads = options.threads or default_threads(options)
    if options.files:
        records = read_records(options.files)
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
