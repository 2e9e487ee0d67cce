# SPDX-License-Identifier: MIT
"""What several tests share. The library under test is $SEQNET_LIBRARY."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.fixture
def compiled(tmp_path):
    """compile(source, *options): the program a C source makes."""
    compiler = shutil.which("cc")

    def build(source: Path, *options: str) -> Path:
        if compiler is None:
            pytest.skip("no C compiler")
        program = tmp_path / source.stem
        command = [compiler, "-O2", f"-I{ROOT / 'include'}", str(source), "-o", str(program)]
        subprocess.run([*command, *options], check=True)
        return program

    return build
