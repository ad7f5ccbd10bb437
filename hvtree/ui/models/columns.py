"""The columns of the tree."""

from __future__ import annotations

from enum import IntEnum


class Column(IntEnum):
    """The columns, from left to right."""

    NAME = 0
    STATE = 1
    CREATED = 2
    SIZE = 3
    NOTES = 4


HEADINGS = {
    Column.NAME: "Name",
    Column.STATE: "State or kind",
    Column.CREATED: "Created",
    Column.SIZE: "Size",
    Column.NOTES: "Notes",
}
