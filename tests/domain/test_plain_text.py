"""Words from outside made plain: nothing in them acts, hides, or begins a line of its own."""

from __future__ import annotations

import pytest

from hvtree.domain.plain_text import plain, plain_line, plain_lines


@pytest.mark.parametrize("acts", ["\x1b", "\x85", "\u200b", "\u2028", "\u202e", "\u2066", "\ud800"])
def test_what_acts_is_seen_instead(acts: str) -> None:
    assert plain_lines(f"a{acts}b\nc") == "a\ufffdb\nc"


def test_lines_tabs_and_the_marks_around_names_stay() -> None:
    assert plain_lines("a\r\nb\tc \u2068ש\u2069") == "a\nb\tc \u2068ש\u2069"


def test_a_sentence_is_one_line() -> None:
    assert plain_line("a\r\n\r\nb\u2029c") == "a b c"
    assert plain_line("two  blanks") == "two  blanks"


def test_nothing_of_a_name_breaks_a_line() -> None:
    assert plain("a\r\nb\tc") == "a\ufffd\ufffdb\ufffdc"
