# SPDX-License-Identifier: MIT
"""scikit-build-core, but a source distribution also carries the C sources around this folder."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scikit_build_core import build as _build
from scikit_build_core.build import *  # noqa: F403

HERE = Path(__file__).resolve().parent.parent
ROOT = HERE.parent.parent
COPY = HERE / "libseqnet"
SOURCES = ("CMakeLists.txt", "LICENSE", "cmake", "include", "src")


@contextlib.contextmanager
def c_sources() -> Iterator[None]:
    """A copy of the library's sources in this folder, for as long as it is needed."""
    if COPY.exists():  # this is an unpacked source distribution
        yield
        return
    try:
        COPY.mkdir()
        for name in SOURCES:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, COPY / name)
        yield
    finally:
        shutil.rmtree(COPY, ignore_errors=True)


def build_sdist(sdist_directory: str, config_settings: dict[str, Any] | None = None) -> str:
    with c_sources():
        return _build.build_sdist(sdist_directory, config_settings)
