"""A passport in words, the same in the terminal and on the screen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from hvtree.domain.group_mark import GroupMark
from hvtree.domain.names import isolated, quoted
from hvtree.domain.passport import Passport, others_notes, passport_of
from hvtree.domain.words import count_words, ms_words


def passport_words(passport: Passport, now_utc: datetime) -> str:
    """Return what a passport says in one line, what matters most first: "Locked · Before patching · CHG-123 · by anna"."""
    return " · ".join(_parts(passport, now_utc))


def notes_words(notes: str, now_utc: datetime) -> str:
    """Return notes in one line: the passport in words, then what others have written."""
    passport = passport_of(notes) if notes else None
    if passport is None:
        return " ".join(notes.split())
    others = " ".join(others_notes(notes).split())
    return " · ".join(filter(None, (passport_words(passport, now_utc), others)))


def keep_words(passport: Passport, now_utc: datetime) -> str:
    """Return until when a checkpoint is wanted; empty if it does not say."""
    if passport.keep_until is None:
        return ""
    day = passport.keep_until.isoformat()
    return f"expired since {day}" if passport.is_expired(now_utc) else f"keep until {day}"


def group_words(mark: GroupMark) -> str:
    """Return what a checkpoint's part in a group checkpoint is: "5 VMs of ‘SharePoint farm’ · spread 38 ms · stopped 4.2 s"."""
    whose = f" of {quoted(mark.group_name)}" if mark.group_name else ""
    size = count_words(mark.size, "VM") if mark.size else "several VMs"
    parts = [size + whose]
    if mark.spread_ms is not None:
        parts.append(f"spread {ms_words(mark.spread_ms)}")
    if mark.stopped_ms is not None:
        parts.append(f"stopped {ms_words(mark.stopped_ms)}")
    return " · ".join(parts)


def _parts(passport: Passport, now_utc: datetime) -> Iterator[str]:
    if passport.is_locked:
        yield "Locked"
    if passport.reason:
        yield isolated(passport.reason)
    if passport.safety:
        yield f"taken before {isolated(passport.safety)} was applied"
    if passport.ticket:
        yield isolated(passport.ticket)
    if passport.keep_until is not None:
        yield keep_words(passport, now_utc)
    if passport.author:
        yield f"by {isolated(passport.author)}"
