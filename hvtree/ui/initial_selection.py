"""What is selected first of a host that has just been opened, and when there is something to see of it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QAbstractItemView

from hvtree.app.host_view import ConnectionPhase, HostView
from hvtree.app.workspace import Workspace
from hvtree.ui.models.tree_model import TreeModel
from hvtree.ui.selection import CurrentSelection, Selection
from hvtree.ui.views.tree_view import TreeView


class InitialSelection(QObject):
    """Follows each host from its first row until all of its rows are there, or the reason why not."""

    filled = Signal()
    """There is something to see of a host."""
    painted = Signal()
    """That has been painted."""

    def __init__(
        self, workspace: Workspace, model: TreeModel, tree: TreeView, selection: CurrentSelection
    ) -> None:
        super().__init__(tree)
        self._workspace = workspace
        self._model = model
        self._tree = tree
        self._selection = selection
        self._awaited: set[str] = set()
        self._own = Selection()
        """What was selected here and not by the user."""
        self._shown: str | None = None
        """A host that the user has opened beside others, and that is to be seen."""
        self._waits_for_painting = False
        self._has_changed = False
        """Rows have changed since the last painting."""
        for work in (model.busy, tree.expansion.work):
            work.slice_begins.connect(self._on_change)
        tree.painting_ended.connect(self._on_painted)

    def host_opened(self, host_id: str) -> None:
        """Wait for the rows of a host."""
        self._awaited.add(host_id)

    def host_removed(self, host_id: str) -> None:
        """Wait for them no longer."""
        self._awaited.discard(host_id)
        self._shown = None if self._shown == host_id else self._shown

    def show(self, host_id: str) -> None:
        """Select the row of a host that the user has opened beside others; its VMs are shown as soon as they are there."""
        if len(self._workspace.hosts) < 2:
            return  # the only one comes into view by itself
        self._shown = host_id
        self._tree.select(self._model.index_of_host(host_id))
        self._tree.setFocus()
        self._own = self._selection.value

    def select_first(self) -> None:
        """Select a host that is being opened, then its first VM, unless the user has selected something."""
        selection = self._selection.value
        if self._shown in self._awaited or (not selection.is_empty and selection != self._own):
            return
        view = next((view for view in self._workspace.hosts if view.id in self._awaited), None)
        if view is not None and self._model.busy.is_idle:
            self._select_first_of(view)

    def settle(self) -> None:
        """Emit `filled` for each host that is shown completely, and wait for it no longer."""
        if not self._model.busy.is_idle:
            return
        for view in self._workspace.hosts:
            if view.id in self._awaited and (_is_read(view) or view.phase is ConnectionPhase.FAILED):
                self._awaited.discard(view.id)
                if view.id == self._shown:
                    self._bring_into_view(view.id)
                self.filled.emit()
                self._waits_for_painting = self._has_changed
                if not self._has_changed:
                    self.painted.emit()

    def _on_change(self) -> None:
        self._has_changed = True

    def _on_painted(self) -> None:
        self._has_changed = False
        if self._waits_for_painting:
            self._waits_for_painting = False
            self.painted.emit()

    def _bring_into_view(self, host_id: str) -> None:
        """Open a host's row at the top, unless the user has gone elsewhere meanwhile; from then on it counts as chosen."""
        self._shown = None
        if self._selection.value == self._own:
            index = self._model.index_of_host(host_id)
            self._tree.expand(index)
            self._tree.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtTop)
            self._own = Selection()

    def _select_first_of(self, view: HostView) -> None:
        host = self._model.index_of_host(view.id)
        first = self._model.index(0, 0, host)
        has_vms = view.state is not None and bool(view.state.vms)
        self._tree.select(first if has_vms and first.isValid() else host)
        self._tree.setFocus()
        self._own = self._selection.value


def _is_read(view: HostView) -> bool:
    return view.state is not None and not view.is_partial
