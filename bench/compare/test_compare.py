# SPDX-License-Identifier: MIT
"""Tests of the comparison: its arithmetic, and one small run of our own contenders.

python3 bench/compare/test_compare.py PROGRAMS, the folder of bench_worker.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from xml.etree import ElementTree

import chart
import figures
import measure
import models
import rows
import summary
import tables
from workers import Case, Contender, Worker, WorkerError

PROGRAMS = Path("build/release/bench")
SVG = "{http://www.w3.org/2000/svg}"
CASES = ("stream_rnn_32", "stream_gru_32")


class Figures(unittest.TestCase):
    def test_median_of_odd_and_even_counts(self) -> None:
        self.assertEqual(figures.median([3.0, 1.0, 2.0]), 2.0)
        self.assertEqual(figures.median([4.0, 1.0, 2.0, 3.0]), 2.5)

    def test_quantiles_are_linear_between_neighbours(self) -> None:
        self.assertEqual(figures.quantile([0.0, 10.0, 20.0], 0.25), 5.0)
        self.assertEqual(figures.quantile([7.0], 0.75), 7.0)

    def test_ratio_is_the_median_within_rounds(self) -> None:
        # The second round was slow for both: the ratio of the medians would be 3.
        self.assertEqual(figures.ratio([2.0, 60.0, 6.0], [1.0, 30.0, 2.0]), 2.0)

    def test_ratio_takes_the_rounds_both_were_in(self) -> None:
        self.assertEqual(figures.ratio([4.0], [2.0, 400.0, 400.0]), 2.0)

    def test_geometric_mean(self) -> None:
        self.assertAlmostEqual(figures.geometric_mean([1.0, 4.0, 16.0]), 4.0)
        self.assertTrue(math.isnan(figures.geometric_mean([])))


class Tables(unittest.TestCase):
    def test_samples_that_differ(self) -> None:
        self.assertEqual(rows.differs([1.0, 2.0], [1.0, 2.0001]), "")
        self.assertIn("0.1", rows.differs([1.0, 2.0], [1.0, 2.1]))
        self.assertTrue(rows.differs([1.0], [math.nan]))

    def test_weights_of_a_step(self) -> None:
        self.assertEqual(tables.weight_bytes(Case("", "lstm", 1, 1, 1, 3, 5)), 4 * 4 * 5 * 8)
        self.assertEqual(tables.weight_bytes(Case("", "gru", 2, 1, 1, 3, 5)), 4 * 3 * 5 * 18)

    def test_a_dense_run_has_the_valid_steps_of_the_ragged_one(self) -> None:
        case = Case("", "lstm", 1, 35, 20, 8, 8)
        dense = models.dense_of(case)
        steps = dense.case.batch * dense.case.steps * dense.scale
        self.assertAlmostEqual(steps, models.valid_steps(case))
        self.assertEqual(dense.case.steps, case.steps)


class Summaries(unittest.TestCase):
    def row(self, **ratios: float) -> dict:
        ours = {"table": "a", "case": "x", "threads": 1, "contender": "seqnet"}
        return {"seqnet": ours, **{name: {"ratio": value} for name, value in ratios.items()}}

    def test_the_better_of_module_and_cell_counts(self) -> None:
        self.assertEqual(summary.torch_ratio(self.row(torch=5.0, cell=2.0)), 2.0)
        self.assertIsNone(summary.torch_ratio(self.row(onnx=5.0)))

    def test_the_worst_row(self) -> None:
        self.assertEqual(summary.Group({"x": 2.0, "y": 0.5}).worst(), "0.50 (y)")

    def test_the_chart_has_a_point_for_each_ratio(self) -> None:
        records = [{**self.row()["seqnet"], "mode": "forward", "table": "a"}]
        records += [{**records[0], "contender": peer, "ratio": 3.0} for peer in ("torch", "onnx")]
        drawing = ElementTree.fromstring(chart.draw(records))
        legend = len(chart.PEERS)
        self.assertEqual(len(list(drawing.iter(f"{SVG}circle"))) - legend, 2)


class Workers(unittest.TestCase):
    def start(self, *command: str) -> Worker:
        return Worker(Contender("test", "test", command), 1)

    def test_a_worker_that_dies_says_why(self) -> None:
        worker = self.start(str(PROGRAMS / "bench_worker"), "library")
        with self.assertRaisesRegex(WorkerError, "unknown request: nonsense"):
            worker.ask("nonsense")
        self.assertFalse(worker.alive())

    def test_a_worker_that_is_too_slow_is_stopped(self) -> None:
        worker = self.start(sys.executable, "-c", "import time; time.sleep(60)")
        with self.assertRaisesRegex(WorkerError, "no answer"):
            worker.ask("about", 0.1)
        self.assertFalse(worker.alive())

    def test_all_have_as_many_rounds(self) -> None:
        workers = [self.start(str(PROGRAMS / "bench_worker"), "library") for _ in range(2)]
        case = Case("", "gru", 1, 2, 1, 4, 4)
        self.assertEqual([w.prepare("forward", case, 1) for w in workers], ["", ""])
        entrants = [measure.Entrant(w) for w in workers]
        measure.measure(entrants, 0.0, 1)
        self.assertEqual([len(e.times) for e in entrants], [measure.MIN_ROUNDS] * 2)
        for worker in workers:
            worker.stop()
            worker.errors.close()


class Run(unittest.TestCase):
    """The whole program on two small cases, without other people's libraries."""

    @classmethod
    def setUpClass(cls) -> None:
        with tempfile.TemporaryDirectory() as name:
            json_file = Path(name) / "records.json"
            command = [sys.executable, str(Path(__file__).parent), "--tables", "ac", "--page"]
            command += ["--only", f"^({'|'.join(CASES)})$", "--peers", "", "--seconds", "0.01"]
            command += ["--folder", str(PROGRAMS), "--json", str(json_file), "--docs", name]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            cls.text = done.stdout
            cls.records = [json.loads(line) for line in json_file.read_text().splitlines()]
            cls.page = (Path(name) / "benchmarks.md").read_text()

    def test_the_machine_comes_first(self) -> None:
        self.assertEqual(self.records[0]["table"], "machine")
        self.assertIn("seqnet", self.records[0]["contenders"])
        self.assertTrue(0 <= self.records[0]["busy"] <= 1)

    def test_every_case_is_there_with_its_ratios(self) -> None:
        rows = {(r["table"], r["case"], r["contender"]): r for r in self.records[1:]}
        for case in CASES:
            for peer in (("a", "blas"), ("a", "naive"), ("c", "blas")):
                self.assertGreater(rows[peer[0], case, peer[1]]["ratio"], 0)
            self.assertGreater(rows["a", case, "seqnet"]["of_fma"], 0)
            self.assertGreater(rows["a", case, "seqnet"]["of_read"], 0)

    def test_text_and_page_have_a_line_for_each_case(self) -> None:
        for case in CASES:
            self.assertIn(f"\n{case} ", self.text)
            self.assertIn(f"\n| {case} |", self.page)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        PROGRAMS = Path(sys.argv.pop())
    unittest.main()
