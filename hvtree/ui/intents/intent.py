"""What every intention is: its words, where it stands, whether it can be done now, and how it is done.

Menus, tool bar, context menus, enabling, tool tips and the list of keys are made from these values. Nothing else knows
which intentions there are.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct
from PySide6.QtWidgets import QWidget

from hvtree.app.host_view import HostView
from hvtree.app.workspace import Workspace
from hvtree.ui.bridge import Bridge, Tasks
from hvtree.ui.filtering import CurrentFilter
from hvtree.ui.left_pane import LeftPane
from hvtree.ui.menu_names import Menu
from hvtree.ui.open_hosts import OpenHosts
from hvtree.ui.selection import CurrentSelection, Kind, Selection
from hvtree.ui.views.tree_view import TreeView


class Context(Struct, frozen=True):
    """What an intention may use to do its work."""

    workspace: Workspace
    bridge: Bridge
    tasks: Tasks
    window: QWidget
    """The parent of dialogs."""
    clock: Callable[[], datetime]
    selection: CurrentSelection
    hosts: OpenHosts
    tree: TreeView
    left: LeftPane
    """The tree and the groups, of which one is shown."""
    filter: CurrentFilter
    find: Callable[[], object]
    """Go to the filter."""
    show_details: Callable[[], object]
    toggle_activity: Callable[[], object]
    intents: tuple[Intent, ...] = ()
    """All of them, for those that list them."""


class Intent(Struct, frozen=True, kw_only=True):
    """One thing that a user may want: an entry of the menus, with its keys."""

    id: str
    """`object.verb`, such as `checkpoint.delete`: its name for tests and for links in texts."""
    text: str
    """As the menus show it, `&` before the letter that Alt reaches."""
    tip: str
    """What it does, in one sentence."""
    menu: Menu
    section: int = 0
    """The sections of a menu are separated by lines; within one, the order is that of the registry."""
    tool_bar: tuple[int, int] | None = None
    """Section of the tool bar and place in it; None if it has no button there."""
    context: frozenset[Kind] = frozenset()
    """The kinds of selection in whose context menu it stands."""
    icon: str = ""
    keys: tuple[str, ...] = ()
    tree_keys: tuple[str, ...] = ()
    """Keys that the tree answers by itself while it has the focus."""
    is_of_tree: bool = False
    """Its `keys` count only while the tree has the focus, since they have another meaning elsewhere."""
    unfit: str = ""
    """What to select, said when the selection is not of its kind."""
    like: Intent | None = None
    """Another one that can be done exactly if this one can, and that stands before it in the registry."""
    help_link: Callable[[HostView], str] | None = None
    """Return the words of a link to it in the details of a host in trouble; empty if it is of no help there."""

    def refusal(self, selection: Selection, workspace: Workspace) -> str:
        """Return the reason why it cannot be done now; empty if it can."""
        raise NotImplementedError

    def run(self, context: Context) -> None:
        """Do it on the present selection; a selection that no longer fits does nothing."""
        raise NotImplementedError

    @property
    def plain_text(self) -> str:
        """Its words without the mark for the Alt key."""
        return self.text.replace("&", "")

    @property
    def shown_key(self) -> str:
        """The key that menus and tool tips show; empty if it has none."""
        return next(iter((*self.keys, *self.tree_keys)), "")


def _fits_always(_selection: Selection) -> bool:
    return True


class WindowIntent(Intent, frozen=True, kw_only=True):
    """Something that the window itself does."""

    do: Callable[[Context], object]
    fits: Callable[[Selection], bool] = _fits_always

    def refusal(self, selection: Selection, workspace: Workspace) -> str:
        return "" if self.fits(selection) else self.unfit

    def run(self, context: Context) -> None:
        self.do(context)


class KnownIntent(Intent, frozen=True, kw_only=True):
    """Something that the window itself does if what is known of hosts and groups allows it."""

    do: Callable[[Context], object]
    why_not: Callable[[Selection, Workspace], str]
    """Returns the reason why it cannot be done; empty if it can."""

    def refusal(self, selection: Selection, workspace: Workspace) -> str:
        return self.why_not(selection, workspace)

    def run(self, context: Context) -> None:
        if not self.why_not(context.selection.value, context.workspace):
            self.do(context)


class HostIntent(Intent, frozen=True, kw_only=True):
    """Something that is done to one host: the selected one, or the only one that is open; or to each of several."""

    unfit: str = "Select one host."
    do: Callable[[Context, str], object]
    """Takes the id of the host."""
    is_for_each: bool = False
    """Where several hosts are selected, and nothing else, it is done to each of them."""

    def refusal(self, selection: Selection, workspace: Workspace) -> str:
        return "" if self._targets(selection, workspace) else self.unfit

    def run(self, context: Context) -> None:
        for host_id in self._targets(context.selection.value, context.workspace):
            self.do(context, host_id)

    def _targets(self, selection: Selection, workspace: Workspace) -> tuple[str, ...]:
        if self.is_for_each and selection.kind is Kind.HOST:
            return selection.hosts
        host_id = target_host(selection, workspace)
        return () if host_id is None else (host_id,)


def target_host(selection: Selection, workspace: Workspace) -> str | None:
    """Return the host that an intention on hosts is about: the selected one, or the only one there is."""
    if selection.only_host is not None:
        return selection.only_host
    return workspace.hosts[0].id if len(workspace.hosts) == 1 and selection.is_empty else None
