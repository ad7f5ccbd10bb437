"""WQL: which rows a condition lets through, and which texts are no queries."""

from __future__ import annotations

import pytest

from hvtree.emulator.powershell.wql import WqlError, filter_of, parsed

ROWS = [
    {"Name": "web", "State": 2, "Parent": None, "IsSaved": True},
    {"Name": "db's", "State": 3, "Parent": "x\\y", "IsSaved": False},
    {"Name": "WEB2", "State": 6, "Parent": "", "IsSaved": False},
]


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("", ["web", "db's", "WEB2"]),
        ("Name = 'WEB'", ["web"]),
        ("name='db\\'s'", ["db's"]),
        ('Parent = "x\\\\y"', ["db's"]),
        ("State > 2 AND State <= 6", ["db's", "WEB2"]),
        ("State = 2 OR State = 6", ["web", "WEB2"]),
        ("NOT State = 2", ["db's", "WEB2"]),
        ("(State = 2 OR State = 3) AND IsSaved = TRUE", ["web"]),
        ("State = 2 OR State = 3 AND IsSaved = TRUE", ["web"]),
        ("Name LIKE 'web%'", ["web", "WEB2"]),
        ("Name LIKE '_eb'", ["web"]),
        ("Name LIKE '[dw]%'", ["web", "db's", "WEB2"]),
        ("Parent IS NULL", ["web"]),
        ("Parent IS NOT NULL", ["db's", "WEB2"]),
        ("State <> 2", ["db's", "WEB2"]),
        ("State != 2", ["db's", "WEB2"]),
        ("Name = 'or'", []),
    ],
)
def test_a_condition_lets_rows_through(condition: str, names: list[str]) -> None:
    is_meant, _ = filter_of(condition)
    assert [row["Name"] for row in ROWS if is_meant(row)] == names


def test_a_query_names_a_class_and_columns() -> None:
    query = parsed("select Name, State from Msvm_ComputerSystem where EnabledState = 2")
    assert (query.name, query.columns, query.condition_columns) == (
        "Msvm_ComputerSystem",
        ("Name", "State"),
        ("EnabledState",),
    )
    assert parsed("SELECT * FROM Win32_Volume").columns == ()


@pytest.mark.parametrize(
    "text",
    [
        *("", "SELECT", "SELECT * FROM", "DELETE FROM x", "SELECT * FROM x WHERE", "SELECT * FROM x WHERE a"),
        *("SELECT * FROM x WHERE a =", "SELECT * FROM x WHERE (a = 1", "SELECT * FROM x WHERE a = 1 b = 2"),
        *("SELECT * FROM x WHERE a IS 1", "SELECT * FROM x WHERE 1 = 1", "SELECT * FROM x WHERE a = b"),
        *("SELECT * FROM x WHERE a ~ 1", "SELECT * FROM x WHERE AND = 1"),
    ],
)
def test_other_texts_are_no_queries(text: str) -> None:
    with pytest.raises(WqlError):
        parsed(text)
