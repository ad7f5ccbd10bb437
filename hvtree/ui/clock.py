"""The time for people who sit before this screen."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Give the time in UTC."""
    return datetime.now(UTC)


def local_now() -> datetime:
    """Give the time in the zone of this machine."""
    return datetime.now(UTC).astimezone()
