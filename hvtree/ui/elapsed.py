"""How long something has taken, as a stop-watch shows it."""

from __future__ import annotations


def elapsed(seconds: float) -> str:
    """Return a span as minutes and seconds, with hours if there are any: "0:07", "1:02:03". Never negative."""
    whole = max(0, int(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
