# SPDX-License-Identifier: MIT
"""Tables (f) memory of a training step, and (g) load time and size of the libraries."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import figures
from models import MODELS
from rows import Bench, Record, case_fields
from workers import Case, Contender, Worker, WorkerError

WORD_MEDIUM = MODELS[1]
TINY = replace(WORD_MEDIUM[1], name="tiny", steps=2, batch=2, input=50, hidden=32)
STEP = Case("first_step", "lstm", 1, 1, 1, 128, 128)
STARTS = 7
PROCESSES = 3


def kib_of(process: int, field: str) -> int:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1])
    raise WorkerError(f"the system does not tell {field}")


def parameter_kib(case: Case) -> float:
    """Embedding, levels with both biases, head."""
    level = case.gates * case.hidden * (2 * case.hidden + 2)
    head = case.hidden * case.input + case.input
    return 4 * (case.input * case.hidden + case.layers * level + head) / 1024


def peak_growth(worker: Worker, mode: str, case: Case) -> float:
    """KiB by which the peak of resident memory grows from before the model to after three updates.

    A tiny model goes first, so that code and thread pools the libraries load late do not count.
    """
    for wanted in (TINY, case):
        reason = worker.prepare(mode, wanted, 1)
        if reason:
            raise WorkerError(reason)
        if wanted is TINY:
            worker.run(0, 3)
            worker.drop()
            # 5 makes the peak the present size (proc(5))
            Path(f"/proc/{worker.process.pid}/clear_refs").write_text("5")
            before = kib_of(worker.process.pid, "VmHWM")
    worker.run(0, 3)
    return kib_of(worker.process.pid, "VmHWM") - before


def growth_of(bench: Bench, contender: Contender) -> float:
    """KiB, of one fresh process."""
    mode, case = WORD_MEDIUM
    worker = Worker(contender, 1, bench.pool.pin)
    try:
        return peak_growth(worker, mode, case)
    finally:
        worker.stop()
        worker.errors.close()


def memory_record(bench: Bench, contender: Contender) -> Record:
    """Growth, and what of it is not the parameters themselves, which both have."""
    mode, case = WORD_MEDIUM
    record: Record = {"table": "f", "mode": mode, **case_fields(case), "threads": 1}
    record |= {"contender": contender.name, "parameters_kib": parameter_kib(case)}
    try:
        growths = [growth_of(bench, contender) for _ in range(PROCESSES)]
        record |= {"kib": figures.median(growths), "growths_kib": growths}
        record["step_kib"] = record["kib"] - record["parameters_kib"]
    except (OSError, WorkerError) as error:
        record["skipped"] = str(error)
    return record


def memory(bench: Bench) -> None:
    names = bench.names("seqnet", "torch")
    bench.emit([memory_record(bench, bench.contenders[name]) for name in names])


# ------------------------------------------------------------------ load time and size


def first_step(command: tuple[str, ...], text: str, answers: int) -> float:
    """Nanoseconds from the start of the process to its last answer."""
    start = time.perf_counter_ns()
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        process.stdin.write(text.encode())
        process.stdin.flush()
        lines = [process.stdout.readline() for _ in range(answers)]
        taken = time.perf_counter_ns() - start
        process.stdin.close()
    if not all(lines):
        raise WorkerError("ended before its first step")
    return float(taken)


def starting_commands(bench: Bench, folder: Path) -> dict[str, tuple[tuple[str, ...], str, int]]:
    """Command, input and number of answers of each contender that can start."""
    sizes = f"{STEP.layers} {STEP.steps} {STEP.batch} {STEP.input} {STEP.hidden} 1"
    text = f"prepare forward {STEP.cell} {sizes}\nrun 0 1\n"
    found = {
        name: (bench.contenders[name].command, text, 2)
        for name in bench.names("seqnet", "onednn", "torch")
    }
    if "onnx" in bench.contenders:
        # The model lies on disk, as it would for a user: making it is not part of the start.
        python, worker = bench.contenders["onnx"].command
        model = folder / "first_step.onnx"
        arguments = ["forward", STEP.cell, *sizes.split()]
        subprocess.run([python, worker, str(model), *arguments], check=True)
        start = Path(worker).with_name("onnx_start.py")
        found["onnx"] = ((python, str(start), str(model)), "", 1)
    return found


def tree_bytes(folder: Path) -> int:
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file() and not f.is_symlink())


def stripped_bytes(library: Path, folder: Path) -> int:
    """Size of the library without symbols only a debugger reads."""
    copy = folder / library.name
    shutil.copyfile(library, copy)
    subprocess.run(["strip", str(copy)], check=True)
    return copy.stat().st_size


def mapped(worker: Worker, name: str) -> Path | None:
    """The file of that name a process has loaded."""
    for line in Path(f"/proc/{worker.process.pid}/maps").read_text().splitlines():
        path = Path(line.split()[-1])
        if name in path.name:
            return path
    return None


def package(python: Path, name: str) -> Path | None:
    return next(python.parent.parent.glob(f"lib/python*/site-packages/{name}"), None)


def sizes(bench: Bench, folder: Path) -> dict[str, dict[str, int]]:
    """Bytes on disk, by contender and what they are."""
    found: dict[str, dict[str, int]] = {}
    worker = bench.pool.get(bench.contenders["seqnet"])
    worker.about()
    for name, title in (("libseqnet", "libseqnet.so, stripped"), ("openblas", "OpenBLAS")):
        path = mapped(worker, name)
        if path:
            found.setdefault("seqnet", {})[title] = stripped_bytes(path, folder)
    for name, folder_name in (("torch", "torch"), ("onnx", "onnxruntime")):
        if name in bench.contenders:
            path = package(Path(bench.contenders[name].command[0]), folder_name)
            if path:
                found[name] = {"package": tree_bytes(path)}
    if "onednn" in bench.contenders:
        worker = bench.pool.get(bench.contenders["onednn"])
        worker.about()
        found["onednn"] = {"libdnnl.so": mapped(worker, "libdnnl").stat().st_size}
    return found


def load(bench: Bench) -> None:
    """Starts in turns, as everywhere."""
    records: list[Record] = []
    with tempfile.TemporaryDirectory() as name:
        commands = starting_commands(bench, Path(name))
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(STARTS):
            for contender, command in commands.items():
                times[contender].append(first_step(*command))
        disk = sizes(bench, Path(name))
    for contender, taken in times.items():
        record = {"table": "g", "mode": "start", **case_fields(STEP), "threads": 1}
        record |= {"contender": contender, "ns": figures.median(taken), "rounds": STARTS}
        record |= {"ns_low": figures.quantile(taken, 0.25)}
        record |= {"ns_high": figures.quantile(taken, 0.75), "bytes": disk.get(contender, {})}
        records.append(record)
    bench.emit(records)
