# SPDX-License-Identifier: MIT
"""The command line of ./run bench."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import contenders
import report

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


def some_of(known: Sequence[str], split: Callable[[str], list[str]]) -> Callable[[str], list[str]]:
    """A reader of lists of known names."""

    def read_names(text: str) -> list[str]:
        names = split(text)
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(known)}")
        return names

    return read_names


def commas(text: str) -> list[str]:
    return [word for word in text.split(",") if word]


def numbers(text: str) -> list[int]:
    """Raises ValueError, which argparse reports."""
    found = [int(word) for word in commas(text)]
    if not found or min(found) < 1:
        raise ValueError
    return found


def expression(text: str) -> re.Pattern:
    try:
        return re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./run bench",
        description="Compare the library with other libraries, side by side.",
        epilog="tables: " + "; ".join(f"{name}: {title}" for name, title in report.TITLES.items()),
    )
    add = parser.add_argument
    letters = some_of(list(report.TITLES), lambda text: list(text.replace(",", "")))
    peers = some_of(contenders.OTHERS, commas)
    add("--tables", type=letters, metavar="LETTERS", help="which tables (default: all)")
    add("--only", type=expression, default="", metavar="REGEX", help="cases whose names match")
    add("--threads", type=numbers, help="such as 1,2 (the default where there are two CPUs)")
    add("--seconds", type=float, default=1.0, help="to spend on a row, at least (default 1)")
    add("--peers", type=peers, help=f"who takes part (default: {','.join(contenders.OTHERS)})")
    add("--json", type=Path, metavar="FILE", help="write one line for each measurement")
    add("--from", type=Path, nargs="+", metavar="FILE", help="measure nothing: show such files")
    add("--pin", metavar="CPU", help="run all workers on these CPUs (taskset)")
    add("--page", action="store_true", help="write docs/benchmarks.md and its chart")
    add("--quick", action="store_true", help="small cases only, and little time for each")
    add("--docs", type=Path, default=Path("docs"), help=argparse.SUPPRESS)
    add("--folder", type=Path, default=Path("build/release/bench"), help=argparse.SUPPRESS)
    add("--python", type=Path, default=Path("build/bench/venv/bin/python"), help=argparse.SUPPRESS)
    return parser


def default_threads(options: argparse.Namespace) -> list[int]:
    """Quick runs and pinned ones use one."""
    one = options.quick or options.pin or len(os.sched_getaffinity(0)) < 2
    return [1] if one else [1, 2]


def read() -> argparse.Namespace:
    options = make_parser().parse_args()
    options.tables = options.tables or list(report.TITLES)
    options.threads = options.threads or default_threads(options)
    if options.peers is None:
        options.peers = list(contenders.OTHERS)
    if options.quick:
        options.seconds = min(options.seconds, QUICK_SECONDS)
    return options


def wanted(name: str, options: argparse.Namespace) -> bool:
    """Whether a case or model was asked for."""
    return bool(options.only.search(name)) and (not options.quick or name in QUICK)
