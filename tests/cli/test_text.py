"""Text for a terminal: nothing foreign acts on it."""

import pytest

from hvtree.cli.text import harmless, shown


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("patch2", "patch2"),
        ('it\'s "quoted" $(x) `y`', 'it\'s "quoted" $(x) `y`'),
        ("two\nlines", "two\\u000alines"),
        ("\x1b[31mred", "\\u001b[31mred"),
        ("a\u202eb", "a\\u202eb"),
        ("\U0001f469\u200d\U0001f4bb", "\U0001f469\u200d\U0001f4bb"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("\ud800", "\\ud800"),
    ],
)
def test_only_what_can_be_seen_is_printed(name: str, printed: str) -> None:
    assert shown(name) == printed


def test_a_long_name_is_cut() -> None:
    assert shown("x" * 10_000, 10) == "x" * 9 + "…"


def test_a_sentence_keeps_its_lines_and_isolates_but_cannot_act_on_the_terminal() -> None:
    assert harmless("a\n\u2068x\u2069\x1b[2J\r") == "a\n\u2068x\u2069\\u001b[2J\\u000d"


def test_a_sentence_that_quotes_a_host_cannot_be_turned_round() -> None:
    assert harmless("a\u202eb\u2066c") == "a\\u202eb\\u2066c"


def test_a_sentence_hides_nothing_that_it_quotes() -> None:
    assert harmless("a\u200bb\ufeff") == "a\\u200bb\\ufeff"
