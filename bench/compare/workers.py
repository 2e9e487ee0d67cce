# SPDX-License-Identifier: MIT
"""Contenders as processes: each has its own libraries and threads, and waits for its turn.

bench/subject.h describes the lines they speak.
"""

from __future__ import annotations

import json
import math
import os
import selectors
import subprocess
import tempfile
from dataclasses import dataclass, field

PREPARE_SECONDS = 120.0
RUN_SECONDS = 300.0


class WorkerError(Exception):
    """A worker ended, or was too slow; it is no longer there."""


@dataclass(frozen=True)
class Contender:
    """How to start a worker; `name` is what tables and JSON call it."""

    name: str
    title: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """A line of cases.def, or a shape like it."""

    name: str
    cell: str
    layers: int
    steps: int
    batch: int
    input: int
    hidden: int
    flops: float = 0.0

    @property
    def gates(self) -> int:
        """G"""
        return {"rnn": 1, "lstm": 4, "gru": 3}[self.cell]


EMPTY = Case("", "-", 0, 0, 0, 0, 0)  # of workers that need none


def thread_environment(threads: int) -> dict[str, str]:
    """For libraries that have no call for it."""
    names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    return {name: str(threads) for name in names}


class Worker:
    """A running contender."""

    def __init__(self, contender: Contender, threads: int, pin: str | None = None) -> None:
        self.contender = contender
        self.threads = threads
        # A file, because nobody reads a pipe while the worker works.
        self.errors = tempfile.TemporaryFile()
        command = ("taskset", "-c", pin, *contender.command) if pin else contender.command
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            env={**os.environ, **thread_environment(threads), **contender.environment},
            bufsize=0,
        )
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.process.stdout, selectors.EVENT_READ)

    def last_words(self) -> str:
        """The last line of standard error of a worker that is no longer there."""
        with self.errors as file:
            file.seek(0)
            lines = file.read().decode(errors="replace").strip().splitlines()
        return lines[-1][:200] if lines else f"ended with status {self.process.poll()}"

    def read_line(self, seconds: float) -> str:
        line = b""
        while not line.endswith(b"\n"):
            if not self.selector.select(seconds):
                self.stop()
                self.errors.close()
                raise WorkerError(f"no answer within {seconds:.0f} s")
            chunk = os.read(self.process.stdout.fileno(), 1 << 16)
            if not chunk:
                self.stop()
                raise WorkerError(self.last_words())
            line += chunk
        return line.decode()

    def ask(self, line: str, seconds: float = RUN_SECONDS) -> str:
        try:
            self.process.stdin.write(line.encode() + b"\n")
        except BrokenPipeError:
            self.stop()
            raise WorkerError(self.last_words()) from None
        return self.read_line(seconds).strip()

    def about(self) -> dict:
        return json.loads(self.ask("about", PREPARE_SECONDS))

    def prepare(self, mode: str, case: Case, threads: int, seconds: float = PREPARE_SECONDS) -> str:
        """The reason why there is no such case; empty if there is."""
        sizes = (case.layers, case.steps, case.batch, case.input, case.hidden, threads)
        answer = self.ask(f"prepare {mode} {case.cell} {' '.join(map(str, sizes))}", seconds)
        word, _, rest = answer.partition(" ")
        self.work = float(rest) if word == "ok" else 0.0
        return "" if word == "ok" else rest

    def sample(self, seconds: float = RUN_SECONDS) -> list[float]:
        values = json.loads(self.ask("sample", seconds))
        return [math.nan if value is None else value for value in values]

    def run(self, warm_up: int, calls: int) -> float:
        """Nanoseconds a call took. Afterwards `busy` is the share of them the process worked."""
        passed, worked = map(int, self.ask(f"run {warm_up} {calls}").split())
        self.busy = worked / max(passed, 1)
        return passed / calls

    def drop(self) -> None:
        self.ask("drop")

    def alive(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> None:
        if self.alive():
            self.process.kill()
        self.process.wait()
        self.selector.close()
        self.process.stdin.close()
        self.process.stdout.close()


class Pool:
    """Workers of one number of threads, started when first needed and again after they failed."""

    def __init__(self, threads: int, pin: str | None) -> None:
        self.threads = threads
        self.pin = pin
        self.workers: dict[str, Worker] = {}

    def get(self, contender: Contender) -> Worker:
        worker = self.workers.get(contender.name)
        if worker is None or not worker.alive():
            worker = Worker(contender, self.threads, self.pin)
            self.workers[contender.name] = worker
        return worker

    def stop(self) -> None:
        for worker in self.workers.values():
            if worker.alive():
                worker.stop()
                worker.errors.close()
