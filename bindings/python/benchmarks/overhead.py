# SPDX-License-Identifier: MIT
"""What an LSTM step from Python costs above the same step in a C loop.

    python bindings/python/benchmarks/overhead.py [H]

Both call the library that the package loads, in turns; of all rounds the quickest counts, since
all else a machine does only adds.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import seqnet
from seqnet._library import find

HERE = Path(__file__).resolve().parent
INCLUDE = HERE.parents[2] / "include"
STEPS, ROUNDS, TURNS = 2000, 5, 6


@dataclass(frozen=True)
class Overhead:
    """Microseconds of one step."""

    c: float  # in a loop of C
    step: float  # stream.step()
    call: float  # stream(x)


def build(folder: Path) -> Path:
    """Compile the C loop."""
    program = folder / "step"
    command = ["cc", "-O2", f"-I{INCLUDE}", str(HERE / "step.c"), "-o", str(program), "-ldl"]
    subprocess.run(command, check=True)
    return program


def c_loop(program: Path, size: int) -> float:
    arguments = [program, find(), str(size), str(STEPS), str(ROUNDS)]
    return float(subprocess.check_output(arguments)) / 1000


def python_loop(function, *arguments: np.ndarray) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter_ns()
        for _ in range(STEPS):
            function(*arguments)
        best = min(best, (time.perf_counter_ns() - start) / STEPS / 1000)
    return best


def measure(size: int = 64) -> Overhead | None:
    """None without a C compiler."""
    if shutil.which("cc") is None:
        return None
    stream = seqnet.Stream(seqnet.LSTM(size, size))
    x = np.zeros(size, np.float32)
    with tempfile.TemporaryDirectory() as folder:
        program = build(Path(folder))
        turns = [
            (c_loop(program, size), python_loop(stream.step), python_loop(stream, x))
            for _ in range(TURNS)
        ]
    return Overhead(*(min(times) for times in zip(*turns)))


def main() -> int:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 64
    found = measure(size)
    if found is None:
        print("overhead.py: needs a C compiler, cc", file=sys.stderr)
        return 1
    print(f"one LSTM step, H = {size}, microseconds")
    print(f"  C loop         {found.c:7.2f}")
    print(f"  stream.step()  {found.step:7.2f}   {found.step - found.c:+.2f}")
    print(f"  stream(x)      {found.call:7.2f}   {found.call - found.c:+.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
