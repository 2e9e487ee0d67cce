# SPDX-License-Identifier: MIT
"""The operators between recurrent layers, on NumPy arrays: shapes, slices and small sums.

An operator takes its node and the list of its inputs (None: absent) and returns its first output,
or a tuple of all of them.
"""

from __future__ import annotations

import numpy as np

from seqnet.errors import OutOfRangeError
from seqnet.onnx.node import Node


def integers(node: Node, inputs, index: int, name: str):
    """A list of integers, which an older opset has as an attribute; None if it is absent."""
    if len(inputs) > index and inputs[index] is not None:
        return [int(one) for one in np.ravel(inputs[index])]
    value = node.attributes.get(name)
    return value if value is None or isinstance(value, list) else [value]


def reshaped(node: Node, shape, target) -> list:
    """The sizes that a Reshape asks for: 0 copies a size of `shape`, one -1 is worked out."""
    if node.attributes.get("allowzero", 0):
        return list(target)
    return [shape[axis] if size == 0 else size for axis, size in enumerate(target)]


def _identity(node, inputs):
    return inputs[0]


def _cast(node, inputs):
    from onnx import helper

    return inputs[0].astype(helper.tensor_dtype_to_np_dtype(node.attributes["to"]))


def _shape(node, inputs):
    sizes = np.asarray(inputs[0].shape, np.int64)
    return sizes[node.attributes.get("start", 0) : node.attributes.get("end")]


def _gather(node, inputs):
    data, indices = inputs
    axis = node.attributes.get("axis", 0)
    size = data.shape[axis]
    if np.any(indices < -size) or np.any(indices >= size):
        where = f"seqnet.onnx: node {node.name!r} (Gather)"
        raise OutOfRangeError(f"{where}: an index is outside {-size}..{size - 1}")
    return np.take(data, indices, axis=axis)


def _squeeze(node, inputs):
    axes = integers(node, inputs, 1, "axes")
    return np.squeeze(inputs[0], axis=None if axes is None else tuple(axes))


def _unsqueeze(node, inputs):
    return np.expand_dims(inputs[0], tuple(integers(node, inputs, 1, "axes")))


def _transpose(node, inputs):
    return np.transpose(inputs[0], node.attributes.get("perm"))


def _reshape(node, inputs):
    target = integers(node, inputs, 1, "shape")
    return np.reshape(inputs[0], reshaped(node, inputs[0].shape, target))


def _flatten(node, inputs):
    axis = node.attributes.get("axis", 1) % (inputs[0].ndim + 1)
    rows = int(np.prod(inputs[0].shape[:axis], dtype=np.int64))
    columns = int(np.prod(inputs[0].shape[axis:], dtype=np.int64))
    return inputs[0].reshape(rows, columns)


def _concat(node, inputs):
    return np.concatenate(inputs, axis=node.attributes["axis"])


def _slice(node, inputs):
    starts = integers(node, inputs, 1, "starts")
    ends = integers(node, inputs, 2, "ends")
    axes = integers(node, inputs, 3, "axes") or range(len(starts))
    steps = integers(node, inputs, 4, "steps") or [1] * len(starts)
    window = [slice(None)] * inputs[0].ndim
    for start, end, axis, step in zip(starts, ends, axes, steps):
        # An end far below zero is "to the first", which Python's slices say by None.
        stop = None if step < 0 and end < -inputs[0].shape[axis] else end
        window[axis] = slice(start, stop, step)
    return inputs[0][tuple(window)]


def _split(node, inputs):
    axis = node.attributes.get("axis", 0)
    sizes = integers(node, inputs, 1, "split")
    if sizes is None:
        parts = len(node.outputs)
        size = -(-inputs[0].shape[axis] // parts)
        sizes = [size] * parts
    return tuple(np.split(inputs[0], np.cumsum(sizes)[:-1], axis=axis))


def _expand(node, inputs):
    shape = tuple(int(one) for one in inputs[1])
    return np.broadcast_to(inputs[0], np.broadcast_shapes(inputs[0].shape, shape))


def _constant_of_shape(node, inputs):
    from onnx import numpy_helper

    value = node.attributes.get("value")
    fill = np.zeros(1, np.float32) if value is None else numpy_helper.to_array(value)
    return np.full(tuple(int(one) for one in inputs[0]), fill[0], fill.dtype)


def _one_hot(node, inputs):
    """(..) to (.., depth); the last axis only."""
    if node.attributes.get("axis", -1) != -1:
        raise node.unsupported(f"attribute axis = {node.attributes['axis']}, need -1")
    indices, depth, values = inputs
    hot = np.arange(int(np.ravel(depth)[0])) == np.asarray(indices)[..., None]
    return np.where(hot, values[1], values[0]).astype(values.dtype)


def _div(node, inputs):
    if np.issubdtype(inputs[0].dtype, np.integer):
        return np.trunc(inputs[0] / inputs[1]).astype(inputs[0].dtype)
    return inputs[0] / inputs[1]


def _dropout(node, inputs):
    """What it is outside training; its second output says that all is kept."""
    if len(inputs) > 2 and inputs[2] is not None and np.any(inputs[2]):
        raise node.unsupported("input training_mode is true, need false")
    return inputs[0], np.ones(inputs[0].shape, bool)


def _gemm(node, inputs):
    """alpha A' B' + beta C, where ' transposes if asked."""
    a, b = inputs[:2]
    a = a.T if node.attributes.get("transA", 0) else a
    b = b.T if node.attributes.get("transB", 0) else b
    y = np.float32(node.attributes.get("alpha", 1.0)) * (a @ b)
    if len(inputs) > 2 and inputs[2] is not None:
        y = y + np.float32(node.attributes.get("beta", 1.0)) * inputs[2]
    return y


def _sigmoid(node, inputs):
    """1 / (1 + exp(-x)), without exp of large numbers."""
    small = np.exp(-np.abs(inputs[0]))
    return (np.where(inputs[0] >= 0, 1, small) / (1 + small)).astype(inputs[0].dtype)


def _softmax(node, inputs):
    axis = node.attributes.get("axis", -1)
    exponents = np.exp(inputs[0] - inputs[0].max(axis=axis, keepdims=True))
    return exponents / exponents.sum(axis=axis, keepdims=True)


def _log_softmax(node, inputs):
    axis = node.attributes.get("axis", -1)
    shifted = inputs[0] - inputs[0].max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


OPERATORS = {
    "Add": lambda node, inputs: inputs[0] + inputs[1],
    "Cast": _cast,
    "Concat": _concat,
    "ConstantOfShape": _constant_of_shape,
    "Div": _div,
    "Dropout": _dropout,
    "Equal": lambda node, inputs: np.equal(*inputs),
    "Expand": _expand,
    "Flatten": _flatten,
    "Gather": _gather,
    "Gemm": _gemm,
    "Identity": _identity,
    "LogSoftmax": _log_softmax,
    "MatMul": lambda node, inputs: np.matmul(*inputs),
    "Mul": lambda node, inputs: inputs[0] * inputs[1],
    "OneHot": _one_hot,
    "Relu": lambda node, inputs: np.maximum(inputs[0], 0),
    "Reshape": _reshape,
    "Shape": _shape,
    "Sigmoid": _sigmoid,
    "Slice": _slice,
    "Softmax": _softmax,
    "Split": _split,
    "Squeeze": _squeeze,
    "Sub": lambda node, inputs: inputs[0] - inputs[1],
    "Tanh": lambda node, inputs: np.tanh(inputs[0]),
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
    "Where": lambda node, inputs: np.where(*inputs),
}
