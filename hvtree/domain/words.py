"""Quantities in words, the same in plans, in the terminal and on the screen: sizes, ages, counts."""

from __future__ import annotations

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


def size_words(size_bytes: int) -> str:
    """Return bytes as Windows shows them, in steps of 1,024: "0 bytes", "512 bytes", "4.2 GB", "130 GB"."""
    if abs(size_bytes) < 1024:
        return count_words(size_bytes, "byte")
    power = 1
    while power < len(_UNITS) and abs(size_bytes) >= 999.5 * 1024**power:
        power += 1
    amount = size_bytes / 1024**power
    number = f"{amount:.1f}".removesuffix(".0") if abs(amount) < 9.95 else f"{amount:.0f}"
    return f"{number} {_UNITS[power - 1]}"


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
    total = f"{size_words(space.total_bytes)}: " if len(parts) > 1 else ""
    return total + ", ".join(parts)


def count_words(count: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: "1 checkpoint", "1,200 checkpoints"."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


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
