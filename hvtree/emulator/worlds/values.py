"""Sizes, times, durations and ids as world files write them; each error is a sentence."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from msgspec import Struct

_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?([KMGTP]?B)?", re.IGNORECASE | re.ASCII)
_UNITS = {"B": 0, "KB": 10, "MB": 20, "GB": 30, "TB": 40, "PB": 50}
_SPAN = re.compile(
    r"(?:(\d{1,18})y)?(?:(\d{1,18})d)?(?:(\d{1,18})h)?(?:(\d{1,18})m)?(?:(\d{1,18})s)?", re.ASCII
)
_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")
_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_DAYS_PER_YEAR = 365
_FIRST_YEAR, _LAST_YEAR = 1970, 9000
_MOST_OFFSET = timedelta(hours=14)


MOST_BYTES = 1 << 60
"""More than any disk, and still an integer to every JSON reader."""
_LONG_QUOTE = re.compile(r"([“'`])([^”'`]{60})[^”'`]+([”'`])")


class WorldError(ValueError):
    """A world file that cannot be used: `place` says where, the message is a sentence of one line."""

    def __init__(self, file: str, place: str, problem: str) -> None:
        where = f"{file}, {place}" if place else file
        super().__init__(f"World file {_readable(where)}: {_readable(problem)}")
        self.file = file
        self.place = place
        self.problem = problem


class BadValueError(ValueError):
    """A value that cannot be read; the message is a sentence without the place."""


def size(value: int | str) -> int:
    """Return bytes for "1.5 GB", "512 MB" or a number."""
    if isinstance(value, int):
        if value < 0:
            raise BadValueError(f"A size cannot be negative ({value}).")
        return _within_reason(value)
    match = _SIZE.fullmatch(value.strip())
    if match is None:
        raise BadValueError(f"“{value}” is not a size; write bytes, or text such as “1.5 GB”.")
    return _within_reason(float(match[1]) * (1 << _UNITS[(match[2] or "B").upper()]))


def span(text: str) -> timedelta:
    """Return the duration for "3d4h", "2h30m", "45s" or "1y"."""
    match = _SPAN.fullmatch(text.strip())
    if match is None or not text.strip():
        raise BadValueError(f"“{text}” is not a duration; write for example “3d4h” or “45s”.")
    years, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    try:
        return timedelta(days=years * _DAYS_PER_YEAR + days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError as error:
        raise BadValueError(f"“{text}” is too long.") from error


class HostTimes(Struct, frozen=True):
    """What a time in a world file means, and how its host writes it: when the world begins, zone and culture."""

    now: datetime
    offset: timedelta
    culture: str = "en-US"

    def read(self, text: str) -> datetime:
        """Return the time in UTC for "3d4h ago", "now" or ISO 8601 (host time if it has no zone)."""
        try:
            moment = self._moment(text.strip())
        except ValueError as error:
            if isinstance(error, BadValueError):
                raise
            message = f"“{text}” is not a time; write for example “3d4h ago” or “2014-09-21T19:37:31”."
            raise BadValueError(message) from error
        except OverflowError as error:
            raise BadValueError(f"“{text}” is before or after all calendars.") from error
        if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            raise BadValueError(f"“{text}” is not between the years {_FIRST_YEAR} and {_LAST_YEAR}.")
        return moment

    def _moment(self, plain: str) -> datetime:
        if plain == "now":
            return self.now
        if plain.endswith(" ago"):
            return self.now - span(plain.removesuffix(" ago"))
        parsed = datetime.fromisoformat(plain)
        if parsed.tzinfo is None:
            parsed = parsed.replace(tzinfo=timezone(self.offset))
        return parsed.astimezone(UTC)

    def local(self, when: datetime) -> datetime:
        """Return a time as the host's clock shows it."""
        return when.astimezone(timezone(self.offset))


def utc_offset(text: str) -> timedelta:
    """Return the duration for an offset such as "-04:00"."""
    match = _OFFSET.fullmatch(text)
    if match is None:
        raise BadValueError(f"“{text}” is not an offset from UTC; write for example “-04:00”.")
    offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
    if offset > _MOST_OFFSET:
        raise BadValueError(f"“{text}” is further from UTC than any place on earth.")
    return -offset if match[1] == "-" else offset


def guid(text: str) -> str:
    """Return a GUID in lower case."""
    lower = text.lower()
    if _GUID.fullmatch(lower) is None:
        raise BadValueError(f"“{text}” is not a GUID.")
    return lower


def _within_reason(amount: float) -> int:
    if amount > MOST_BYTES:
        raise BadValueError(f"A size cannot be more than {MOST_BYTES} bytes.")
    return int(amount)


def _readable(text: str) -> str:
    """Return a text in one line, with long quotations from the file cut."""
    plain = "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in text)
    return _LONG_QUOTE.sub(r"\1\2…\3", plain)
