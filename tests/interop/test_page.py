# SPDX-License-Identifier: MIT
"""What docs/interchange.md shows, in Python, C and the shell, runs as it is printed."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras")
pytest.importorskip("onnx")
import safetensors.torch
import seqnet.keras
import seqnet.onnx

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "interchange.md").read_text(encoding="utf-8")
PROGRAM = """
#include <seqnet/seqnet.h>
#include <stdio.h>
int main(void)
{
%s
    if (!layer)
        fprintf(stderr, "%%s", seqnet_error_message());
    return !layer;
}
"""


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.M | re.S)


class Tagger(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = torch.nn.Embedding(9, 5)
        self.rnn = torch.nn.LSTM(5, 4, 2)
        self.head = torch.nn.Linear(4, 9)


def keras_model():
    return keras.Sequential([
        keras.Input((7,)), keras.layers.Embedding(9, 5),
        keras.layers.GRU(4, return_sequences=True), keras.layers.Dense(3)])


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with the files that the page reads."""
    monkeypatch.chdir(tmp_path)
    safetensors.torch.save_file(Tagger().state_dict(), "state.safetensors")
    keras_model().save("model.keras")
    seqnet.onnx.save(seqnet.GRU(3, 4), "model.onnx")
    return tmp_path


def test_python(here):
    names = {"seqnet": seqnet, "safetensors": safetensors, "module": Tagger(),
             "keras_model": keras_model()}
    found = blocks("python")
    assert len(found) == 4
    for block in found:
        exec(block, names)
    again = safetensors.torch.load_file("again.safetensors")
    assert all(torch.equal(again[name], value)
               for name, value in names["module"].state_dict().items())


def test_shell(here):
    (block,) = blocks("sh")
    path = f"{Path(os.environ['SEQNET_TOOL']).parent}:{os.environ['PATH']}"
    subprocess.run(["sh", "-e", "-c", block], check=True, env={**os.environ, "PATH": path})
    assert seqnet.load("model.safetensors").output_size == 9
    assert "rnn.l1.recurrent_kernel" in seqnet.Tensors.load("arrays.safetensors")


def test_c(here):
    if shutil.which("cc") is None:
        pytest.skip("no C compiler")
    (block,) = blocks("c")
    (here / "page.c").write_text(PROGRAM % block)
    library = Path(os.environ["SEQNET_LIBRARY"]).resolve()
    subprocess.run(["cc", "-std=c11", "-Wall", "-Werror", f"-I{ROOT / 'include'}", "page.c",
                    library, f"-Wl,-rpath,{library.parent}", "-o", "page"], check=True)
    subprocess.run(["./page"], check=True)
