# SPDX-License-Identifier: MIT
"""What a program does that runs a model of ONNX Runtime once: onnx_start.py MODEL."""

from __future__ import annotations

import sys

import numpy
import onnxruntime

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
session.run(None, {i.name: numpy.zeros(i.shape, numpy.float32) for i in session.get_inputs()})
print("done", flush=True)
