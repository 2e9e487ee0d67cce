# SPDX-License-Identifier: MIT
"""Contenders in turns: rounds of short bursts, A B C A B C."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from workers import Worker, WorkerError

BURST_NS = 10e6
MIN_ROUNDS = 3
MAX_ROUNDS = 60
LONG_CALL_NS = 20e6  # a call that needs no other one to warm up for it
BURST_ATTEMPTS = 4
UNDISTURBED = 0.97  # share of the time the process worked
RETRIED_CALL_NS = 200e6  # longer ones are not tried again, and need no tuning
# Threads of an OpenMP team spin for a while after their work; let them come to rest.
PAUSE_SECONDS = 0.02


@dataclass
class Entrant:
    """A prepared worker in a measurement, and its times in nanoseconds per call, one a round."""

    worker: Worker
    secondary: bool = False  # takes part in the first rounds only if it is slow
    calls: int = 1
    warm_up: int = 1
    times: list[float] = field(default_factory=list)
    failure: str = ""


def tune(entrant: Entrant) -> None:
    """Choose how many calls make a burst, and do the first burst. A long call is that itself."""
    calls, ns = 1, entrant.worker.run(0, 1)
    if ns > RETRIED_CALL_NS:
        entrant.warm_up = 0
        entrant.times.append(ns)
        return
    while ns * calls < BURST_NS / 4:
        calls = max(calls * 2, math.ceil(BURST_NS / 4 / max(ns, 1.0)))
        ns = entrant.worker.run(1, calls)
    entrant.calls = max(1, round(BURST_NS / ns))
    entrant.warm_up = 0 if ns > LONG_CALL_NS else max(1, entrant.calls // 10)
    burst(entrant)


def attempt(entrant: Entrant, action: Callable[[Entrant], None]) -> None:
    """An entrant that fails leaves the measurement."""
    try:
        action(entrant)
    except WorkerError as error:
        entrant.failure = str(error)


def burst(entrant: Entrant) -> None:
    """One burst. A short one that something else interrupted is tried again."""
    best, chosen = -1.0, math.inf
    for _ in range(BURST_ATTEMPTS):
        ns = entrant.worker.run(entrant.warm_up, entrant.calls)
        if entrant.worker.busy > best:
            best, chosen = entrant.worker.busy, ns
        if best > UNDISTURBED or ns > RETRIED_CALL_NS:
            break
    entrant.times.append(chosen)


def one_round(entrants: list[Entrant], pause: float, action: Callable[[Entrant], None]) -> None:
    for entrant in entrants:
        if not entrant.failure:
            time.sleep(pause)
            attempt(entrant, action)


def stays(entrant: Entrant) -> bool:
    """Secondary contenders with long calls leave after a few rounds."""
    return not (entrant.secondary and entrant.times and entrant.times[-1] > LONG_CALL_NS)


def measure(entrants: list[Entrant], seconds: float, threads: int) -> None:
    """Fill the times of all entrants, in rounds, for about `seconds`. The first round tunes."""
    pause = PAUSE_SECONDS if threads > 1 else 0.0
    start, rounds = time.monotonic(), 1
    one_round(entrants, pause, tune)
    while rounds < MIN_ROUNDS or (rounds < MAX_ROUNDS and time.monotonic() - start < seconds):
        one_round([e for e in entrants if rounds < MIN_ROUNDS or stays(e)], pause, burst)
        rounds += 1
