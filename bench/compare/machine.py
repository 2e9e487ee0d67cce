# SPDX-License-Identifier: MIT
"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import time
from pathlib import Path

VARIABLES = ("OPENBLAS_CORETYPE", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "SEQNET_ISA")
LARGEST_KIB = 1 << 20
SHARED_KIB = 1 << 14
CACHES = Path("/sys/devices/system/cpu/cpu0/cache")


def cpu_name() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.machine()


def caches() -> dict[str, int]:
    """KiB of each data cache of the first CPU, such as {"L1": 48}."""
    found = {}
    for folder in sorted(CACHES.glob("index*")):
        try:
            if (folder / "type").read_text().strip() == "Instruction":
                continue
            size = (folder / "size").read_text().strip().rstrip("K")
            found[f"L{(folder / 'level').read_text().strip()}"] = int(size)
        except (OSError, ValueError):
            continue
    return found


def read_sizes() -> dict[str, int]:
    """KiB of an array that lies in each cache with room to spare, and of one in memory.

    A virtual machine shows the whole of a third level that it shares with others.
    """
    levels = caches()
    sizes = {name: min(size // 2, SHARED_KIB) for name, size in levels.items()}
    return sizes | {"memory": min(LARGEST_KIB, 2 * max(levels.values(), default=LARGEST_KIB))}


def level_of(kib: float, levels: dict[str, int]) -> str:
    """The smallest cache that holds so much."""
    for name, size in levels.items():
        if kib <= size:
            return name
    return "memory"


def cpu_times() -> tuple[int, int]:
    """All and idle time of all CPUs since the system started (proc(5)); zero if not told."""
    try:
        numbers = [int(word) for word in Path("/proc/stat").read_text().split("\n")[0].split()[1:]]
    except OSError:
        return 0, 0
    return sum(numbers[:8]), numbers[3] + numbers[4]


def busy_share(seconds: float = 1.0) -> float:
    """How much of all CPUs others use just now."""
    total, idle = cpu_times()
    time.sleep(seconds)
    total_later, idle_later = cpu_times()
    return 1 - (idle_later - idle) / max(total_later - total, 1) if total_later > total else 0.0


def describe(about: dict[str, dict], missing: dict[str, str], pin: str | None) -> dict:
    """The first record of a run."""
    return {
        "table": "machine",
        "cpu": cpu_name(),
        "cores": len(os.sched_getaffinity(0)),
        "caches_kib": caches(),
        "memory_mib": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20,
        "system": f"{platform.system()} {platform.release()}",
        "busy": busy_share(),
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "pinned": pin,
        "contenders": about,
        "missing": missing,
        "environment": {name: os.environ[name] for name in VARIABLES if name in os.environ},
    }
