# SPDX-License-Identifier: MIT
"""The tests of RNN, LSTM and GRU that the package onnx has for its backends, through the import."""

import re
import warnings
from pathlib import Path

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")
import seqnet.onnx
from onnx import numpy_helper
from onnx.backend.test.case import node as node_tests

PAGE = Path(__file__).resolve().parents[2] / "docs" / "interchange.md"
OPERATORS = {"RNN", "LSTM", "GRU"}


def _cases():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # other operators' tests overflow on purpose
        found = node_tests.collect_testcases(None)
    return {case.name: case for case in found
            if any(node.op_type in OPERATORS for node in case.model.graph.node)}


CASES = _cases()


def _array(value):
    return value if isinstance(value, np.ndarray) else numpy_helper.to_array(value)


@pytest.mark.parametrize("name", CASES)
def test_node(name):
    case = CASES[name]
    model = seqnet.onnx.load_graph(case.model)
    assert case.data_sets
    for inputs, outputs in case.data_sets:
        found = model.run(dict(zip(model.inputs, map(_array, inputs))))
        for output, expected in zip(model.outputs, map(_array, outputs)):
            assert found[output].shape == expected.shape
            np.testing.assert_allclose(found[output], expected, case.rtol, case.atol)


def test_the_page_lists_all():
    assert len(CASES) == 18
    rows = re.findall(r"^\| `(test_\w+)` \| (\w+) \|", PAGE.read_text(encoding="utf-8"), re.M)
    assert dict(rows) == dict.fromkeys(CASES, "passes")
    assert len(rows) == len(CASES)
