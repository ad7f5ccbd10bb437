"""The benchmarks can be run by name, and their figures are what they say."""

from __future__ import annotations

import ast
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.benchmarks.__main__ import BENCHMARKS, main
from tests.benchmarks.measuring import beside, in_turn, memory, processor_s, spending

FOLDER = Path(__file__).parents[1] / "benchmarks"


def test_every_module_with_a_long_and_a_short_form_is_in_the_table() -> None:
    assert {path.stem for path in FOLDER.glob("*.py") if _has_forms(path)} == set(BENCHMARKS)


def test_an_unknown_benchmark_is_refused_before_anything_is_measured(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["opening", "no-such"])
    said = capsys.readouterr()
    assert "no-such" in said.err
    assert not said.out


def test_ways_are_measured_in_turn_and_the_median_counts() -> None:
    order: list[str] = []

    def way(name: str, *figures: float) -> Callable[[], float]:
        left = list(figures)

        def measured() -> float:
            order.append(name)
            return left.pop(0)

        return measured

    medians = in_turn({"ours": way("ours", 3, 100, 2), "theirs": way("theirs", 1, 1, 50)}, rounds=3)
    assert order == ["ours", "theirs"] * 3
    assert medians == {"ours": 3, "theirs": 1}


def test_each_figure_stands_beside_the_first() -> None:
    lines = beside({"bare": 0.2, "HVTree": 0.3}).splitlines()
    assert [line.split() for line in lines] == [
        ["bare", "200", "ms", "1.00", "x"],
        ["HVTree", "300", "ms", "1.50", "x"],
    ]


def test_processor_time_that_was_spent_is_counted() -> None:
    with spending() as spent:
        sum(range(1_000_000))
    assert spent.processor_s > 0
    assert (processor_s(os.getpid()) is None) == (memory().rss is None)


def test_memory_is_read_or_said_to_be_unknown() -> None:
    held = memory()
    assert (held.rss is None) == (held.pss is None) == ("?" in str(held))


def _has_forms(path: Path) -> bool:
    functions = [
        each for each in ast.parse(path.read_text("utf-8")).body if isinstance(each, ast.FunctionDef)
    ]
    return any(
        each.name == "main" and [option.arg for option in each.args.kwonlyargs] == ["short"]
        for each in functions
    )
