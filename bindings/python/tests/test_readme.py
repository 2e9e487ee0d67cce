# SPDX-License-Identifier: MIT
"""The README's program, run as it is printed."""

from __future__ import annotations

import re
import subprocess
import sys

from conftest import ROOT

README = ROOT / "bindings/python/README.md"


def test_program(tmp_path):
    (program,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    lines = [line for line in program.splitlines() if line.strip()]
    assert len(lines) - 1 <= 10, "ten lines and an import"
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert result.stdout.startswith("Row, row, row your boat, gently down the stream.\nRow, row")
    assert (tmp_path / "boat.safetensors").stat().st_size > 10_000
