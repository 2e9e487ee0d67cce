# SPDX-License-Identifier: MIT
"""Finding the library, and what its import may not do."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import seqnet
from seqnet import _library, errors, runtime


def run(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program]
    return subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, **environment}
    )


def test_variable_names_the_library():
    result = run("import seqnet", SEQNET_LIBRARY="/nowhere/libseqnet.so")
    assert result.returncode and "cannot load /nowhere/libseqnet.so" in result.stderr
    assert "SEQNET_LIBRARY" in result.stderr


def test_another_library_is_refused():
    result = run("import seqnet", SEQNET_LIBRARY="libc.so.6")
    assert "ImportError: libc.so.6 has no seqnet_" in result.stderr


def test_found_beside_the_package_or_by_the_system(monkeypatch, tmp_path):
    monkeypatch.delenv("SEQNET_LIBRARY")
    monkeypatch.setattr(_library, "__file__", str(tmp_path / "_library.py"))
    assert _library.find() == "libseqnet.so.0"
    (tmp_path / "libseqnet.so").touch()
    assert _library.find() == str(tmp_path / "libseqnet.so")


def test_import_needs_numpy_only():
    program = "import seqnet, sys; print({'torch', 'onnx', 'keras'} & set(sys.modules))"
    assert run(program).stdout == "set()\n"


def test_runtime():
    assert runtime.backend() in ("native", "blas")
    assert runtime.isa() in ("baseline", "avx2", "avx512", "neon")
    assert runtime.blas() and runtime.blas_core()
    threads = runtime.get_blas_threads()
    runtime.set_blas_threads(threads)
    with pytest.raises(ValueError):
        runtime.set_blas_threads(0)


@pytest.mark.parametrize("kind", errors.SeqnetError.__subclasses__())
def test_exceptions_are_also_the_built_in_ones(kind):
    error = errors.error(kind.code, "function: name = 1")
    assert type(error) is kind and str(error) == "function: name = 1"
    assert kind.__mro__[2] not in (Exception, BaseException)


def test_unknown_code():
    assert type(errors.error(-99, "x")) is seqnet.SeqnetError


def test_no_handle_outlives_its_owner():
    """`make().handle` as an argument would be destroyed before the call."""
    for path in Path(seqnet.__file__).parent.rglob("*.py"):
        assert ").handle" not in path.read_text(encoding="utf-8"), path


@pytest.mark.parametrize("make", [seqnet.Context, seqnet.Stream, seqnet.Trainer])
@pytest.mark.filterwarnings("error")
def test_what_has_a_state_is_not_copied(make):
    made = make(seqnet.GRU(2, 3))
    for clone in (copy.deepcopy, pickle.dumps):
        with pytest.raises((TypeError, ValueError), match="pickled"):
            clone(made)
