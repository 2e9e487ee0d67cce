# SPDX-License-Identifier: MIT
"""Versions, what the library runs on, and threads."""

from __future__ import annotations

from seqnet._arrays import int32
from seqnet._library import lib
from seqnet.errors import InvalidArgumentError

_num_threads = 0


def library_version() -> str:
    """The version of the loaded library."""
    return lib.seqnet_version_string().decode()


def backend() -> str:
    """The product backend of new layers: "native" or "blas"."""
    return lib.seqnet_runtime_backend().decode()


def isa() -> str:
    """The instruction set of the kernels: "baseline", "avx2", "avx512" or "neon"."""
    return lib.seqnet_runtime_isa().decode()


def blas() -> str:
    """The BLAS library and its configuration, as it reports itself."""
    return lib.seqnet_runtime_blas().decode()


def blas_core() -> str:
    """The CPU kernels the BLAS library chose, such as "SkylakeX"."""
    return lib.seqnet_runtime_blas_core().decode()


def get_blas_threads() -> int:
    """Threads the BLAS library uses in this process."""
    return lib.seqnet_runtime_blas_threads()


def set_blas_threads(threads: int) -> None:
    """Set the threads of the BLAS library, for the whole process."""
    lib.seqnet_runtime_set_blas_threads(int32(threads, "threads"))


def get_num_threads() -> int:
    """Threads that a layer's call may use; 0: as many as the library finds useful."""
    return _num_threads


def set_num_threads(threads: int) -> None:
    """Set the threads of later layer calls, 0..256. Results do not depend on them."""
    global _num_threads
    if not 0 <= int32(threads, "threads") <= 256:
        raise InvalidArgumentError(f"threads = {threads}, need 0..256")
    _num_threads = threads
