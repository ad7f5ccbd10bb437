"""Leftovers are removed only when somebody says so."""

from __future__ import annotations

import io
import sys

import pytest

from tests.live.agreement import is_agreed


class Typed(io.StringIO):
    """What a person types on a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("typed", "expected"), [("y\n", True), ("YES\n", True), ("\n", False), ("n\n", False), ("", False)]
)
def test_a_person_is_asked_and_no_is_the_default(
    monkeypatch: pytest.MonkeyPatch, typed: str, *, expected: bool
) -> None:
    monkeypatch.setattr(sys, "stdin", Typed(typed))
    assert is_agreed(is_sure=False) is expected


def test_where_nobody_can_be_asked_nothing_is_removed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    assert not is_agreed(is_sure=False)
    assert "--yes" in capsys.readouterr().out


def test_who_is_sure_is_not_asked() -> None:
    assert is_agreed(is_sure=True)
