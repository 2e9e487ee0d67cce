# SPDX-License-Identifier: MIT
"""Records as lines of text tables."""

from __future__ import annotations

from collections.abc import Iterable

TITLES = {
    "a": "(a) streaming, one step",
    "b": "(b) windows, forward",
    "c": "(c) training step: forward and backward",
    "d": "(d) whole training of a model",
    "e": "(e) variable lengths",
    "f": "(f) memory of a training step",
    "g": "(g) load time and size",
}
PEERS = ("torch", "cell", "compile", "onnx", "onednn", "blas", "naive", "one")
HEADS = {
    "torch": "PyTorch",
    "cell": "*Cell",
    "compile": "compile",
    "onnx": "ONNX",
    "onednn": "oneDNN",
    "blas": "blas",
    "naive": "naive",
    "one": "1 thread",
}
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


def head(table: str, threads: int) -> list[str]:
    rate = ["GF/s", "% peak", "GB/s", "% read"] if table == "a" else ["GF/s", "% peak"]
    peers = PEERS if threads > 1 else PEERS[:-1]
    return ["case", "µs", "±", *rate, *(HEADS[peer] for peer in peers)]


def cells(row: dict[str, Record], table: str) -> list[str]:
    """One line of tables a, b and c."""
    ours = row["seqnet"]
    if "ns" not in ours:
        return [ours["case"], ours["skipped"]]
    rate = [f"{ours['flops'] / ours['ns']:.1f}", share(ours.get("of_fma"))]
    if table == "a":
        has_read = "of_read" in ours
        rate.append(f"{ours['bytes'] / ours['ns']:.1f}" if has_read else "")
        rate.append(share(ours.get("of_read")))
    peers = PEERS if ours["threads"] > 1 else PEERS[:-1]
    ratios = [ratio(row.get(peer)) for peer in peers]
    return [ours["case"], micros(ours["ns"]), spread_of(ours), *rate, *ratios]


def line(columns: list[str]) -> str:
    first, *rest = columns
    return f"{first:<24}" + "".join(f" {column:>9}" for column in rest)


def text_head(table: str, threads: int) -> str:
    title = f"\n{TITLES[table]}, {threads} thread{'s' if threads > 1 else ''}\n"
    return title + line(head(table, threads))


def text_row(row: dict[str, Record]) -> str:
    table = next(iter(row.values()))["table"]
    return line(cells(row, table))


def text_machine(record: Record) -> str:
    caches = ", ".join(f"{name} {kib} KiB" for name, kib in record["caches_kib"].items())
    lines = [f"{record['cpu']}, {record['cores']} cores, {caches}; {record['system']}"]
    for name, about in record["contenders"].items():
        lines.append(f"{name:<8} " + ", ".join(f"{k} {v}" for k, v in about.items()))
    lines += [f"{name:<8} not there: {reason}" for name, reason in record["missing"].items()]
    return "\n".join(lines)
