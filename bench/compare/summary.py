# SPDX-License-Identifier: MIT
"""Geometric means, worst rows, and the figures the project sets itself as goals."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from figures import geometric_mean
from report import HEADS, TITLES, peers_of, rows_of

Record = dict
Row = dict[str, Record]


@dataclass(frozen=True)
class Group:
    """The ratios, or shares, of some rows."""

    values: dict[str, float]  # by the name of the case

    @property
    def mean(self) -> float:
        return geometric_mean(self.values.values())

    def worst(self) -> str:
        if not self.values:
            return "no rows"
        name = min(self.values, key=self.values.__getitem__)
        return f"{self.values[name]:.2f} ({name})"

    def text(self) -> str:
        return f"geometric mean {self.mean:.2f}, worst {self.worst()}, {len(self.values)} rows"


def torch_ratio(row: Row) -> float | None:
    """The better one of the module and the *Cell."""
    ratios = [row[n]["ratio"] for n in ("torch", "cell") if "ratio" in row.get(n, {})]
    return min(ratios) if ratios else None


def ratio_of(peer: str) -> Callable[[Row], float | None]:
    return lambda row: row.get(peer, {}).get("ratio")


def share_of(roof: str) -> Callable[[Row], float | None]:
    return lambda row: row["seqnet"].get(f"of_{roof}")


def memory_ratio(row: Row) -> float | None:
    kib = [row.get(name, {}).get("step_kib") for name in ("torch", "seqnet")]
    return kib[0] / kib[1] if all(kib) else None


def name_of(ours: Record) -> str:
    return f"{ours['case']}, {ours['mode']}" if ours["table"] in "ce" else ours["case"]


def gather(rows: Iterable[Row], value: Callable[[Row], float | None]) -> Group:
    found = {name_of(row["seqnet"]): value(row) for row in rows}
    return Group({name: v for name, v in found.items() if v is not None})


def select(rows: list[Row], tables: str, threads: int, wanted=lambda ours: True) -> list[Row]:
    return [
        row
        for row in rows
        if "seqnet" in row
        and row["seqnet"]["table"] in tables
        and row["seqnet"]["threads"] == threads
        and wanted(row["seqnet"])
    ]


def means(rows: list[Row], table: str, threads: int) -> list[tuple[str, Group]]:
    """The ratios to each peer of a table."""
    chosen = select(rows, table, threads)
    groups = [(HEADS[p], gather(chosen, ratio_of(p))) for p in peers_of(table, threads)]
    return [(name, group) for name, group in groups if group.values]


def key_of(row: Row) -> tuple[str, int]:
    """Table and threads."""
    record = next(iter(row.values()))
    return record["table"], record["threads"]


def keys_of(rows: list[Row]) -> list[tuple[str, int]]:
    """All of them: one thread first, the tables in their order."""
    order = list(TITLES)
    return sorted({key_of(row) for row in rows}, key=lambda key: (key[1], order.index(key[0])))


def tables_of(rows: list[Row]) -> list[tuple[str, int]]:
    """Those that have ratios."""
    return [key for key in keys_of(rows) if key[0] in "abcde"]


def large(ours: Record) -> bool:
    return ours["batch"] >= 16 and ours["hidden"] >= 256


def wide(ours: Record) -> bool:
    return ours["batch"] >= 16 and ours["hidden"] >= 128 and ours["steps"] > 1


def goals(rows: list[Row]) -> list[tuple[str, Group]]:
    """Each goal with what was measured; goals without rows are left out."""
    forward = select(rows, "ab", 1)
    narrow = select(rows, "a", 1, lambda ours: ours["hidden"] <= 256 and ours["batch"] == 1)
    heavy = select(rows, "abc", 2, lambda ours: ours["flops"] > 50e6)
    found = [
        ("forward, PyTorch, mean >= 3, each >= 1", gather(forward, torch_ratio)),
        ("forward, ONNX Runtime, mean >= 1.5, each >= 1", gather(forward, ratio_of("onnx"))),
        (
            "forward, B >= 16 and H >= 256, PyTorch, each >= 1.15",
            gather(select(rows, "ab", 1, large), torch_ratio),
        ),
        ("training, PyTorch, mean >= 3, each >= 1.1", gather(select(rows, "c", 1), torch_ratio)),
        ("streaming, H <= 256, *Cell, mean >= 8", gather(narrow, ratio_of("cell"))),
        (
            "streaming, share of the read bandwidth, >= 0.80",
            gather(select(rows, "a", 1), share_of("read")),
        ),
        (
            "the same, weights beyond L1",
            gather(select(rows, "a", 1, lambda ours: ours.get("level") != "L1"), share_of("read")),
        ),
        (
            "windows, B >= 16 and H >= 128, share of the FMA peak, mean >= 0.78",
            gather(select(rows, "b", 1, wide), share_of("fma")),
        ),
        (
            "the same in training, mean >= 0.72",
            gather(select(rows, "c", 1, wide), share_of("fma")),
        ),
        ("two threads over one, above 50 MFLOP, >= 1.7", gather(heavy, ratio_of("one"))),
        ("whole training, PyTorch, each >= 1.3", gather(select(rows, "d", 1), torch_ratio)),
        ("lengths, PyTorch's packed, mean >= 5", gather(select(rows, "e", 1), torch_ratio)),
        (
            "lengths, dense run of as many steps, each >= 0.91",
            gather(select(rows, "e", 1), ratio_of("dense")),
        ),
        (
            "memory of a training step, PyTorch's over ours, >= 1.67",
            gather(select(rows, "f", 1), memory_ratio),
        ),
        ("two threads over one, each >= 1", gather(select(rows, "abc", 2), ratio_of("one"))),
    ]
    return [(name, group) for name, group in found if group.values]


def left_out(records: list[Record]) -> list[str]:
    """Why contenders are missing in some rows."""
    rows: dict[tuple[str, str], list[str]] = {}
    for record in records:
        if "skipped" in record:
            key = (record["contender"], record["skipped"])
            rows.setdefault(key, []).append(record["case"])
    return [
        f"{name}: {reason} ({cases[0]}{f' and {len(cases) - 1} more' if cases[1:] else ''})"
        for (name, reason), cases in rows.items()
    ]


def text(records: list[Record]) -> str:
    rows = rows_of(r for r in records if "contender" in r)
    lines = []
    for table, threads in tables_of(rows):
        lines.append(f"\ntable {table}, threads {threads}: how many times as fast as")
        lines += [f"  {name:<10} {g.text()}" for name, g in means(rows, table, threads)]
    missing = left_out(records)
    lines += ["\nleft out", *(f"  {reason}" for reason in missing)] if missing else []
    found = [f"  {name}: {group.text()}" for name, group in goals(rows)]
    lines += ["\ngoals, and what was measured", *found] if found else []
    return "\n".join(lines)
