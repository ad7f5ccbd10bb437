"""Every fact of the table has a test that names it, every switch one of its other side, and every citation a fact."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from hvtree.emulator.host.quirks import Quirks
from tests.emulator.facts import FACTS, TABLE

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
CITED = re.compile(r"\b[Ff]acts? (\d+(?:(?:, | and | to )\d+)*)(, switched)?")
TEXTS = {".py", ".ps1", ".psm1", ".psd1", ".ps1xml", ".md", ".json", ".toml"}
OUTSIDE = re.compile(r"\bREFERENCE\b|\bENGINEERING\b|\bCONVENTIONS\b|\breference \([a-z]\)")
KINDS = re.compile(
    r"(documented|observed|uncertain)( \([^)]+\))?(, (documented|observed|uncertain)( \([^)]+\))?)*"
)


def numbers(citation: str) -> set[int]:
    """Return the numbers in `24, 25 and 27 to 30`."""
    found: set[int] = set()
    for first, last in re.findall(r"(\d+)(?: to (\d+))?", citation):
        found |= set(range(int(first), int(last or first) + 1))
    return found


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
def named_by_tests() -> tuple[frozenset[int], frozenset[int]]:
    """Return the facts that tests name, and those of them that a test shows from their other side."""
    named: set[int] = set()
    switched: set[int] = set()
    for path in TESTS.rglob("test_*.py"):
        for comment in comments_in_tests(path.read_text(encoding="utf-8")):
            for match in CITED.finditer(comment):
                named |= numbers(match[1])
                switched |= numbers(match[1]) if match[2] else set()
    return frozenset(named), frozenset(switched)


def texts() -> Iterator[tuple[str, str]]:
    """Return every text file that may cite facts, with its name."""
    for folder in ("hvtree", "resources", "tests", "packaging"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in TEXTS and path not in (TABLE, Path(__file__)):
                yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def test_the_numbers_of_the_first_table_stay() -> None:
    assert set(range(1, 81)) <= FACTS.keys()


@pytest.mark.parametrize("number", FACTS)
def test_each_fact_says_how_sure_it_is_and_by_whom(number: int) -> None:
    fact = FACTS[number]
    assert KINDS.fullmatch(fact.sure), fact.sure
    assert fact.source or fact.sure == "uncertain"


def test_every_fact_is_named_by_a_test_or_says_why_not() -> None:
    without = {number for number, fact in FACTS.items() if fact.has_no_test}
    assert FACTS.keys() - named_by_tests()[0] - without == set()
    assert without & named_by_tests()[0] == set()


def test_every_switch_of_a_fact_has_a_test_of_the_other_side() -> None:
    assert {number for number, fact in FACTS.items() if fact.switches} - named_by_tests()[1] == set()


def test_every_uncertain_line_of_the_first_table_can_be_switched() -> None:
    assert [number for number in range(1, 81) if FACTS[number].is_uncertain and not FACTS[number].here] == []


def test_every_quirk_belongs_to_a_fact() -> None:
    named = {switch for fact in FACTS.values() for switch in fact.switches}
    assert set(Quirks.__struct_fields__) - named == set()


def test_every_citation_is_of_a_fact() -> None:
    wrong = {
        (name, match[0])
        for name, text in texts()
        for match in CITED.finditer(text)
        if not numbers(match[1]) <= FACTS.keys()
    }
    assert wrong == set()


def test_nothing_outside_the_project_is_cited() -> None:
    assert [(name, match[0]) for name, text in texts() for match in OUTSIDE.finditer(text)] == []


def test_only_comments_on_tests_name_facts() -> None:
    source = "# fact 1\ndef helper():\n    pass  # fact 2\n\n\ndef test_it(\n) -> None:  # facts 3, 4 and 5\n    pass  # fact 6\n"
    assert list(comments_in_tests(source)) == ["# facts 3, 4 and 5", "# fact 6"]


def test_a_range_of_facts_is_all_of_them() -> None:
    assert numbers("24, 25 and 27 to 30") == {24, 25, 27, 28, 29, 30}
