"""What a cell of the tree returns for each role."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import Qt

from hvtree.ui.format import tool_tip
from hvtree.ui.models import tree_texts
from hvtree.ui.models.columns import Column
from hvtree.ui.models.nodes import CheckpointNode, HostNode, Node, NoteNode, NowNode, VmNode

_SELECTABLE = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_EDITABLE = _SELECTABLE | Qt.ItemFlag.ItemIsEditable
_LEAF = Qt.ItemFlag.ItemNeverHasChildren
_NOW = _SELECTABLE | _LEAF
_NOTE = Qt.ItemFlag.ItemIsEnabled | _LEAF
_FLAGS = {HostNode: _SELECTABLE, VmNode: _SELECTABLE, NowNode: _NOW, NoteNode: _NOTE}
"""Made once, and found at once: Qt asks for every row that it lays out, and to combine two flags takes Python as long as the rest of
the answer."""


def alignment(column: Column) -> Qt.AlignmentFlag:
    """Return the alignment of a column."""
    horizontal = Qt.AlignmentFlag.AlignRight if column is Column.SIZE else Qt.AlignmentFlag.AlignLeft
    return horizontal | Qt.AlignmentFlag.AlignVCenter


def flags_of(node: Node, column: int) -> Qt.ItemFlag:
    """Return the flags of a cell; a checkpoint can be renamed in place while its host is connected."""
    flags = _FLAGS.get(type(node))
    if flags is not None:
        return flags
    is_editable = (
        column == Column.NAME and isinstance(node, CheckpointNode) and node.owner.host.view.is_connected
    )
    return _EDITABLE if is_editable else _SELECTABLE


RoleReader = Callable[[Node, Column, datetime], Any]
"""Return a value from a node, a column and the time."""
READERS: Mapping[int, RoleReader] = MappingProxyType(
    {
        Qt.ItemDataRole.DisplayRole: tree_texts.text,
        Qt.ItemDataRole.EditRole: lambda node, column, now: (
            tree_texts.edited_text(node) if column is Column.NAME else tree_texts.text(node, column, now)
        ),
        Qt.ItemDataRole.ToolTipRole: lambda node, _column, now: tool_tip(tree_texts.tool_tip(node, now)),
        Qt.ItemDataRole.AccessibleTextRole: lambda node, column, now: (
            tree_texts.spoken(node, now) if column is Column.NAME else tree_texts.text(node, column, now)
        ),
        Qt.ItemDataRole.TextAlignmentRole: lambda _node, column, _now: alignment(column),
    }
)
