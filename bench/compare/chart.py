# SPDX-License-Identifier: MIT
"""An SVG chart: how many times as fast as each peer, case by case, on a logarithmic axis."""

from __future__ import annotations

import math
from dataclasses import dataclass
from xml.sax.saxutils import escape

from report import Record, rows_of
from summary import ratio_of, select, torch_ratio

LEFT, RIGHT, ROW, HEAD = 210, 30, 14, 34
WIDTH = 900
TICKS = (0.5, 1, 2, 5, 10, 20, 50, 100, 200)
PEERS = {
    "torch": ("PyTorch", torch_ratio),
    "onnx": ("ONNX Runtime", ratio_of("onnx")),
    "onednn": ("oneDNN", ratio_of("onednn")),
}
PANELS = {"a": "One step", "b": "Windows, forward", "c": "Training step"}
STYLE = """
text { font: 11px sans-serif; fill: #222 } .name { text-anchor: end } .tick { text-anchor: middle }
.title { font-weight: bold; font-size: 13px } .grid { stroke: #ddd } .one { stroke: #555 }
.torch { fill: #d55e00 } .onnx { fill: #0072b2 } .onednn { fill: #009e73 }
.back { fill: #fff }
@media (prefers-color-scheme: dark) {
text { fill: #ddd } .grid { stroke: #3a3a3a } .one { stroke: #aaa } .back { fill: #111 } }
"""


@dataclass(frozen=True)
class Axis:
    """Logarithmic, from `low` to `high`."""

    low: float
    high: float

    def x(self, value: float) -> float:
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return LEFT + share * (WIDTH - LEFT - RIGHT)


def element(name: str, text: str = "", **attributes: object) -> str:
    """An SVG element; kind stands for class."""
    pairs = ((k.replace("kind", "class").replace("_", "-"), v) for k, v in attributes.items())
    inside = " ".join(f'{k}="{v:.1f}"' if isinstance(v, float) else f'{k}="{v}"' for k, v in pairs)
    return f"<{name} {inside}>{escape(text)}</{name}>" if text else f"<{name} {inside}/>"


def points_of(row: dict[str, Record]) -> dict[str, float]:
    found = {peer: value(row) for peer, (_, value) in PEERS.items()}
    return {peer: ratio for peer, ratio in found.items() if ratio is not None}


def make_axis(rows: list[dict[str, Record]]) -> Axis:
    ratios = [ratio for row in rows for ratio in points_of(row).values()]
    return Axis(min(0.5, *ratios) / 1.1, max(10, *ratios) * 1.1)


def legend() -> list[str]:
    parts = []
    for i, (peer, (title, _)) in enumerate(PEERS.items()):
        x = LEFT + 120 * i
        parts.append(element("circle", cx=x, cy=12, r=4, kind=peer))
        parts.append(element("text", title, x=x + 9, y=16))
    return parts


def grid(axis: Axis, top: int, bottom: int) -> list[str]:
    parts = []
    for tick in TICKS:
        if axis.low <= tick <= axis.high:
            x = axis.x(tick)
            kind = "one" if tick == 1 else "grid"
            parts.append(element("line", x1=x, x2=x, y1=top, y2=bottom, kind=kind))
            parts.append(element("text", f"{tick:g}×", x=x, y=top - 4, kind="tick"))
    return parts


def panel(title: str, rows: list[dict[str, Record]], axis: Axis, top: int) -> list[str]:
    """Title and axis, then a line of points for each case."""
    parts = [element("text", title, x=8, y=top - 4, kind="title")]
    parts += grid(axis, top, top + ROW * len(rows))
    for i, row in enumerate(rows):
        y = top + ROW * i + ROW / 2
        parts.append(element("text", row["seqnet"]["case"], x=LEFT - 12, y=y + 4, kind="name"))
        for peer, ratio in points_of(row).items():
            parts.append(element("circle", cx=axis.x(ratio), cy=y, r=3.5, kind=peer))
    return parts


def draw(records: list[Record]) -> str:
    """The tables (a) to (c) on one thread; empty if there is nothing to show."""
    rows = rows_of(r for r in records if "contender" in r)
    chosen = {title: select(rows, table, 1) for table, title in PANELS.items()}
    chosen = {title: [r for r in rows if points_of(r)] for title, rows in chosen.items()}
    shown = [row for rows in chosen.values() for row in rows]
    if not shown:
        return ""
    axis, top, parts = make_axis(shown), 24 + HEAD, legend()
    for title, rows in chosen.items():
        if rows:
            parts += panel(title, rows, axis, top)
            top += ROW * len(rows) + HEAD
    size = f'width="{WIDTH}" height="{top}" viewBox="0 0 {WIDTH} {top}"'
    back = element("rect", width=WIDTH, height=top, kind="back")
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
    return "\n".join([head, f"<style>{STYLE}</style>", back, *parts, "</svg>", ""])
