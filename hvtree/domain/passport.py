"""A checkpoint's passport: why it was taken, by whom, how long it is wanted, whether it is locked.

It is one line in the checkpoint's own notes, so that each admin, Hyper-V Manager and PowerShell see it, beside whatever
others have written there:

    [HVTree] Before patching · ticket CHG-123 · keep until 2026-12-24 · locked · by CORP\\anna · 2026-11-26 14:02Z

The reason comes first, or nothing where there is none: `[HVTree] · locked`. Then parts follow in any order, each with its
word in front. A part that is not understood, such as one of a later version, stays as it is. In what somebody typed a
middle dot is doubled, so that it separates nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import force_setattr

from hvtree.domain.group_mark import GroupMark, group_values
from hvtree.domain.plain_text import plain
from hvtree.values import replace

MARK = "[HVTree]"
"""What the line begins with, in any letter case."""
_BETWEEN = " · "
_DOT, _DOUBLED = "·", "··"
_LOCKED = "locked"
_TIME = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d)Z")
_KEEP_UNTIL = re.compile(r"keep until (\d{4}-\d\d-\d\d)", re.IGNORECASE)
_TEXTS = {"ticket": "ticket ", "author": "by ", "safety": "safety before applying "}
_GROUP = "group "
_REMEMBERED = 4096


class Passport(Struct, frozen=True):
    """What is known of a checkpoint besides what Hyper-V tells. Texts are made one line; the time is kept to the minute."""

    reason: str = ""
    ticket: str = ""
    keep_until: date | None = None
    """The last day on which it is wanted."""
    is_locked: bool = False
    """HVTree does not delete it until it is unlocked."""
    author: str = ""
    at_utc: datetime | None = None
    """When it was written first."""
    safety: str = ""
    """The name of the checkpoint that was applied after this one had been taken for safety; empty for any other."""
    group: GroupMark | None = None
    """The group checkpoint that it belongs to."""
    others: tuple[str, ...] = ()
    """Parts that are not understood, as they stand in the line."""

    def __post_init__(self) -> None:
        for name in ("reason", *_TEXTS):
            force_setattr(self, name, _one_line(getattr(self, name)))
        if self.group is not None:
            force_setattr(self, "group", _checked(self.group))
        if self.at_utc is not None:
            to_the_minute = self.at_utc.astimezone(UTC).replace(second=0, microsecond=0)
            force_setattr(self, "at_utc", to_the_minute)

    @property
    def is_empty(self) -> bool:
        """It says nothing, so that no line is needed."""
        return self == Passport()

    @property
    def is_safety(self) -> bool:
        """The checkpoint was taken for safety, before another one was applied."""
        return bool(self.safety)

    def is_expired(self, now_utc: datetime) -> bool:
        """Return whether the last day on which it is wanted is over. Days are those of UTC."""
        return self.keep_until is not None and now_utc.astimezone(UTC).date() > self.keep_until

    @property
    def line(self) -> str:
        """The line that says all of it."""
        return _BETWEEN.join((f"{MARK} {_escaped(self.reason)}".rstrip(), *self._parts()))

    def _parts(self) -> Iterator[str]:
        if self.safety:
            yield _TEXTS["safety"] + _escaped(self.safety)
        if self.ticket:
            yield _TEXTS["ticket"] + _escaped(self.ticket)
        if self.keep_until is not None:
            yield f"keep until {self.keep_until.isoformat()}"
        if self.is_locked:
            yield _LOCKED
        if self.group is not None:
            yield _GROUP + _escaped(self.group.id)
            yield from map(_escaped, self.group.further_parts())
        if self.author:
            yield _TEXTS["author"] + _escaped(self.author)
        if self.at_utc is not None:
            yield f"{self.at_utc:%Y-%m-%d %H:%M}Z".rjust(17, "0")
        yield from self.others


@lru_cache(_REMEMBERED)
def passport_of(notes: str) -> Passport | None:
    """Return the passport in some notes, or None if there is none. Nothing in the notes can make it fail."""
    found = _find(notes)
    return None if found is None else _read(notes[found[0] : found[1]])


def unmeasured(notes: str) -> str:
    """Return the notes without what was measured while the checkpoint was taken: that is not known before."""
    passport = passport_of(notes) if notes else None
    if passport is None or passport.group is None:
        return notes
    return measured(notes, spread_ms=None, stopped_ms=None)


def measured(notes: str, *, spread_ms: int | None, stopped_ms: int | None) -> str:
    """Return the notes of a part of a group checkpoint with what was measured; any others stay as they are."""
    passport = passport_of(notes)
    if passport is None or passport.group is None:
        return notes
    mark = replace(passport.group, spread_ms=spread_ms, stopped_ms=stopped_ms)
    return with_passport(notes, replace(passport, group=mark))


def others_notes(notes: str) -> str:
    """Return the notes without the line of the passport: what others have written, byte for byte."""
    return with_passport(notes, None)


def with_passport(notes: str, passport: Passport | None) -> str:
    """Return the notes with this passport in place of the one that is there, or below what is there; None takes it out."""
    found = _find(notes)
    line = "" if passport is None or passport.is_empty else passport.line
    if found is not None:
        begin, end = found
        return notes[:begin] + line + notes[end:] if line else _without(notes, begin, end)
    return f"{notes}{_line_end(notes)}{line}" if notes and line else notes or line


def with_others_notes(notes: str, others: str) -> str:
    """Return the notes with another text of others beside the same passport."""
    return with_passport(others, passport_of(notes)) if _find(others) is None else others


def locked(notes: str, *, is_locked: bool, fresh: Passport) -> str:
    """Return the notes with the passport locked or not; `fresh` stands for one where there is none yet."""
    return with_passport(notes, replace(passport_of(notes) or fresh, is_locked=is_locked))


def _find(notes: str) -> tuple[int, int] | None:
    """Return where the first line of a passport begins and ends; its line end is not part of it."""
    if MARK.casefold() not in notes.casefold():
        return None
    begin = 0
    for line in notes.split("\n"):
        bare = line.removesuffix("\r")
        if bare.lstrip().casefold().startswith(MARK.casefold()):
            return begin, begin + len(bare)
        begin += len(line) + 1
    return None


def _without(notes: str, begin: int, end: int) -> str:
    """Return the notes without a line and without one line end: the one before it, or that behind a first line."""
    if begin:
        before = notes[: begin - 1]
        return before.removesuffix("\r") + notes[end:]
    return notes[end:].removeprefix("\r").removeprefix("\n")


def _line_end(notes: str) -> str:
    """Return the line end that the notes use."""
    return "\r\n" if notes.endswith("\r") or "\r\n" in notes else "\n"


def _read(line: str) -> Passport:
    rest = line.lstrip()[len(MARK) :]
    reason, *parts = rest.split(_BETWEEN)
    values: dict[str, object] = {}
    mark: dict[str, object] = {}
    others: list[str] = []
    is_of_group = any(_group_id(part) for part in parts)
    for part in parts:
        about_group = _mark_values(part) if is_of_group else {}
        name, value = ("", part) if about_group else _value(part)
        if about_group and mark.keys().isdisjoint(about_group):
            mark |= about_group
        elif name and name not in values:
            values[name] = value
        else:
            others.append(part)
    group = GroupMark(**mark) if mark else None  # type: ignore[arg-type]  # by name
    return Passport(_plain_text(reason), **values, group=group, others=tuple(others))  # type: ignore[arg-type]  # by name


def _group_id(part: str) -> str:
    text = part.strip()
    return _plain_text(text[len(_GROUP) :]) if text[: len(_GROUP)].casefold() == _GROUP else ""


def _mark_values(part: str) -> Mapping[str, object]:
    found = _group_id(part)
    return {"id": found} if found else group_values(_plain_text(part))


def _checked(mark: GroupMark) -> GroupMark | None:
    """Return a mark whose texts are one line; None without an id."""
    name = _one_line(mark.group_name) if mark.group_id else ""
    checked = replace(mark, id=_one_line(mark.id), group_name=name)
    return checked if checked.id else None


def _value(part: str) -> tuple[str, object]:
    """Return the name of a field and its value; an empty name for a part that is not understood."""
    text = part.strip()
    try:
        if text.casefold() == _LOCKED:
            return "is_locked", True
        if (day := _KEEP_UNTIL.fullmatch(text)) is not None:
            return "keep_until", date.fromisoformat(day[1])
        if (time := _TIME.fullmatch(text)) is not None:
            return "at_utc", datetime.fromisoformat(f"{time[1]}T{time[2]}:00+00:00")
    except ValueError:  # the 31st of February
        return "", part
    for name, word in _TEXTS.items():
        if text[: len(word)].casefold() == word and (value := _plain_text(text[len(word) :])):
            return name, value
    return "", part


def _one_line(text: str) -> str:
    return " ".join(plain(" ".join(text.split())).split())


def _escaped(text: str) -> str:
    return text.replace(_DOT, _DOUBLED)


def _plain_text(part: str) -> str:
    return _one_line(part.replace(_DOUBLED, _DOT))
