"""Rows in columns: they line up, fit, and say what each column is."""

import subprocess
import sys
from unicodedata import category

import pytest
import wcwidth

from hvtree.cli.table import TableLayout, columns, table, width

LAYOUT = TableLayout(("Name", "Size"), right=frozenset({1}), least=((0, 5),))


def test_columns_line_up_whatever_the_letters() -> None:
    lines = columns([("検査", "a"), ("x", "b"), ("e\u0301", "c")])
    assert [width(line) for line in lines] == [7, 7, 7]


def test_no_rows_are_no_lines() -> None:
    assert columns([]) == []


def test_one_long_cell_does_not_widen_the_column_for_all() -> None:
    assert columns([("x" * 30, "a"), ("y", "b")], most=5) == ["x" * 30 + "  a", "y      b"]


def test_a_table_has_headings_a_rule_and_numbers_to_the_right() -> None:
    assert table(LAYOUT, [("web", "1 GB"), ("database", "12 GB")]) == [
        "Name       Size",
        "────────  ─────",
        "web        1 GB",
        "database  12 GB",
    ]


def test_a_table_without_rows_is_its_headings() -> None:
    assert table(LAYOUT, []) == ["Name  Size", "────  ────"]


def test_a_table_is_narrowed_to_a_terminal_by_cutting_its_long_cells() -> None:
    lines = table(LAYOUT, [("database", "12 GB")], fit=13)
    assert lines[1:] == ["──────  ─────", "datab…  12 GB"]


def test_a_column_keeps_what_is_least() -> None:
    assert table(LAYOUT, [("database", "12 GB")], fit=2)[2] == "data…  12 GB"


def test_wide_letters_are_cut_by_the_cells_they_take() -> None:
    lines = table(LAYOUT, [("検査検査", "1 GB")], fit=11)
    assert lines[2] == "検査…  1 GB"
    assert width(lines[2]) == 11


@pytest.mark.parametrize(
    ("letters", "cells"),
    [
        ("検査", 4),
        ("한글", 4),
        ("e\u0301", 1),
        ("👍", 2),
        ("👍🏽", 2),
        ("👩\u200d💻", 2),
        ("❤\ufe0f", 2),
        ("🇩🇪", 2),
        ("\u2068שלום\u2069", 4),
    ],
)
def test_a_letter_takes_the_cells_that_a_terminal_gives_it(letters: str, cells: int) -> None:
    assert width(letters) == cells


def test_a_picture_of_several_letters_is_cut_as_one() -> None:
    lines = table(LAYOUT, [("👩\u200d💻👩\u200d💻👩\u200d💻", "1 GB")], fit=11)
    assert lines[2] == "👩\u200d💻👩\u200d💻…  1 GB"


def test_every_letter_by_itself_takes_as_many_cells_as_the_tables_of_unicode_say() -> None:
    # Beyond the first plane some of each block.
    codes = (*range(0x20, 0x10000), *range(0x10000, sys.maxunicode + 1, 61))
    letters = [chr(code) for code in codes if not 0xD800 <= code <= 0xDFFF]
    assert [letter for letter in letters if width(letter) != wcwidth.width(letter)] == []
    narrow = "".join(letter for letter in letters[:0x500] if wcwidth.width(letter) == 1)
    assert width(narrow) == wcwidth.width(narrow)
    wide = "".join(letter for letter in letters if wcwidth.width(letter) == 2 and category(letter) != "Sk")
    assert width(wide) == wcwidth.width(wide) == 2 * len(wide)
    assert width(wide[::-1]) == wcwidth.width(wide[::-1])


def test_what_wide_letters_take_is_known_without_the_tables_that_take_long_to_load() -> None:
    known = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from hvtree.cli.table import width; print(width('Prüfung-東京 🧪 한글。'), *sys.modules)",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    cells, *modules = known.stdout.split()
    assert int(cells) == 22
    assert "wcwidth" not in modules


def test_colours_take_no_cells_and_go_on_to_the_end_of_a_cut_cell() -> None:
    assert width("\x1b[1;32mdatabase\x1b[0m") == 8
    lines = table(LAYOUT, [("\x1b[1mdatabase\x1b[0m", "12 GB")], fit=13)
    assert lines[2] == "\x1b[1mdatab\x1b[0m…  12 GB"
