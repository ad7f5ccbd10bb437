"""Which VMs are to be seen in the tree: told when that has changed, so that their sizes are read before others."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QTreeView

from hvtree.domain.address import VmAddress
from hvtree.ui.models.tree_model import TreeModel
from hvtree.ui.selection import CurrentSelection
from hvtree.ui.views.tree_geometry import vm_of

_SELECTED_AT_MOST = 200


class VisibleVms(QObject):
    """Tells the VMs of the rows on the screen, from the top, and behind them those of selected rows elsewhere."""

    def __init__(
        self,
        tree: QTreeView,
        model: TreeModel,
        selection: CurrentSelection,
        tell: Callable[[Iterable[VmAddress]], None],
    ) -> None:
        super().__init__(tree)
        self._tree = tree
        self._model = model
        self._selection = selection
        self._tell = tell
        self._told: tuple[VmAddress, ...] = ()
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._look)
        bar = tree.verticalScrollBar()
        for changed in (bar.valueChanged, bar.rangeChanged, tree.expanded, tree.collapsed):
            changed.connect(self._on_changed)
        model.rowsInserted.connect(self._on_changed)
        model.rowsRemoved.connect(self._on_changed)
        selection.changed.connect(self._on_changed)

    def _on_changed(self) -> None:
        self._soon.start()  # not connected itself: it would take the value of a scroll bar for its interval

    def _look(self) -> None:
        seen = dict.fromkeys(self._on_the_screen())
        selected = self._selection.value.targets[:_SELECTED_AT_MOST]
        vms = tuple(dict.fromkeys((*seen, *selected)))
        if vms != self._told:
            self._told = vms
            self._tell(vms)

    def _on_the_screen(self) -> Iterable[VmAddress]:
        index = self._tree.indexAt(self._tree.viewport().rect().topLeft())
        if not index.isValid():
            return
        rows = self._tree.viewport().height() // self._tree.rowHeight(index) + 2  # of the outermost a part
        while index.isValid() and rows:
            node = self._model.node(index)
            owner = vm_of(node) if node is not None else None
            if owner is not None:
                yield owner.vm_address
            index = self._tree.indexBelow(index)
            rows -= 1
