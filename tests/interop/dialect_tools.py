# SPDX-License-Identifier: MIT
"""What the tests of dialects share: the program, the library through ctypes, and files.

SEQNET_TOOL is the program `seqnet`, SEQNET_LIBRARY the shared library.
"""

import ctypes
import os
import subprocess

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

TOLERANCE = dict(rtol=1e-5, atol=1e-5)


def _path(variable):
    path = os.environ.get(variable)
    if not path:
        pytest.skip(f"{variable} is not set", allow_module_level=True)
    return path


class ContextOptions(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_size_t), ("allocator", ctypes.c_void_p),
                ("seed", ctypes.c_uint64), ("max_steps", ctypes.c_int32),
                ("max_batch", ctypes.c_int32), ("training", ctypes.c_int32),
                ("threads", ctypes.c_int32), ("recompute", ctypes.c_int32),
                ("reserved", ctypes.c_int32)]


class Window(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_size_t), ("x", ctypes.c_void_p),
                ("tokens", ctypes.c_void_p), ("lengths", ctypes.c_void_p),
                ("steps", ctypes.c_int32), ("batch", ctypes.c_int32),
                ("batch_major", ctypes.c_int32), ("reserved", ctypes.c_int32)]


def _library():
    library = ctypes.CDLL(_path("SEQNET_LIBRARY"))
    library.seqnet_error_message.restype = ctypes.c_char_p
    library.seqnet_model_layer.restype = ctypes.c_void_p
    return library


TOOL = _path("SEQNET_TOOL")
LIBRARY = _library()


def _check(code):
    assert code == 0, LIBRARY.seqnet_error_message().decode()


def convert(*arguments, fails=None):
    """Run `seqnet convert`; `fails`: text of the one line with which it is refused."""
    done = subprocess.run([TOOL, "convert", *map(str, arguments)], capture_output=True, text=True)
    if fails is None:
        assert done.returncode == 0, done.stderr
    else:
        assert done.returncode == 2 and fails in done.stderr, done.stderr


def outputs(model_path, inputs, output_size):
    """y (T, B, output_size) of a model file; inputs: (T, B) tokens, or (T, B, I)."""
    model, context = ctypes.c_void_p(), ctypes.c_void_p()
    _check(LIBRARY.seqnet_model_load(os.fsencode(model_path), None, ctypes.byref(model)))
    steps, batch = inputs.shape[:2]
    options = ContextOptions(ctypes.sizeof(ContextOptions), max_steps=steps, max_batch=batch)
    layer = ctypes.c_void_p(LIBRARY.seqnet_model_layer(model))
    _check(LIBRARY.seqnet_context_create(layer, ctypes.byref(options), ctypes.byref(context)))
    is_tokens = inputs.ndim == 2
    values = np.ascontiguousarray(inputs, dtype=np.int32 if is_tokens else np.float32)
    window = Window(ctypes.sizeof(Window), steps=steps, batch=batch)
    setattr(window, "tokens" if is_tokens else "x", values.ctypes.data)
    y = np.full((steps, batch, output_size), np.nan, dtype=np.float32)
    _check(LIBRARY.seqnet_context_forward(context, ctypes.byref(window),
                                          y.ctypes.data_as(ctypes.c_void_p)))
    LIBRARY.seqnet_context_destroy(context)
    LIBRARY.seqnet_model_destroy(model)
    return y


def write(path, arrays):
    """A safetensors file of arrays, copied so that no view is written with another's layout."""
    save_file({name: np.array(array, dtype=np.float32, order="C")
               for name, array in arrays.items()}, path)


def read(path):
    return load_file(path)


def noise(seed, *shape):
    return np.random.default_rng(seed).uniform(-1, 1, shape).astype(np.float32)
