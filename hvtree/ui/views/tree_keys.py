"""The keys that the tree answers while it has the focus, beside those of the menus."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QTreeView


class TreeKey(Struct, frozen=True):
    """Keys that do the same."""

    keys: tuple[str, ...]
    does: str = ""
    """In words; empty if an intention names these keys as its own."""
    order: Callable[[Any], None] | None = None
    """What is done with the `TreeView`; None for what Qt does by itself."""


TREE_KEYS: tuple[TreeKey, ...] = (
    TreeKey(("Up", "Down"), "Go to the row above or below"),
    TreeKey(("Left", "Right"), "Close or open the row, or go to its parent or its first child"),
    TreeKey(("Alt+Up", "Alt+Left"), "Go to the parent", lambda tree: tree.go_to_parent()),
    TreeKey(("Alt+Down", "Alt+Right"), "Go to the first child", lambda tree: tree.go_to_child()),
    TreeKey(("Shift+Up", "Shift+Down"), "Select more rows"),
    TreeKey(("Ctrl+A",), "Select all checkpoints of the VM, or all VMs of the host"),
    TreeKey(("Ctrl+C",), "Copy the names of the selected rows", lambda tree: tree.copy_names()),
    TreeKey(("Menu", "Shift+F10"), "Open the context menu", lambda tree: tree.ask_for_menu()),
    TreeKey(("Letters",), "Go to the next row that begins with them"),
    TreeKey(("H", "Home"), order=lambda tree: tree.go_to_now()),
    TreeKey(("F2",), order=lambda tree: tree.edit_name()),
    TreeKey(("Return", "Enter"), order=lambda tree: tree.ask_for_details()),
)

_ORDERS = {
    QKeySequence(key)[0].toCombined(): each.order  # type: ignore[index] # missing in PySide6's stubs
    for each in TREE_KEYS
    if each.order is not None
    for key in each.keys
}


def order_of(event: QKeyEvent, tree: QTreeView, *, is_typing: bool) -> Callable[[], None] | None:
    """Return what a key means in the tree; None if it means what it means to Qt, as a letter of a name does."""
    if is_typing and event.key() == Qt.Key.Key_H:
        return None
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    order = _ORDERS.get(event.key() | modifiers.value)
    return None if order is None else lambda: order(tree)
