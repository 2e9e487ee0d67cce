# SPDX-License-Identifier: MIT
"""Medians, quartiles, ratios and means."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence


def quantile(values: Sequence[float], share: float) -> float:
    """Linear between neighbours; `values` in any order, at least one."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def median(values: Sequence[float]) -> float:
    return quantile(values, 0.5)


def spread(values: Sequence[float]) -> float:
    """Distance of the quartiles over the median."""
    return (quantile(values, 0.75) - quantile(values, 0.25)) / median(values)


def ratio(a: Sequence[float], b: Sequence[float]) -> float:
    """Median of a over b within the same round.

    A machine that slows down for a while slows both, and the ratio stays. The shorter one took
    part in the first rounds only.
    """
    return median([x / y for x, y in zip(a, b)])


def geometric_mean(values: Iterable[float]) -> float:
    logs = [math.log(v) for v in values]
    return math.exp(sum(logs) / len(logs)) if logs else math.nan
