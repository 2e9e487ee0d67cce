# SPDX-License-Identifier: MIT
"""Records as lines of text tables."""

from __future__ import annotations

from collections.abc import Iterable

TITLES = {
    "r": "what the machine can do",
    "a": "(a) streaming, one step",
    "b": "(b) windows, forward",
    "c": "(c) training step: forward and backward",
    "d": "(d) whole training of a model",
    "e": "(e) variable lengths",
    "f": "(f) memory of a training step",
    "g": "(g) load time and size",
}
HEADS = {
    "torch": "PyTorch",
    "cell": "*Cell",
    "compile": "compile",
    "onnx": "ONNX",
    "onednn": "oneDNN",
    "blas": "blas",
    "naive": "naive",
    "dense": "dense",
    "one": "1 thread",
}
QUIET = 0.1  # of all CPUs
NAMES = {**HEADS, "seqnet": "seqnet", "onnx": "ONNX Runtime"}
# Contenders that are the same library as another one.
UNNAMED = ("one", "dense", "fma", "read", "naive", "cell", "compile")
Record = dict


def row_key(record: Record) -> tuple:
    return tuple(record.get(k) for k in ("table", "case", "mode", "threads"))


def rows_of(records: Iterable[Record]) -> list[dict[str, Record]]:
    """Records grouped by row, each row a map from contender to record, in order."""
    rows: dict[tuple, dict[str, Record]] = {}
    for record in records:
        rows.setdefault(row_key(record), {})[record["contender"]] = record
    return list(rows.values())


def micros(ns: float) -> str:
    us = ns / 1e3
    return f"{us:.2f}" if us < 100 else f"{us:.0f}"


def spread_of(record: Record) -> str:
    return f"{100 * (record['ns_high'] - record['ns_low']) / record['ns']:.0f}%"


def share(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.0f}%"


def ratio(record: Record | None) -> str:
    """The peer's time over ours: above 1 we are faster."""
    if record is None:
        return ""
    return f"{record['ratio']:.2f}" if "ratio" in record else "-"


def rate_head(table: str) -> list[str]:
    return {
        "a": ["GF/s", "% peak", "weights", "GB/s", "% read"],
        "d": ["tokens/s", "loss @10", "PyTorch's"],
    }.get(table, ["GF/s", "% peak"])


def peers_of(table: str, threads: int) -> tuple[str, ...]:
    """Whose ratios a table shows; the run with one thread only beside one with more."""
    one = ("one",) if threads > 1 else ()
    return {
        "a": ("torch", "cell", "compile", "onnx", "onednn", "blas", "naive", *one),
        "b": ("torch", "onnx", "onednn", "blas", "naive", *one),
        "c": ("torch", "cell", "onednn", "blas", *one),
        "d": ("torch", "compile", "blas", *one),
        "e": ("torch", "blas", "dense"),
    }[table]


def head(table: str, threads: int) -> list[str]:
    """Names of the columns."""
    if table == "r":
        return ["", "KiB", "GF/s or GB/s", "±"]
    if table == "f":
        return ["growth of the peak", "MiB", "of it, not parameters", "share of PyTorch's"]
    if table == "g":
        return ["contender", "ms to the first step", "on disk"]
    peers = [HEADS[peer] for peer in peers_of(table, threads)]
    return ["case", "µs", "±", *rate_head(table), *peers]


def last_loss(record: Record | None) -> str:
    return f"{record['losses'][-1]:.5f}" if record and record.get("losses") else ""


def rate_cells(row: dict[str, Record], table: str) -> list[str]:
    ours = row["seqnet"]
    if table == "d":
        tokens = ours["tokens"] / ours["ns"] * 1e9
        return [f"{tokens:.0f}", last_loss(ours), last_loss(row.get("torch"))]
    rate = [f"{ours['flops'] / ours['ns']:.1f}", share(ours.get("of_fma"))]
    if table == "a":
        rate.append(ours.get("level", ""))
        rate.append(f"{ours['bytes'] / ours['ns']:.1f}" if "of_read" in ours else "")
        rate.append(share(ours.get("of_read")))
    return rate


def timed_cells(row: dict[str, Record]) -> list[str]:
    """One line of tables (a) to (e)."""
    ours = row["seqnet"]
    table, threads = ours["table"], ours["threads"]
    name = f"{ours['case']}, {ours['mode']}" if table == "e" else ours["case"]
    if "ns" not in ours:
        return [name, ours["skipped"]]
    ratios = [ratio(row.get(peer)) for peer in peers_of(table, threads)]
    return [name, micros(ours["ns"]), spread_of(ours), *rate_cells(row, table), *ratios]


def memory_lines(row: dict[str, Record]) -> list[list[str]]:
    lines = []
    theirs = row.get("torch", {}).get("step_kib")
    for name, record in row.items():
        if "skipped" in record:
            lines.append([NAMES[name], record["skipped"], "", ""])
            continue
        part = share(record["step_kib"] / theirs) if theirs else ""
        lines.append(
            [NAMES[name], f"{record['kib'] / 1024:.1f}", f"{record['step_kib'] / 1024:.1f}", part]
        )
    return lines


def load_lines(row: dict[str, Record]) -> list[list[str]]:
    return [
        [
            NAMES[name],
            f"{record['ns'] / 1e6:.1f}",
            ", ".join(f"{what} {size / 1e6:.2f} MB" for what, size in record["bytes"].items()),
        ]
        for name, record in row.items()
    ]


def lines_of(row: dict[str, Record]) -> list[list[str]]:
    """The lines of one row: tables (f) and (g) have one for each contender."""
    first = next(iter(row.values()))
    table = first["table"]
    if table == "r":
        kib = str(first["kib"]) if first["kib"] else ""
        return [[first["case"], kib, f"{first['rate']:.1f}", spread_of(first)]]
    if table == "f":
        return memory_lines(row)
    return load_lines(row) if table == "g" else [timed_cells(row)]


def line(columns: list[str]) -> str:
    first, *rest = columns
    return f"{first:<28}" + "".join(f" {column:>9}" for column in rest)


def text_head(table: str, threads: int) -> str:
    title = f"\n{TITLES[table]}, {threads} thread{'s' if threads > 1 else ''}\n"
    return title + line(head(table, threads))


def text_row(row: dict[str, Record]) -> str:
    return "\n".join(line(columns) for columns in lines_of(row))


def text_machine(record: Record) -> str:
    caches = ", ".join(f"{name} {kib} KiB" for name, kib in record["caches_kib"].items())
    lines = [
        f"{record['cpu']}, {record['cores']} CPUs, {caches}, {record['memory_mib']} MiB",
        f"{record['system']}, {record['date']}"
        + (f", pinned to CPU {record['pinned']}" if record["pinned"] else ""),
    ]
    if record["busy"] > QUIET:
        busy = f"{100 * record['busy']:.0f} %"
        lines.append(f"something else used {busy} of the CPUs: trust no single figure")
    lines += [f"environment {name}={value}" for name, value in record["environment"].items()]
    for name, about in record["contenders"].items():
        if name in UNNAMED:
            continue
        lines.append(f"{name:<8} " + ", ".join(f"{k} {v}" for k, v in about.items()))
    lines += [f"{name:<8} not there: {reason}" for name, reason in record["missing"].items()]
    return "\n".join(lines)
