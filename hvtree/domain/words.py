"""Quantities in words, the same in plans, in the terminal and on the screen: sizes, ages, counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from hvtree.domain.model import SpaceTaken

_UNITS = ("KB", "MB", "GB", "TB", "PB")
_DAY_S = 86400
_SPANS = (
    (0, 60, "minute"),
    (3600, 3600, "hour"),
    (_DAY_S, _DAY_S, "day"),
    (60 * _DAY_S, 30 * _DAY_S, "month"),
    (730 * _DAY_S, 365 * _DAY_S, "year"),
)
"""From which age on, in seconds, which unit counts; days are counted long, since admins think in days."""


UNKNOWN = "…"
"""Stands for a size that has not been measured yet."""


def size_words(size_bytes: int | None) -> str:
    """Return bytes as Windows shows them, in steps of 1,024: "0 bytes", "512 bytes", "4.2 GB", "130 GB"; "…" for None."""
    if size_bytes is None:
        return UNKNOWN
    if abs(size_bytes) < 1024:
        return count_words(size_bytes, "byte")
    power = 1
    while power < len(_UNITS) and abs(size_bytes) >= 999.5 * 1024**power:
        power += 1
    amount = size_bytes / 1024**power
    number = f"{amount:.1f}".removesuffix(".0") if abs(amount) < 9.95 else f"{amount:.0f}"
    return f"{number} {_UNITS[power - 1]}"


def sum_words(size_bytes: int, *, is_complete: bool) -> str:
    """Return a sum of sizes; one of which some are not known yet says so: "4.2 GB + …", or only "…"."""
    if is_complete:
        return size_words(size_bytes)
    return f"{size_words(size_bytes)} + {UNKNOWN}" if size_bytes else UNKNOWN


def sizes_words(sizes: Iterable[int | None]) -> str:
    """Return the sum of some sizes, of which some may not be known yet."""
    found = list(sizes)
    return sum_words(sum(each or 0 for each in found), is_complete=None not in found)


def space_words(space: SpaceTaken, checkpoints: int) -> str:
    """Return what so many checkpoints take on disk, and which part is which; empty if they take nothing.

    "113 GB: 72 KB in 1 checkpoint, 113 GB written since (Now)"; a single part goes without the sum.
    """
    parts = (
        [f"{size_words(space.checkpoint_bytes)} in {count_words(checkpoints, 'checkpoint')}"]
        if checkpoints
        else []
    )
    if space.leftover_bytes:
        parts.append(f"{size_words(space.leftover_bytes)} left of deleted checkpoints")
    if space.written_bytes:
        parts.append(f"{size_words(space.written_bytes)} written since (Now)")
    if not space.is_complete:
        rest = "the rest is being measured" if space.total_bytes else "being measured"
        parts = [*parts, rest] if space.total_bytes else [rest]
    total = f"{sum_words(space.total_bytes, is_complete=space.is_complete)}: " if len(parts) > 1 else ""
    return total + ", ".join(parts)


def count_words(count: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: "1 checkpoint", "1,200 checkpoints"."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def ms_words(ms: int) -> str:
    """Return a short time: less than 1 ms, 38 ms, 4.2 s, 3 min 5 s."""
    if ms < 1:
        return "less than 1 ms"
    if ms < 1_000:
        return f"{ms} ms"
    if ms < 60_000:
        return f"{ms / 1_000:.1f} s"
    return f"{ms // 60_000:,} min {ms % 60_000 // 1_000} s"


def age_words(moment_utc: datetime, now_utc: datetime) -> str:
    """Return how long ago a moment was: "just now", "3 days ago"; clocks that differ by a minute are forgiven."""
    seconds = (now_utc - moment_utc).total_seconds()
    if seconds < -60:
        return f"in {_span_words(-seconds)}"
    return "just now" if seconds < 60 else f"{_span_words(seconds)} ago"


def span_words(since_utc: datetime, now_utc: datetime) -> str:
    """Return how much time has passed: "30 days"; "less than a minute", also where the clocks differ."""
    seconds = (now_utc - since_utc).total_seconds()
    return "less than a minute" if seconds < 60 else _span_words(seconds)


def _span_words(seconds: float) -> str:
    """Return a span in the unit in which an age is counted."""
    unit_s, noun = next((unit_s, noun) for from_s, unit_s, noun in reversed(_SPANS) if seconds >= from_s)
    return count_words(int(seconds // unit_s), noun)
