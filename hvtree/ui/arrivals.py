"""Hosts that come into the window: what of them is selected first, and when there is something to see."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from hvtree.app.host_view import HostView, Phase
from hvtree.app.workspace import Workspace
from hvtree.ui.models.tree_model import TreeModel
from hvtree.ui.selection import Selection
from hvtree.ui.views.tree_view import TreeView


class Arrivals(QObject):
    """Follows each host from its first row until all of its rows are there, or the reason why not."""

    filled = Signal()
    """There is something to see of a host."""

    def __init__(self, workspace: Workspace, model: TreeModel, tree: TreeView) -> None:
        super().__init__(tree)
        self._workspace = workspace
        self._model = model
        self._tree = tree
        self._awaited: set[str] = set()
        self._self_selected = Selection()

    def expect(self, host_id: str) -> None:
        """A host has its first row."""
        self._awaited.add(host_id)

    def forget(self, host_id: str) -> None:
        """A host has left."""
        self._awaited.discard(host_id)

    def welcome(self) -> None:
        """Begin with a host that comes, and with its first VM once it is read, unless the user selects."""
        selection = self._tree.selection()
        if not selection.is_empty and selection != self._self_selected:
            return
        view = next((view for view in self._workspace.hosts if view.id in self._awaited), None)
        if view is not None and self._model.busy.is_idle:
            self._select_first_of(view)

    def tell(self) -> None:
        """Say it if a host has come completely."""
        if not self._model.busy.is_idle:
            return
        for view in self._workspace.hosts:
            if view.id in self._awaited and (view.state is not None or view.phase is Phase.FAILED):
                self._awaited.discard(view.id)
                self.filled.emit()

    def _select_first_of(self, view: HostView) -> None:
        host = self._model.index_of_host(view.id)
        first = self._model.index(0, 0, host)
        has_vms = view.state is not None and bool(view.state.vms)
        self._tree.select(first if has_vms and first.isValid() else host)
        self._tree.setFocus()
        self._self_selected = self._tree.selection()
