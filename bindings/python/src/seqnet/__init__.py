# SPDX-License-Identifier: MIT
"""libseqnet: recurrent sequence models on CPUs, with PyTorch's shapes and numbers.

Symbols in shapes: T steps, B batch, I input size, H hidden size, P projection size, L layers,
D directions, V vocabulary, N features of an output. Arrays are NumPy's, float32 and int32; others
are converted. Calls release the interpreter's lock.
"""

from seqnet import errors
from seqnet.context import Context, context_bytes
from seqnet.errors import SeqnetError
from seqnet.generate import sample
from seqnet.interchange import export_weights, from_weights, import_weights
from seqnet.io import dumps, load, loads, save
from seqnet.layers import Dropout, Embedding, Layer, Linear
from seqnet.pytorch import from_torch, to_torch
from seqnet.recurrent import GRU, LSTM, RNN
from seqnet.runtime import get_num_threads, library_version, set_num_threads
from seqnet.sequential import Sequential
from seqnet.stream import Stream
from seqnet.tensors import Tensors
from seqnet.text import Batch, Corpus, Dataset, Vocabulary, one_hot
from seqnet.trainer import Result, Trainer

__version__ = "0.1.0"

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "Batch",
    "Context",
    "Corpus",
    "Dataset",
    "Dropout",
    "Embedding",
    "Layer",
    "Linear",
    "Result",
    "SeqnetError",
    "Sequential",
    "Stream",
    "Tensors",
    "Trainer",
    "Vocabulary",
    "context_bytes",
    "dumps",
    "errors",
    "export_weights",
    "from_torch",
    "from_weights",
    "get_num_threads",
    "import_weights",
    "library_version",
    "load",
    "loads",
    "one_hot",
    "sample",
    "save",
    "set_num_threads",
    "to_torch",
]
