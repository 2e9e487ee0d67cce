# SPDX-License-Identifier: MIT
"""The worker's side of the line protocol that bench/subject.h describes."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

SAMPLES = 16


class Skip(Exception):
    """This contender has no such case; the text says why."""


@dataclass(frozen=True)
class Request:
    """One case in one mode."""

    mode: str
    cell: str
    layers: int
    steps: int
    batch: int
    input: int
    hidden: int
    threads: int

    @property
    def training(self) -> bool:
        return self.mode.startswith("training")

    @property
    def with_lengths(self) -> bool:
        return self.mode.endswith("_lengths")


@dataclass
class Subject:
    """What is timed, and what shows that it computes what the others do."""

    run: Callable[[], object]
    sample: Callable[[], list[float]]
    work: float = 0.0


def spread(values) -> list[float]:
    """SAMPLES values spread evenly over an array of numpy."""
    flat = values.reshape(-1)
    return [float(flat[i * flat.size // SAMPLES]) for i in range(SAMPLES)]


def parse(words: list[str]) -> Request:
    return Request(words[0], words[1], *map(int, words[2:]))


def time_calls(run: Callable[[], object], warm_up: int, calls: int) -> str:
    """Nanoseconds that passed, and those this process worked."""
    for _ in range(warm_up):
        run()
    work, start = time.process_time_ns(), time.perf_counter_ns()
    for _ in range(calls):
        run()
    passed = time.perf_counter_ns() - start
    return f"{passed} {time.process_time_ns() - work}"


def prepare(make: Callable[[Request], Subject], words: list[str]) -> tuple[Subject | None, str]:
    """The subject, if there is one, and the answer."""
    try:
        subject = make(parse(words))
    except Skip as reason:
        return None, f"skip {reason}"
    return subject, f"ok {subject.work}"


def serve(make: Callable[[Request], Subject], about: Callable[[], dict]) -> None:
    """Answer lines until the input ends. What libraries print goes to standard error."""
    answers, sys.stdout = sys.stdout, sys.stderr
    subject: Subject | None = None
    for line in sys.stdin:
        command, *words = line.split()
        if command == "prepare":
            subject = None
            subject, answer = prepare(make, words)
        elif command == "run":
            answer = time_calls(subject.run, int(words[0]), int(words[1]))
        elif command == "sample":
            answer = json.dumps(subject.sample())
        elif command == "about":
            answer = json.dumps(about())
        elif command == "drop":
            subject, answer = None, "ok"
        else:
            raise ValueError(f"unknown request: {line}")
        print(answer, file=answers, flush=True)
