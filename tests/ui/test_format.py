"""Texts for the screen."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from PySide6.QtCore import QLocale

from hvtree.app.host_view import ConnectionPhase, HostView
from hvtree.ui import format as texts
from tests.support.trees import lab

MOMENT = datetime(2014, 9, 21, 19, 37, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en_US", "9/21/2014 7:37 PM"),
        ("en_GB", "21/09/2014 19:37"),
        ("de_DE", "21.09.2014 19:37"),
        ("ja_JP", "2014/09/21 19:37"),
        ("C", "2014-09-21 19:37"),
    ],
)
def test_a_time_is_written_as_the_user_writes_it_with_the_year_in_full(language: str, text: str) -> None:
    assert texts.local_time(MOMENT, zone=UTC, locale=QLocale(language)) == text


def test_a_time_is_told_in_the_zone_of_the_machine() -> None:
    tokyo = timezone(timedelta(hours=9))
    assert texts.local_time(MOMENT, zone=tokyo, locale=QLocale("de_DE")) == "22.09.2014 04:37"


def test_seconds_are_told_on_demand() -> None:
    told = texts.local_time(MOMENT, zone=UTC, locale=QLocale("en_US"), with_seconds=True)
    assert told == "9/21/2014 7:37:31 PM"


def test_a_time_comes_with_its_age() -> None:
    told = texts.local_time_and_age(MOMENT, MOMENT + timedelta(days=3), zone=UTC, locale=QLocale("en_US"))
    assert told == "9/21/2014 7:37 PM · 3 days ago"


@pytest.mark.parametrize("trick", ["\u202e", "\u2066", "\u200f", "\n", "\x07", "\u2028"])
def test_a_name_cannot_change_the_direction_or_the_lines_of_a_row(trick: str) -> None:
    shown = texts.shown_name(f"web{trick}1")
    assert shown == "web\ufffd1"


def test_a_name_of_ten_thousand_characters_is_cut() -> None:
    assert len(texts.shown_name("x" * 10_000)) < 500


@pytest.mark.parametrize("name", ["web-1", "Ünïcode 漢字 😀", "до обновления"])
def test_a_name_in_a_left_to_right_script_stays_as_it_is(name: str) -> None:
    assert texts.shown_name(name) == name


@pytest.mark.parametrize("name", ["שלום", "قبل التحديث", "web שלום 1", "\U00010840"])
def test_a_name_with_right_to_left_letters_is_kept_apart_from_what_is_beside_it(name: str) -> None:
    assert texts.shown_name(name) == f"\u2068{name}\u2069"
    assert texts.without_marks(f"{texts.shown_name(name)} (1)") == f"{name} (1)"


@pytest.mark.parametrize(
    ("own", "opened_as", "words"),
    [
        ("xHost16", "demo", "xHost16 (demo)"),
        ("xHost16", "10.0.0.7:5985", "xHost16 (10.0.0.7:5985)"),
        ("XHOST16", "xhost16", "xhost16"),
        ("XHOST16", "xhost16.contoso.com", "xhost16.contoso.com"),
    ],
)
def test_a_host_is_called_by_its_own_name_and_by_the_one_it_was_opened_under(
    own: str, opened_as: str, words: str
) -> None:
    view = HostView("1", opened_as, ConnectionPhase.CONNECTED, lab(own))
    assert texts.host_words(view) == words
    assert texts.host_words(HostView("1", opened_as, ConnectionPhase.CONNECTING)) == opened_as
