"""What is selected, in detail, beside the tree: what it is, what can be done about it, and the password that a host waits for."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from hvtree.ui.host_opening import HostOpening
from hvtree.ui.intents.registry import help_for
from hvtree.ui.views.details import DetailsView
from hvtree.ui.views.details_describe import Offers, describe
from hvtree.ui.views.details_values import Details
from hvtree.ui.workbench import Workbench


class DetailPane(QObject):
    """Follows the selection. `offers` returns what can be done with one, `run` does what a link wants by the id of an intention."""

    def __init__(
        self, opening: HostOpening, bench: Workbench, *, offers: Offers, run: Callable[[str], None]
    ) -> None:
        super().__init__(bench)
        self._workspace, self._hosts = opening.workspace, opening.hosts
        self._bench = bench
        self._offers = offers
        self.view = view = DetailsView()
        bench.put_beside(view)
        view.intent_wanted.connect(run)
        view.checkpoint_wanted.connect(bench.left.show_checkpoint)
        view.group_wanted.connect(bench.left.show_groups)
        view.password_given.connect(self._hosts.take_password)
        view.copied.connect(lambda: opening.status.say("The PowerShell is on the clipboard.", 4))
        for rows in (bench.tree, bench.left):
            rows.details_wanted.connect(self.go_there)
        self.show_selected()
        view.catch_up()  # a host that is on the screen has something selected

    def show_selected(self) -> None:
        """Show what is selected now, in a moment."""
        self.view.show_soon(self._described)
        self.view.show_wish(self._hosts.wish(self._bench.shown_view))

    def go_there(self) -> None:
        """Show the details if they are hidden, and go there."""
        self.view.show()
        self.view.take_focus()

    def _described(self) -> Details:
        selection, now_utc = self._bench.selection.value, self._bench.clock()
        hosts, groups = self._workspace.hosts, self._workspace.groups
        return describe(selection, hosts, now_utc, help_for, self._offers, groups=groups)
