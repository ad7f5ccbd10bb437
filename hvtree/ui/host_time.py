"""Times of a host whose clock is in another time zone than this computer's: both are said, and which is which."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone, tzinfo

from PySide6.QtCore import QByteArray, QDateTime, QTimeZone

from hvtree.domain.model import HostState
from hvtree.domain.words import age_words
from hvtree.ui.format import local_clock, local_time

_MINUS = "\N{MINUS SIGN}"


def time_words(moment_utc: datetime, state: HostState, *, with_seconds: bool = False) -> str:
    """Return a moment as this computer shows it, and as the host does where that is another time.

    "2026-11-26 08:36", or "2026-11-26 08:36 here, 00:36 on the host (UTC−8)".
    """
    here = local_time(moment_utc, with_seconds=with_seconds)
    zone = _zone_of(state, moment_utc)
    local = moment_utc.astimezone()
    if zone is None or moment_utc.astimezone(zone).utcoffset() == local.utcoffset():
        return here
    there = moment_utc.astimezone(zone)
    is_same_day = there.date() == local.date()
    say = local_clock if is_same_day else local_time
    words = say(moment_utc, zone=zone, with_seconds=with_seconds)
    return f"{here} here, {words} on the host ({offset_words(there.utcoffset() or timedelta(0))})"


def time_and_age_words(moment_utc: datetime, now_utc: datetime, state: HostState) -> str:
    """Return a moment of a host with how long ago it was."""
    return f"{time_words(moment_utc, state)} · {age_words(moment_utc, now_utc)}"


def zone_words(now_utc: datetime, state: HostState) -> str:
    """Return what the host's clock shows now, if that is another time than here; else nothing."""
    _, _, there = time_words(now_utc, state).partition(" here, ")
    return there.replace(" on the host", "")


def offset_words(offset: timedelta) -> str:
    """Return how far a clock is ahead of UTC: "UTC", "UTC−8", "UTC+5:30"."""
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = _MINUS if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "") if minutes else "UTC"


def _zone_of(state: HostState, moment_utc: datetime) -> tzinfo | None:
    """Return the host's time zone as it is at a moment: by its name, which knows of summer time, else as it is today."""
    named = _named_zone(state.zone)
    if named is not None:
        seconds = named.offsetFromUtc(QDateTime.fromSecsSinceEpoch(int(moment_utc.timestamp())))
        return timezone(timedelta(seconds=seconds))
    return timezone(state.utc_offset) if state.utc_offset is not None else None


def _named_zone(name: str) -> QTimeZone | None:
    """Return the zone that Windows or IANA calls so; None for a name that neither knows."""
    if not name or not name.isascii():
        return None
    plain = name.encode()
    iana = QTimeZone.windowsIdToDefaultIanaId(QByteArray(plain))
    zone = QTimeZone(iana if not iana.isEmpty() else QByteArray(plain))
    return zone if zone.isValid() else None
