"""Which rows of the tree are selected, kept as a set of its nodes, so that it costs the same whatever is selected.

Qt keeps ranges of rows with one parent: in a chain of checkpoints each row is a range of its own. For each cell that it
paints it compares the parents of all ranges, and for each change all ranges with each other: with 1,000 rows one
painting made 290,000 calls of `parent` and took 1.3 s [measured]. So Qt itself is told of a few rows only, among them the
one with the focus; whoever paints or counts asks this.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Signal,
)

from hvtree.ui.models.columns import Column
from hvtree.ui.models.nodes import Node, NoteNode
from hvtree.ui.models.tree_model import TreeModel

TOLD_AT_MOST = 8
"""Ranges that Qt itself is told of; each costs it two calls of `parent` for every cell that it paints."""

Flag = QItemSelectionModel.SelectionFlag
_CHOOSING = Flag.Select | Flag.Deselect | Flag.Toggle
_NOTHING = QModelIndex()

Index = QModelIndex | QPersistentModelIndex
Nodes = dict[int, Node]
"""Rows by their serial numbers, in the order in which they were selected."""


class RowSelection(QItemSelectionModel):
    """The selection of a tree view: always whole rows, under the commands that Qt's own selection takes."""

    rows_changed = Signal()
    """Other rows are selected than before; told once for many that leave at once."""

    def __init__(self, model: TreeModel, parent: QObject) -> None:
        super().__init__(model, parent)
        self._model = model
        self._kept: Nodes = {}
        self._latest: Nodes = {}
        """What the last command was about: the next one may extend it or take it back."""
        self._command = Flag.NoUpdate
        self._chosen: Nodes = {}
        self._is_told_all = True
        self._have_left = False
        model.rows_left.connect(self._on_rows_left)
        self.currentChanged.connect(self._on_current_changed)

    @property
    def chosen(self) -> Mapping[int, Node]:
        """The selected rows by their serial numbers."""
        return MappingProxyType(self._chosen)

    def holds(self, node: Node) -> bool:
        """Return whether a row is selected."""
        return node.serial in self._chosen

    def choose(self, nodes: Iterable[Node], command: QItemSelectionModel.SelectionFlag) -> None:
        """Change the selection by some rows; those that cannot be selected are left out."""
        rows = {node.serial: node for node in nodes if not isinstance(node, NoteNode)}
        if command & Flag.Clear:
            self._kept, self._latest = {}, {}
        elif not command & Flag.Current:
            self._kept, self._latest = self._merged(), {}
        if command & _CHOOSING:
            self._latest, self._command = rows, command
        self._take(self._merged())

    def settle(self) -> None:
        """Tell of rows that have left since the last time."""
        if self._have_left:
            self._have_left = False
            self._tell_qt()
            self.rows_changed.emit()

    def expect(self, index: Index) -> None:
        """Let Qt know whether a row is selected that it is about to ask for: the one under the mouse."""
        node = self._model.node(index)
        if node is not None and not self._is_told_all and self.holds(node):
            self._tell_qt(node)

    # What Qt asks and what others ask of any selection

    def select(self, what: QItemSelection | Index, command: QItemSelectionModel.SelectionFlag) -> None:
        """Change the selection as Qt's own views do."""
        self.choose(self._nodes_in(what), command)

    def isSelected(self, index: Index) -> bool:
        node = self._model.node(index)
        return node is not None and self.holds(node)

    def isRowSelected(self, row: int, parent: Index = _NOTHING) -> bool:
        return self.isSelected(self._model.index(row, Column.NAME, parent))

    def hasSelection(self) -> bool:
        return bool(self._chosen)

    def selectedRows(self, column: int | None = None) -> list[QModelIndex]:
        return [self._model.index_of_node(node, column or Column.NAME) for node in self._chosen.values()]

    def selection(self) -> QItemSelection:
        """Return all selected rows; whoever only wants to know them asks `chosen`."""
        made = QItemSelection()
        for run in runs(self._chosen.values()):
            made.append(self._range(run))
        return made

    def selectedIndexes(self) -> list[QModelIndex]:
        return [
            self._model.index_of_node(node, column) for node in self._chosen.values() for column in Column
        ]

    # Inner workings

    def _merged(self) -> Nodes:
        """Return what was selected before, changed by the last command."""
        if self._command & Flag.Toggle:
            both = self._kept.keys() & self._latest.keys()
            return {key: node for key, node in (self._kept | self._latest).items() if key not in both}
        if self._command & Flag.Deselect:
            return {key: node for key, node in self._kept.items() if key not in self._latest}
        return self._kept | self._latest if self._kept else dict(self._latest)

    def _take(self, chosen: Nodes) -> None:
        if chosen.keys() == self._chosen.keys():
            return
        self._chosen = chosen
        self._tell_qt()
        self.rows_changed.emit()

    def _tell_qt(self, first: Node | None = None) -> None:
        """Tell Qt's own model of the rows that it may be asked about: all if they are few, else one of them.

        So it knows of a selection if there is one, and a screen reader that asks it hears of the row with the focus.
        """
        told: list[list[Node]] = []
        for run in runs(self._chosen.values()):
            told.append(run)
            if len(told) > TOLD_AT_MOST:
                break
        self._is_told_all = len(told) <= TOLD_AT_MOST
        if not self._is_told_all:
            current = self._model.node(self.currentIndex())
            known = (node for node in (first, current) if node is not None and self.holds(node))
            told = [[next(known, told[0][0])]]
        made = QItemSelection()
        for run in told:
            made.append(self._range(run))
        super().select(made, Flag.ClearAndSelect)

    def _range(self, run: list[Node]) -> QItemSelectionRange:
        first, last = run[0], run[-1]
        return QItemSelectionRange(
            self._model.index_of_node(first), self._model.index_of_node(last, Column.NOTES)
        )

    def _nodes_in(self, what: QItemSelection | Index) -> Iterator[Node]:
        if not isinstance(what, QItemSelection):
            node = self._model.node(what)
            if node is not None:
                yield node
            return
        for number in range(what.count()):
            part = what.at(number)
            first = self._model.node(part.topLeft())
            if first is not None and first.parent is not None:
                yield from first.parent.children[part.top() : part.bottom() + 1]

    def _on_rows_left(self, nodes: list[Node]) -> None:
        for node in nodes:
            self._kept.pop(node.serial, None)
            self._latest.pop(node.serial, None)
            self._have_left |= self._chosen.pop(node.serial, None) is not None

    def _on_current_changed(self) -> None:
        if not self._is_told_all:
            self._tell_qt()


def runs(nodes: Iterable[Node]) -> Iterator[list[Node]]:
    """Yield neighbours in one piece: nodes that follow each other under one parent, as they come."""
    run: list[Node] = []
    for node in nodes:
        if run and not (node.parent is run[-1].parent and node.row == run[-1].row + 1):
            yield run
            run = []
        run.append(node)
    if run:
        yield run
