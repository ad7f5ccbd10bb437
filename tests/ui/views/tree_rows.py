"""Reading and touching a tree view as somebody who sits before it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from hvtree.ui.models.columns import Column
from hvtree.ui.models.tree_model import TreeModel
from hvtree.ui.views.tree_geometry import geometry
from hvtree.ui.views.tree_view import TreeView
from tests.ui.models.vms import plain


def open_rows(view: TreeView) -> list[str]:
    """Return the names of all rows that are laid out, from the top down, closed ones left out."""
    model = view.model()
    rows = []
    index = model.index(0, 0)
    while index.isValid():
        rows.append(plain(index.data()))
        index = view.indexBelow(index)
    return rows


def canvas(view: TreeView) -> QWidget:
    """Return what the rows are painted on, as soon as it may be: after a slice that took its time other events come first."""
    while not view.viewport().updatesEnabled():
        QApplication.processEvents()
    return view.viewport()


def selected(view: TreeView) -> list[str]:
    """Return the names of the selected rows, sorted."""
    return sorted(plain(index.data()) for index in view.selectionModel().selectedRows(Column.NAME))


def current(view: TreeView) -> str:
    """Return the name of the row with the focus."""
    return plain(view.currentIndex().siblingAtColumn(Column.NAME).data())


def row(view: TreeView, name: str) -> QModelIndex:
    """Return the first laid out row of a name."""
    index = view.model().index(0, 0)
    while plain(index.data()) != name:
        index = view.indexBelow(index)
        assert index.isValid(), f"no row {name} among {open_rows(view)}"
    return index


def place(view: TreeView, name: str, part: str = "text") -> QPoint:
    """Return a point on a row's mark, icon or text."""
    model = view.model()
    assert isinstance(model, TreeModel)
    index = row(view, name)
    node = model.node(index)
    assert node is not None
    spot = geometry(node, view.visualRect(index))
    rect = getattr(spot, part)
    return QPoint(rect.left() + 6, rect.center().y())


def click(view: TreeView, name: str, part: str = "text", *, ctrl: bool = False) -> None:
    """Click on a part of a row."""
    modifier = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifier, place(view, name, part))


def press(
    view: TreeView, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """Press a key in the tree."""
    QTest.keyClick(view, key, modifier)
