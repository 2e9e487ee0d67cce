# SPDX-License-Identifier: MIT
"""The structs and pointer types of libseqnet's headers, as ctypes declarations.

An option struct that is made here has its struct_size set and zeros elsewhere, which is the
library's default for every member. tests/test_abi.py compares all of them with the headers.
"""

from __future__ import annotations

from ctypes import (
    POINTER,
    Structure,
    c_char,
    c_char_p,
    c_double,
    c_float,
    c_int32,
    c_int64,
    c_size_t,
    c_uint64,
    c_void_p,
    sizeof,
)


class Status(c_int32):
    """An int32_t that is SEQNET_OK or an error code."""


class Floats(c_void_p):
    """float *"""


class Int32s(c_void_p):
    """int32_t *"""


class Int64s(c_void_p):
    """int64_t *"""


class ContextHandle(c_void_p):
    """seqnet_context *"""


class CorpusHandle(c_void_p):
    """seqnet_corpus *"""


class DatasetHandle(c_void_p):
    """seqnet_dataset *"""


class LayerHandle(c_void_p):
    """seqnet_layer *"""


class ModelHandle(c_void_p):
    """seqnet_model *"""


class TensorsHandle(c_void_p):
    """seqnet_tensors *"""


class TrainerHandle(c_void_p):
    """seqnet_trainer *"""


class VocabularyHandle(c_void_p):
    """seqnet_vocabulary *"""


class Sized(Structure):
    """A struct whose first member tells its size."""

    def __init__(self, **members: object) -> None:
        super().__init__(struct_size=sizeof(self), **members)


class Allocator(Structure):
    """seqnet_allocator"""

    _fields_ = [
        ("user", c_void_p),
        ("alloc", c_void_p),
        ("free", c_void_p),
    ]


class ContextOptions(Sized):
    """seqnet_context_options"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("allocator", POINTER(Allocator)),
        ("seed", c_uint64),
        ("max_steps", c_int32),
        ("max_batch", c_int32),
        ("training", c_int32),
        ("threads", c_int32),
        ("recompute", c_int32),
        ("reserved", c_int32),
    ]


class Window(Sized):
    """seqnet_window"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("x", Floats),
        ("tokens", Int32s),
        ("lengths", Int32s),
        ("steps", c_int32),
        ("batch", c_int32),
        ("batch_major", c_int32),
        ("reserved", c_int32),
    ]


class EmbeddingOptions(Sized):
    """seqnet_embedding_options"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("allocator", POINTER(Allocator)),
        ("seed", c_uint64),
        ("has_padding_idx", c_int32),
        ("padding_idx", c_int32),
    ]


class RecurrentOptions(Sized):
    """seqnet_recurrent_options"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("allocator", POINTER(Allocator)),
        ("seed", c_uint64),
        ("num_layers", c_int32),
        ("bidirectional", c_int32),
        ("no_bias", c_int32),
        ("token_input", c_int32),
        ("proj_size", c_int32),
        ("nonlinearity", c_int32),
        ("reset_before", c_int32),
        ("dropout", c_float),
        ("forget_bias", c_float),
        ("init_range", c_float),
    ]


class LinearOptions(Sized):
    """seqnet_linear_options"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("allocator", POINTER(Allocator)),
        ("seed", c_uint64),
        ("tied_embedding", LayerHandle),
        ("no_bias", c_int32),
        ("init_range", c_float),
    ]


class LayerInfo(Sized):
    """seqnet_layer_info"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("kind", c_int32),
        ("token_input", c_int32),
        ("input_size", c_int32),
        ("output_size", c_int32),
        ("child_count", c_int32),
        ("has_state", c_int32),
        ("parameter_count", c_int64),
    ]


class TensorInfo(Sized):
    """seqnet_tensor_info"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("name", c_char * 64),
        ("rank", c_int32),
        ("reserved", c_int32),
        ("shape", c_int64 * 4),
        ("count", c_int64),
    ]


class VocabularyOptions(Sized):
    """seqnet_vocabulary_options"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("allocator", POINTER(Allocator)),
        ("level", c_int32),
        ("specials", c_int32),
        ("max_size", c_int32),
        ("min_count", c_int32),
        ("fold_case", c_int32),
        ("normalize", c_int32),
        ("split_punctuation", c_int32),
        ("reserved", c_int32),
    ]


class LossOptions(Sized):
    """seqnet_loss_options"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("loss", c_int32),
        ("target_mode", c_int32),
        ("has_ignore_index", c_int32),
        ("ignore_index", c_int32),
    ]


class TrainerOptions(Sized):
    """seqnet_trainer_options"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("allocator", POINTER(Allocator)),
        ("loss", POINTER(LossOptions)),
        ("seed", c_uint64),
        ("max_batch", c_int32),
        ("back_steps", c_int32),
        ("update_steps", c_int32),
        ("burn_in", c_int32),
        ("carry", c_int32),
        ("accumulate", c_int32),
        ("optimizer", c_int32),
        ("nesterov", c_int32),
        ("learning_rate", c_double),
        ("momentum", c_double),
        ("beta1", c_double),
        ("beta2", c_double),
        ("epsilon", c_double),
        ("weight_decay", c_double),
        ("clip_value", c_double),
        ("clip_norm", c_double),
        ("schedule", c_int32),
        ("patience", c_int32),
        ("warmup", c_int64),
        ("period", c_int64),
        ("gamma", c_double),
        ("min_learning_rate", c_double),
        ("threads", c_int32),
        ("recompute", c_int32),
    ]


class Batch(Sized):
    """seqnet_batch"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("x", Floats),
        ("tokens", Int32s),
        ("targets", Int32s),
        ("target_values", Floats),
        ("lengths", Int32s),
        ("steps", c_int32),
        ("batch", c_int32),
        ("batch_major", c_int32),
        ("reserved", c_int32),
    ]


class Result(Sized):
    """seqnet_result"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("loss", c_double),
        ("count", c_int64),
        ("correct", c_int64),
        ("updates", c_int64),
        ("gradient_norm", c_double),
        ("learning_rate", c_double),
    ]


class TensorsEntry(Sized):
    """seqnet_tensors_entry"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("name", c_char_p),
        ("data", c_void_p),
        ("data_bytes", c_size_t),
        ("count", c_int64),
        ("shape", c_int64 * 8),
        ("rank", c_int32),
        ("dtype", c_int32),
    ]


class InterchangeOptions(Sized):
    """seqnet_interchange_options"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("allocator", POINTER(Allocator)),
        ("prefix", c_char_p),
        ("modules", c_char_p),
        ("dialect", c_int32),
        ("gru_form", c_int32),
        ("nonlinearity", c_int32),
        ("token_input", c_int32),
    ]
