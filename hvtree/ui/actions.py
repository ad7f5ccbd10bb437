"""ONE table of everything that can be done in the window: frozen values, which menus turn into entries.

An action on VMs or checkpoints is enabled exactly if its operation can be planned on the selection; the refusal's own
sentence is its tool tip. No rule about what is allowed lives here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from hvtree.app.host_view import HostView, Phase
from hvtree.domain.errors import HVTreeError
from hvtree.operations.base import Operation, Plan
from hvtree.ui import probes
from hvtree.ui.format import host_words
from hvtree.ui.selection import Selection


class Desk(Protocol):
    """What an action needs of the workspace to know whether it can be done."""

    @property
    def hosts(self) -> tuple[HostView, ...]:
        """Every open host."""
        ...

    def plan(self, host_id: str, operation: Operation) -> Plan:
        """Plan an operation on the last reading, or raise with the reason."""
        ...


Probe = Callable[[Selection, HostView], Operation | None]
"""Makes the operation that an action would start, or None if the selection is not of its kind."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do: an entry of the menus, with its key."""

    id: str
    """`object.verb`, such as `checkpoint.delete`."""
    text: str
    """As the menus show it, `&` before the letter that Alt reaches."""
    icon: str = ""
    keys: tuple[str, ...] = ()
    tip: str = ""
    """What it does, in one sentence."""
    shown_key: str = ""
    """The key as the menus show it, where that is not the first of `keys`: the tree answers some keys itself."""
    is_of_tree: bool = False
    """Its keys count only while the tree has the focus: single letters and Del have another meaning elsewhere."""
    probe: Probe | None = None
    unfit: str = ""
    """What to select, said when the selection is not of its kind."""
    needs_vm: bool = False
    """It is about one VM, whatever is selected of it."""
    needs_host: bool = False
    """It is about a host: the selected one, or the only one."""


def refusal(action: Action, selection: Selection, desk: Desk) -> str:
    """Return the reason why an action cannot be done now; empty if it can."""
    if action.needs_host:
        return "" if target_host(selection, desk) is not None else action.unfit
    if action.needs_vm:
        return "" if len(selection.targets) == 1 else action.unfit
    if action.probe is None:
        return ""
    view = next((view for view in desk.hosts if view.id == selection.host_id), None)
    operation = action.probe(selection, view) if view is not None else None
    return action.unfit if view is None or operation is None else _objection(desk, view, operation)


def _objection(desk: Desk, view: HostView, operation: Operation) -> str:
    """Return why an operation cannot be planned; empty if it can."""
    if view.phase is not Phase.CONNECTED:
        return f"The host {host_words(view)} is not connected."
    try:
        desk.plan(view.id, operation)
    except HVTreeError as error:
        return error.sentence
    return ""


def target_host(selection: Selection, desk: Desk) -> str | None:
    """Return the host that a command on hosts is about: the selected one, or the only one there is."""
    if selection.host_id is not None:
        return selection.host_id
    return desk.hosts[0].id if len(desk.hosts) == 1 and selection.is_empty else None


_ONE_CHECKPOINT = "Select one checkpoint."
_A_VM = "Select a VM."
_A_HOST = "Select a host."

ACTIONS: tuple[Action, ...] = (
    Action(
        "host.connect", "&Connect to Host…", "connect", ("Ctrl+N",), "Open a Hyper-V host by its address."
    ),
    Action(
        "host.demo",
        "Open the &Demo Lab",
        "start",
        (),
        "Open an emulated host with a lab of VMs to play with.",
    ),
    Action(
        "host.refresh", "&Refresh", "refresh", ("F5",), "Read the host again.", unfit=_A_HOST, needs_host=True
    ),
    Action(
        "host.reconnect",
        "R&econnect",
        "connect",
        (),
        "Connect to the host again now.",
        unfit=_A_HOST,
        needs_host=True,
    ),
    Action(
        "host.edit",
        "&Edit Host…",
        "",
        (),
        "Change how the host is reached.",
        unfit=_A_HOST,
        needs_host=True,
    ),
    Action(
        "host.remove",
        "Dis&connect",
        "disconnect",
        (),
        "Take the host out of the window.",
        unfit=_A_HOST,
        needs_host=True,
    ),
    Action("window.close", "&Quit", "", ("Ctrl+Q",), "End HVTree."),
    Action(
        "vm.checkpoint",
        "&Checkpoint",
        "checkpoint-take",
        ("Ctrl+K",),
        "Take a checkpoint, with a name to confirm.",
        probe=probes.create,
        unfit=_A_VM,
    ),
    Action(
        "vm.checkpoint_at_once",
        "Checkpoint at &Once",
        "checkpoint-take",
        ("Ctrl+Shift+K",),
        "Take a checkpoint under the default name without any question.",
        probe=probes.create,
        unfit=_A_VM,
    ),
    Action(
        "vm.checkpoint_group",
        "Checkpoint &Group…",
        "group",
        ("Ctrl+G",),
        "Take a checkpoint of several VMs at one instant.",
        probe=probes.group,
        unfit="Select two or more VMs.",
    ),
    Action(
        "vm.revert",
        "Re&vert…",
        "revert",
        (),
        "Take the VM back to the checkpoint that it runs on.",
        probe=probes.revert,
        unfit="Select one VM.",
    ),
    Action(
        "checkpoint.apply",
        "&Apply…",
        "apply",
        (),
        "Take the VM back to this checkpoint.",
        probe=probes.apply,
        unfit=_ONE_CHECKPOINT,
    ),
    Action(
        "checkpoint.export",
        "&Export…",
        "export",
        (),
        "Copy the checkpoint as a VM of its own into a folder on the host.",
        probe=probes.export,
        unfit=_ONE_CHECKPOINT,
    ),
    Action(
        "checkpoint.rename",
        "Re&name…",
        "rename",
        (),
        "Give the checkpoint another name.",
        shown_key="F2",
        probe=probes.rename,
        unfit=_ONE_CHECKPOINT,
    ),
    Action(
        "checkpoint.delete",
        "&Delete Checkpoint…",
        "delete",
        ("Del",),
        "Delete the selected checkpoints; what they hold is merged, the VM stays as it is.",
        is_of_tree=True,
        probe=probes.delete,
        unfit="Select one or more checkpoints.",
    ),
    Action(
        "checkpoint.delete_subtree",
        "Delete Checkpoint &Subtree…",
        "delete-subtree",
        (),
        "Delete the checkpoint with everything below it.",
        probe=probes.delete_subtree,
        unfit=_ONE_CHECKPOINT,
    ),
    Action("view.find", "&Find", "filter", ("Ctrl+F",), "Filter VMs and checkpoints by name, kind and age."),
    Action(
        "view.now",
        "&Go to Now",
        "go-now",
        (),
        "Select where the VM stands.",
        shown_key="H",
        needs_vm=True,
        unfit="Select a VM.",
    ),
    Action("view.expand", "&Expand All", "expand", (), "Open every row of the tree, 2,000 at most."),
    Action("view.collapse", "Co&llapse All", "collapse", (), "Close every row but the hosts'."),
    Action(
        "view.details",
        "&Properties",
        "details",
        ("Alt+Return", "Alt+Enter"),
        "Show the details of what is selected.",
        shown_key="Alt+Enter",
    ),
    Action("view.activity", "&Activity", "activity", ("Ctrl+J",), "Show or hide the jobs."),
    Action(
        "host.doctor",
        "Connection &Doctor…",
        "activity",
        (),
        "Try each step of the way to the host, and say what is wrong and what to do.",
        unfit=_A_HOST,
        needs_host=True,
    ),
    Action("help.about", "&About HVTree", "info", (), "Show what this is, and which version."),
)
"""The table, in the order of the menus."""
