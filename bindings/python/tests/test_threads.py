# SPDX-License-Identifier: MIT
"""Threads that share a layer, the interpreter's lock, and forked children."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import seqnet
from seqnet import _cache


def test_threads_share_a_layer(random):
    layer = seqnet.LSTM(8, 16, num_layers=2)
    inputs = [
        random.standard_normal((int(steps), int(batch), 8)).astype(np.float32)
        for steps, batch in random.integers(1, 9, (40, 2))
    ]
    expected = [layer(x)[0] for x in inputs]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            results = list(pool.map(lambda x: layer(x)[0], inputs))
            assert all(map(np.array_equal, results, expected))


def test_contexts_are_kept_and_bounded():
    layer = seqnet.GRU(3, 4)
    layer(np.zeros((5, 2, 3)))
    first = layer._cache.get(5, 2)
    assert layer._cache.get(8, 2) is first, "sizes are rounded up"
    assert layer._cache.get(9, 2) is not first
    for batch in range(1, 10):
        layer(np.zeros((2, batch, 3)))
    assert len(layer._cache._mine()) == _cache.CONTEXTS
    layer.clear_cache()
    assert not layer._cache._mine()


def test_num_threads_changes_nothing(random):
    layer = seqnet.LSTM(32, 64)
    x = random.standard_normal((64, 32, 32)).astype(np.float32)
    y, _ = layer(x)
    try:
        for threads in [1, 2, 3]:
            seqnet.set_num_threads(threads)
            assert seqnet.get_num_threads() == threads
            assert np.array_equal(layer(x)[0], y)
    finally:
        seqnet.set_num_threads(0)
    with pytest.raises(ValueError, match="threads = 257"):
        seqnet.set_num_threads(257)


def test_lock_is_released():
    """Another thread runs while a long call does."""
    layer = seqnet.LSTM(256, 256)
    x = np.zeros((400, 8, 256), np.float32)
    context = seqnet.Context(layer, 400, 8, threads=1)
    context.forward(x)
    ticks: list[float] = []
    done = threading.Event()

    def tick() -> None:
        while not done.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.001)

    ticker = threading.Thread(target=tick)
    ticker.start()
    start = time.perf_counter()
    context.forward(x)
    end = time.perf_counter()
    done.set()
    ticker.join()
    assert sum(start < tick < end for tick in ticks) >= 3


def test_a_context_is_for_one_thread_at_a_time():
    context = seqnet.Context(seqnet.LSTM(256, 256), 800, 8, threads=1)
    x = np.zeros((800, 8, 256), np.float32)
    refused: list[Exception] = []

    def use() -> None:
        for _ in range(3):
            try:
                context.forward(x)
            except seqnet.errors.BusyError as error:
                refused.append(error)

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused and isinstance(refused[0], RuntimeError)


def fork_and_call(layer: seqnet.Layer, x: np.ndarray, y: np.ndarray) -> int:
    """Use the layer in a forked child, and let it end as children do; its exit status."""
    child = os.fork()
    if child == 0:
        equal = np.array_equal(layer(x)[0], y)
        layer.clear_cache()
        del layer
        os._exit(0 if equal else 1)
    for _ in range(300):
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status
        time.sleep(0.1)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return -1


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_fork(random):
    layer = seqnet.LSTM(64, 64)
    x = random.standard_normal((64, 32, 64)).astype(np.float32)
    seqnet.set_num_threads(2)
    try:
        y, _ = layer(x)
        assert fork_and_call(layer, x, y) == 0
        assert np.array_equal(layer(x)[0], y)
    finally:
        seqnet.set_num_threads(0)
