"""A passport is one line that people read, that reads back exactly, and that harms nothing around it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hvtree.domain.group_mark import GroupMark
from hvtree.domain.passport import (
    Passport,
    locked,
    others_notes,
    passport_of,
    with_others_notes,
    with_passport,
)
from hvtree.values import replace

AT = datetime(2026, 11, 26, 14, 2, 31, tzinfo=UTC)
FULL = Passport(
    "Before patching", "CHG-123", date(2026, 12, 24), is_locked=True, author="CORP\\anna", at_utc=AT
)
LINE = (
    "[HVTree] Before patching · ticket CHG-123 · keep until 2026-12-24 · locked · by CORP\\anna"
    " · 2026-11-26 14:02Z"
)

texts = st.text(max_size=40) | st.sampled_from(
    [
        "locked",
        "by anna",
        "a · b",
        "·",
        "··",
        " · ",
        "2026-11-26 14:02Z",
        "keep until 2026-12-24",
        "[HVTree] x",
    ]
)
strange_parts = st.from_regex(r"\A(colour|spread|owner) [a-z0-9]{1,10}\Z")
marks = st.builds(
    GroupMark,
    id=texts,
    size=st.integers(0, 999_999),
    group_id=st.just("") | st.uuids().map(str),
    group_name=texts,
    spread_ms=st.none() | st.integers(0, 999_999_999),
    stopped_ms=st.none() | st.integers(0, 999_999_999),
)
passports = st.builds(
    Passport,
    reason=texts,
    ticket=texts,
    keep_until=st.none() | st.dates(),
    is_locked=st.booleans(),
    author=texts,
    at_utc=st.none() | st.datetimes(timezones=st.just(UTC)),
    safety=texts,
    group=st.none() | marks,
    others=st.lists(strange_parts, max_size=3, unique=True).map(tuple),
)
foreign = st.text(st.sampled_from("aé\n\r \t·[]HVTree"), max_size=60) | st.text(max_size=60)


def test_it_reads_like_a_sentence_in_hyper_v_manager() -> None:
    assert FULL.line == LINE
    assert passport_of(LINE) == FULL


def test_a_lock_without_a_reason_is_no_reason_called_locked() -> None:
    assert Passport(is_locked=True).line == "[HVTree] · locked"
    assert passport_of("[HVTree] · locked") == Passport(is_locked=True)
    assert passport_of("[HVTree] locked") == Passport("locked")


@given(passports)
@example(Passport("ticket office is closed", ticket="a · by b"))
@example(Passport("ends with ·", author="·"))
def test_every_passport_reads_back_exactly(passport: Passport) -> None:
    assert "\n" not in passport.line
    assert passport_of(passport.line) == passport


def test_a_part_of_a_group_says_which_and_what_was_measured() -> None:
    mark = GroupMark("c-1", 5, "0b7e0000-0000-4000-8000-000000000001", "Share · Point", 38, 4213)
    line = (
        "[HVTree] Patch · group c-1 · 5 VMs · of group 0b7e0000-0000-4000-8000-000000000001 Share ·· Point"
        " · spread 38 ms · stopped 4213 ms · by anna"
    )
    assert Passport("Patch", group=mark, author="anna").line == line
    assert passport_of(line) == Passport("Patch", group=mark, author="anna")


def test_what_was_measured_of_no_group_is_left_as_it_stands() -> None:
    line = "[HVTree] Patch · 5 VMs · spread 38 ms · by anna"
    passport = passport_of(line)
    assert passport is not None
    assert passport.group is None
    assert passport.others == ("5 VMs", "spread 38 ms")


@given(foreign, passports)
def test_what_others_wrote_stays_byte_for_byte(notes: str, passport: Passport) -> None:
    plain = others_notes(notes)
    written = with_passport(plain, passport)
    if passport_of(plain) is None:  # else the second line of a passport in it has become the first
        assert passport_of(written) == (None if passport.is_empty else passport)
        assert others_notes(written) == plain
        assert plain in written


@given(foreign, passports, passports)
def test_a_change_touches_no_line_but_its_own(above: str, first: Passport, second: Passport) -> None:
    notes = f"{above}\n{first.line}\r\nbelow\r\n"
    if passport_of(above) is None and not second.is_empty:
        changed = with_passport(notes, second)
        assert changed == f"{above}\n{second.line}\r\nbelow\r\n"
        assert with_passport(changed, first) == (notes if not first.is_empty else f"{above}\nbelow\r\n")


@given(st.text(max_size=200) | foreign.map("[hvtree]".__add__) | foreign.map(LINE.__add__))
def test_no_notes_make_it_fail_and_reading_is_steady(notes: str) -> None:
    passport = passport_of(notes)
    again = with_passport(notes, passport)
    assert passport is None or passport.is_empty or passport_of(again) == passport


def test_words_of_a_later_version_survive_a_change() -> None:
    notes = "[HVTree] Before patching · spread 38 ms · by anna · colour red"
    passport = passport_of(notes)
    assert passport is not None
    assert passport.others == ("spread 38 ms", "colour red")
    changed = with_passport(notes, replace(passport, is_locked=True))
    assert changed == "[HVTree] Before patching · locked · by anna · spread 38 ms · colour red"


@pytest.mark.parametrize(
    ("part", "others"),
    [("keep until 2026-02-31", True), ("keep until someday", True), ("ticket ", True), ("Ticket A-1", False)],
)
def test_a_part_that_makes_no_sense_is_kept_as_it_is(part: str, others: bool) -> None:
    passport = passport_of(f"[HVTree] x · {part}")
    assert passport is not None
    assert passport.others == ((part,) if others else ())


def test_the_second_of_two_tickets_is_kept_too() -> None:
    passport = passport_of("[HVTree] x · ticket A · ticket B")
    assert passport == Passport("x", ticket="A", others=("ticket B",))


def test_what_somebody_typed_becomes_one_line_without_controls() -> None:
    assert Passport("a\r\n b\x1b[31m\ttail ").reason == "a b\ufffd[31m tail"


def test_other_notes_are_changed_without_the_passport() -> None:
    notes = with_passport("backup: skip", FULL)
    assert with_others_notes(notes, "backup: daily") == f"backup: daily\n{LINE}"
    assert others_notes(with_others_notes(notes, "")) == ""


def test_locking_writes_a_passport_where_there_is_none_and_unlocking_leaves_the_rest() -> None:
    notes = locked("backup: skip", is_locked=True, fresh=Passport(author="anna", at_utc=AT))
    assert notes == "backup: skip\n[HVTree] · locked · by anna · 2026-11-26 14:02Z"
    assert locked(LINE, is_locked=False, fresh=Passport()) == LINE.replace(" · locked", "")


def test_the_last_day_still_counts() -> None:
    wanted = Passport(keep_until=date(2026, 11, 26))
    assert not wanted.is_expired(AT)
    assert not wanted.is_expired(datetime(2026, 11, 26, 23, 59, tzinfo=UTC))
    assert wanted.is_expired(AT + timedelta(days=1))
    assert not Passport().is_expired(AT)


def test_notes_in_windows_lines_get_a_windows_line() -> None:
    assert with_passport("a\r\nb", Passport("x")) == "a\r\nb\r\n[HVTree] x"
