"""The left part of the window: the tree of checkpoints and, beside it as a tab, the groups, built when they are first shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtWidgets import QTabWidget, QWidget

from hvtree.app.workspace import Workspace
from hvtree.domain.address import CheckpointAddress
from hvtree.ui.bridge import Bridge, Tasks
from hvtree.ui.selection import CurrentSelection, Selection
from hvtree.ui.views.tree_view import TreeView
from hvtree.ui.widgets.layouts import in_column

if TYPE_CHECKING:
    from hvtree.ui.views.groups import GroupsView

_TREE, _GROUPS = 0, 1


class LeftPane(QTabWidget):
    """Shows the tree or the groups; what is selected in the one that is shown is what is selected in the window."""

    context_menu_wanted = Signal(QPoint)
    """As the view of groups says."""
    details_wanted = Signal()
    """As the view of groups says."""
    intent_wanted = Signal(str)
    """Id of an intention that a button or a key of the groups asks for."""

    def __init__(
        self, tree: TreeView, workspace: Workspace, bridge: Bridge, tasks: Tasks, selection: CurrentSelection
    ) -> None:
        super().__init__()
        self._tree = tree
        self._workspace = workspace
        self._tasks = tasks
        self._selection = selection
        self._groups: GroupsView | None = None
        self._is_old = True
        """The groups do not show what there is now."""
        self._room = QWidget()
        self.setDocumentMode(True)
        self.setAccessibleName("Checkpoints or groups")
        self.tabBar().setAccessibleName("Checkpoints or groups")
        self.addTab(tree, "Checkpoints")
        self.addTab(self._room, "Groups")
        self.setTabToolTip(_TREE, "Hosts, VMs and their checkpoints (Ctrl+1)")
        self.setTabToolTip(_GROUPS, "VMs that belong together, and their group checkpoints (Ctrl+2)")
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._refresh)
        self.currentChanged.connect(self._on_tab)
        for changed in (bridge.host_changed, bridge.host_removed, bridge.groups_changed):
            changed.connect(self._on_news)
        bridge.job_changed.connect(self._on_job_changed)

    @property
    def shows_groups(self) -> bool:
        """The groups are shown, and not the tree."""
        return self.currentIndex() == _GROUPS

    @property
    def groups(self) -> GroupsView:
        """The view of groups; it is built now if it was not yet."""
        if self._groups is None:
            self._groups = self._build()
        return self._groups

    def show_tree(self, take_focus: Callable[[], object] | None = None) -> None:
        """Show the tree and let it have the focus, or what is about it and can `take_focus`."""
        self.setCurrentIndex(_TREE)
        (take_focus or self._tree.setFocus)()

    def show_checkpoint(self, checkpoint: CheckpointAddress) -> None:
        """Show the tree and select a checkpoint in it."""
        self.show_tree()
        self._selection.set(Selection(checkpoints=(checkpoint,)))

    def show_groups(self, key: str = "") -> None:
        """Show the groups and let them have the focus; with the key of a row, select it if it is there."""
        self.setCurrentIndex(_GROUPS)
        self._refresh()
        if key:
            self.groups.select(key)
        self.groups.take_focus()

    def load(self) -> None:
        """See what is kept of groups, by whichever program."""
        self._tasks.start(self._workspace.groups.load())

    def _build(self) -> GroupsView:
        from hvtree.ui.views.groups import GroupsView  # noqa: PLC0415  (most windows never show it)

        made = GroupsView(self._selection, lambda: self.shows_groups)
        made.context_menu_wanted.connect(self.context_menu_wanted)
        made.details_wanted.connect(self.details_wanted)
        made.new_wanted.connect(lambda: self.intent_wanted.emit("group.new"))
        made.delete_wanted.connect(self._on_delete)
        in_column(self._room, made)
        return made

    def _on_tab(self) -> None:
        self._tree.is_aside = self.shows_groups
        if self.shows_groups:
            self.load()
            self._refresh()
            self.groups.tell_selection()
        else:
            self._tree.tell_selection()

    def _on_news(self, *_host: str) -> None:
        self._is_old = True
        if self.shows_groups:
            self._soon.start()

    def _on_job_changed(self, job_id: int) -> None:
        """See what a job has left behind; while jobs run nothing new is kept."""
        if self._groups is not None and self._workspace.job(job_id).verdict is not None:
            self.load()

    def _refresh(self) -> None:
        if not self._is_old:
            return
        from hvtree.ui.models.group_rows import rows_of_groups  # noqa: PLC0415  (as above)

        self._is_old = False
        known, fleet = self._workspace.groups, self._workspace.fleet
        self.groups.show_groups(rows_of_groups(known.definitions, known.checkpoints(fleet), fleet))

    def _on_delete(self) -> None:
        chosen = self._selection.value
        if chosen.is_of_groups:
            self.intent_wanted.emit("group.delete" if chosen.group else "group_checkpoint.delete")
