"""The columns of the tree, and the roles under which a row gives more than its texts."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import Qt


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


class Role(IntEnum):
    """What else can be asked of an index."""

    KIND = Qt.ItemDataRole.UserRole + 1
    """A `NodeKind`."""
    HOST_ID = Qt.ItemDataRole.UserRole + 2
    VM_ID = Qt.ItemDataRole.UserRole + 3
    """Id of the VM that the row belongs to, None for hosts and notes."""
    REF = Qt.ItemDataRole.UserRole + 4
    """`CheckpointRef` of a checkpoint row, else None."""
    SORT_KEY = Qt.ItemDataRole.UserRole + 5
    """A value to compare rows of one kind by, according to the column."""
    ICON = Qt.ItemDataRole.UserRole + 6
    """Name of the row's icon."""
