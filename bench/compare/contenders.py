# SPDX-License-Identifier: MIT
"""Who takes part, and how each is started."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from workers import Contender, Pool, WorkerError

PEERS = Path(__file__).parent / "peers"
OURS = ("seqnet", "blas", "naive")
OTHERS = ("torch", "cell", "compile", "onnx", "onednn")
SECONDARY = ("blas", "naive", "compile")
# Kernels OpenBLAS falls back to on CPUs that are newer than itself.
OLD_KERNELS = ("Prescott", "Barcelona", "Core2", "Nehalem")


def native(name: str, title: str, programs: Path, kind: str, **environment: str) -> Contender:
    return Contender(name, title, (str(programs / "bench_worker"), kind), environment)


def blas_kernels() -> str:
    """The kernels of OpenBLAS that suit this CPU; empty if it is no x86."""
    try:
        flags = Path("/proc/cpuinfo").read_text().split()
    except OSError:
        return ""
    return "SkylakeX" if "avx512f" in flags else "Haswell" if "avx2" in flags else ""


def own(programs: Path) -> dict[str, Contender]:
    """This project's contenders, and the two rooflines."""
    library, naive = "library", "naive"
    return {
        "seqnet": native("seqnet", "seqnet", programs, library, SEQNET_BACKEND="native"),
        "one": native("one", "seqnet, 1 thread", programs, library, SEQNET_BACKEND="native"),
        "dense": native("dense", "seqnet, dense", programs, library, SEQNET_BACKEND="native"),
        "blas": native("blas", "seqnet, blas", programs, library, SEQNET_BACKEND="blas"),
        "naive": native("naive", "naive", programs, naive),
        "fma": native("fma", "FMA peak", programs, "roofline"),
        "read": native("read", "read bandwidth", programs, "roofline"),
    }


def others(programs: Path, python: Path, cache: Path) -> dict[str, Contender]:
    """Other people's libraries, without asking whether they are there."""
    torch = (str(python), str(PEERS / "torch_worker.py"))
    # Compile in the process itself: a pool of compilers would still work while others are timed.
    inductor = {
        "TORCHINDUCTOR_CACHE_DIR": str(cache.resolve()),
        "TORCHINDUCTOR_COMPILE_THREADS": "1",
    }
    return {
        "torch": Contender("torch", "PyTorch", (*torch, "module")),
        "cell": Contender("cell", "PyTorch *Cell", (*torch, "cell")),
        "compile": Contender("compile", "torch.compile", (*torch, "compile"), inductor),
        "onnx": Contender("onnx", "ONNX Runtime", (str(python), str(PEERS / "onnx_worker.py"))),
        "onednn": Contender("onednn", "oneDNN", (str(programs / "bench_onednn"),)),
    }


def with_best_blas(contenders: dict[str, Contender], pool: Pool) -> dict[str, Contender]:
    """OpenBLAS with kernels that suit the CPU where it does not find them itself."""
    core = pool.get(contenders["blas"]).about()["blas_core"]
    kernels = blas_kernels()
    if core not in OLD_KERNELS or not kernels or "OPENBLAS_CORETYPE" in os.environ:
        return contenders
    changed = dict(contenders)
    for name in ("blas", "naive"):
        environment = {**contenders[name].environment, "OPENBLAS_CORETYPE": kernels}
        changed[name] = replace(contenders[name], environment=environment)
    pool.stop()
    return changed


def present(contenders: dict[str, Contender], pool: Pool) -> tuple[dict, dict[str, str]]:
    """What each contender says about itself, and why those that are not there are not."""
    about, missing = {}, {}
    for name, contender in contenders.items():
        try:
            about[name] = pool.get(contender).about()
        except (OSError, WorkerError) as error:
            missing[name] = str(error)
    return about, missing
