"""The values of a row of the tables. SQLite does not mind one of another type than its column's: then these raise `TypeError`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import MAXYEAR, MINYEAR, datetime
from typing import TypeVar

from hvtree.domain.errors import BadInput

_T = TypeVar("_T")


@contextmanager
def readable_rows() -> Iterator[None]:
    """Turn what comes of a damaged row or table into `BadInput`."""
    try:
        yield
    except (IndexError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as error:
        raise BadInput(
            "An entry in HVTree's memory cannot be read: the file is damaged.", details=repr(error)
        ) from error


def text_of(row: sqlite3.Row, key: str) -> str:
    """Return the text of a column."""
    return _value(row, key, str)


def text_or_none(row: sqlite3.Row, key: str) -> str | None:
    """Return the text of a column that may have none."""
    return None if row[key] is None else text_of(row, key)


def number_of(row: sqlite3.Row, key: str) -> int:
    """Return the number of a column."""
    return _value(row, key, int)


def number_or_none(row: sqlite3.Row, key: str) -> int | None:
    """Return the number of a column that may have none."""
    return None if row[key] is None else number_of(row, key)


def time_of(row: sqlite3.Row, key: str) -> datetime:
    """Return the time of a column; raise `BadInput` for what is no time."""
    try:
        return in_every_zone(datetime.fromisoformat(row[key]))
    except ValueError as error:
        raise BadInput("A time in HVTree's memory cannot be read.", details=repr(error)) from error


def time_or_none(row: sqlite3.Row, key: str) -> datetime | None:
    """Return the time of a column that may have none."""
    return None if row[key] is None else time_of(row, key)


def in_every_zone(moment: datetime) -> datetime:
    """Return a time; raise `ValueError` for one without a zone, or so near the ends of the calendar that some zones have not got it."""
    if moment.tzinfo is None or not MINYEAR < moment.year < MAXYEAR:
        raise ValueError(f"{moment.isoformat()} is no time in every zone")
    return moment


def _value(row: sqlite3.Row, key: str, kind: type[_T]) -> _T:
    value = row[key]
    if not isinstance(value, kind):
        raise TypeError(f"{key} is {type(value).__name__}")
    return value
