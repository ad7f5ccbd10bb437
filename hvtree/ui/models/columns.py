"""The columns of the tree."""

from __future__ import annotations

from enum import IntEnum


class Column(IntEnum):
    """The columns, from left to right."""

    NAME = 0
    STATE = 1
    CREATED = 2
    SIZE = 3
    REASON = 4
    TICKET = 5
    KEEP_UNTIL = 6
    AUTHOR = 7
    NOTES = 8


HEADINGS = {
    Column.NAME: "Name",
    Column.STATE: "State or kind",
    Column.CREATED: "Created",
    Column.SIZE: "Size",
    Column.REASON: "Reason",
    Column.TICKET: "Ticket",
    Column.KEEP_UNTIL: "Keep until",
    Column.AUTHOR: "By",
    Column.NOTES: "Notes",
}
OPTIONAL = (Column.REASON, Column.TICKET, Column.KEEP_UNTIL, Column.AUTHOR)
"""Parts of the notes that are shown apart where somebody wants it; Notes tells all of them in one line."""
