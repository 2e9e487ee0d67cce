# SPDX-License-Identifier: MIT
"""Steps a GRU through ctypes and compares it with the equations: consumer.py LIBRARY."""
import ctypes
import math
import sys

INPUTS, HIDDEN, STEPS = 2, 3, 5
ROWS = 3 * HIDDEN
NAMES = {"weight_ih_l0": INPUTS, "weight_hh_l0": HIDDEN, "bias_ih_l0": 1, "bias_hh_l0": 1}

library = ctypes.CDLL(sys.argv[1])
library.seqnet_error_message.restype = ctypes.c_char_p
library.seqnet_version_string.restype = ctypes.c_char_p


def call(name, *arguments):
    if getattr(library, name)(*arguments) != 0:
        sys.exit(library.seqnet_error_message().decode())


def weights(name):
    """The rows of a parameter: sines that depend on its name."""
    columns = NAMES[name]
    return [[math.sin(0.7 * (row * columns + column) + len(name)) / 2
             for column in range(columns)] for row in range(ROWS)]


def product(name, vector):
    return [sum(w * v for w, v in zip(row, vector)) for row in weights(name)]


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def advance(x, h):
    """One step of the equations, gates in the order r z n."""
    bias_ih, bias_hh = (product(name, [1]) for name in ("bias_ih_l0", "bias_hh_l0"))
    i = [a + b for a, b in zip(product("weight_ih_l0", x), bias_ih)]
    s = [a + b for a, b in zip(product("weight_hh_l0", h), bias_hh)]
    after = []
    for j in range(HIDDEN):
        r, z = (sigmoid(i[k] + s[k]) for k in (j, HIDDEN + j))
        n = math.tanh(i[2 * HIDDEN + j] + r * s[2 * HIDDEN + j])
        after.append((1 - z) * n + z * h[j])
    return after


layer, context = ctypes.c_void_p(), ctypes.c_void_p()
call("seqnet_gru_create", INPUTS, HIDDEN, None, ctypes.byref(layer))
for name in NAMES:
    flat = [value for row in weights(name) for value in row]
    call("seqnet_layer_set_parameter", layer, name.encode(), (ctypes.c_float * len(flat))(*flat),
         ctypes.c_int64(len(flat)))
call("seqnet_context_create", layer, None, ctypes.byref(context))

h = [0.0] * HIDDEN
worst = 0.0
for step in range(STEPS):
    x = [math.cos(0.9 * step + 2.1 * k) for k in range(INPUTS)]
    y = (ctypes.c_float * HIDDEN)()
    call("seqnet_context_step", context, (ctypes.c_float * INPUTS)(*x), y)
    h = advance(x, h)
    worst = max(worst, *(abs(a - b) for a, b in zip(y, h)))
library.seqnet_context_destroy(context)
library.seqnet_layer_destroy(layer)
print(f"seqnet {library.seqnet_version_string().decode()}:", "right" if worst < 1e-6 else "wrong")
