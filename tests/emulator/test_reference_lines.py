"""Every line of the reference's table has a test that names it, and every uncertain one a test of its other side."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from hvtree.emulator.host import quirks
from tests.emulator.reference_lines import LINES, NOT_USED

TESTS = Path(__file__).parents[1]
NAMED = re.compile(r"\blines? (\d+(?:(?:, | and )\d+)*)(, switched)?")
UNCERTAIN = {number for number, (marks, _) in LINES.items() if "U" in marks}


def comments_in_tests(source: str) -> Iterator[str]:
    """Return the comments that are on or in a test function."""
    functions = [
        range(node.lineno, (node.end_lineno or node.lineno) + 1)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and any(token.start[0] in lines for lines in functions):
            yield token.string


@cache
def named() -> tuple[frozenset[int], frozenset[int]]:
    """Return the lines that tests name, and those of them that a test shows from their other side."""
    all_lines: set[int] = set()
    switched: set[int] = set()
    for path in TESTS.rglob("test_*.py"):
        for comment in comments_in_tests(path.read_text(encoding="utf-8")):
            for match in NAMED.finditer(comment):
                numbers = {int(number) for number in re.findall(r"\d+", match[1])}
                all_lines |= numbers
                switched |= numbers if match[2] else set()
    return frozenset(all_lines), frozenset(switched)


def test_the_table_has_80_lines_each_documented_or_observed_or_uncertain() -> None:
    assert list(LINES) == list(range(1, 81))
    assert all(marks and set(marks) <= set("DOU") for marks, _ in LINES.values())


def test_every_line_is_named_by_a_test_or_out_of_use() -> None:
    assert LINES.keys() - named()[0] - NOT_USED.keys() == set()


def test_no_test_names_a_line_that_is_out_of_use_or_not_there() -> None:
    assert named()[0] <= LINES.keys() - NOT_USED.keys()


def test_every_uncertain_line_is_shown_from_its_other_side_too() -> None:
    assert UNCERTAIN - named()[1] - NOT_USED.keys() == set()


def test_every_switch_that_names_a_line_has_a_test_of_that_line() -> None:
    source = Path(quirks.__file__).read_text(encoding="utf-8")
    lines = {int(number) for number in re.findall(r"\bLine (\d+)", source)}
    assert lines - named()[1] == set()


def test_only_comments_on_tests_name_lines() -> None:
    source = "# line 1\ndef helper():\n    pass  # line 2\n\n\ndef test_it(\n) -> None:  # lines 3, 4 and 5\n    pass  # line 6\n"
    assert list(comments_in_tests(source)) == ["# lines 3, 4 and 5", "# line 6"]
