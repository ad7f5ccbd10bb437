"""What a cell of the tree returns for each role."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import Qt

from hvtree.app.host_view import Phase
from hvtree.ui.format import tool_tip
from hvtree.ui.models import tree_texts
from hvtree.ui.models.columns import Column, Role
from hvtree.ui.models.nodes import CheckpointNode, Node, NodeKind
from hvtree.ui.models.tree_icons import icon_name

_FIXED = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_EDITABLE = _FIXED | Qt.ItemFlag.ItemIsEditable
_FLAGS: Mapping[NodeKind, Qt.ItemFlag] = MappingProxyType(
    {
        NodeKind.HOST: _FIXED,
        NodeKind.VM: _FIXED,
        NodeKind.CHECKPOINT: _FIXED,
        NodeKind.NOW: _FIXED | Qt.ItemFlag.ItemNeverHasChildren,
        NodeKind.NOTE: Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren,
    }
)


def alignment(column: Column) -> Qt.AlignmentFlag:
    """Return the alignment of a column."""
    horizontal = Qt.AlignmentFlag.AlignRight if column is Column.SIZE else Qt.AlignmentFlag.AlignLeft
    return horizontal | Qt.AlignmentFlag.AlignVCenter


def flags_of(node: Node, column: int) -> Qt.ItemFlag:
    """Return the flags of a cell; a checkpoint can be renamed in place while its host is connected."""
    if (
        isinstance(node, CheckpointNode)
        and column == Column.NAME
        and node.owner.host.view.phase is Phase.CONNECTED
    ):
        return _EDITABLE
    return _FLAGS[node.kind]


def _host_id(node: Node) -> str:
    return node.row_key[0]


Reader = Callable[[Node, Column, datetime], Any]
"""Gives a value from a node, a column and the time."""
READERS: Mapping[int, Reader] = MappingProxyType(
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
        Role.KIND: lambda node, _column, _now: node.kind,
        Role.HOST_ID: lambda node, _column, _now: _host_id(node),
        Role.VM_ID: lambda node, _column, _now: (
            (node.row_key[1] or None) if node.kind is not NodeKind.NOTE else None
        ),
        Role.REF: lambda node, _column, _now: (
            node.checkpoint.ref if isinstance(node, CheckpointNode) else None
        ),
        Role.SORT_KEY: lambda node, column, _now: tree_texts.sort_key(node, column),
        Role.ICON: lambda node, _column, _now: icon_name(node),
    }
)
