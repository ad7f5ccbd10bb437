"""What is shown: find, go to Now, open and close rows, details and jobs; and the end of the program."""

from __future__ import annotations

from hvtree.ui.intents.intent import WindowIntent
from hvtree.ui.menu_names import Menu
from hvtree.ui.selection import Kind

_ANY_OF_HOST = frozenset({Kind.HOST, Kind.VM, Kind.CHECKPOINT, Kind.MIXED})

QUIT = WindowIntent(
    id="window.close",
    text="&Quit",
    tip="End HVTree.",
    keys=("Ctrl+Q",),
    menu=Menu.HOST,
    section=2,
    do=lambda context: context.window.close(),
)

FIND = WindowIntent(
    id="view.find",
    text="&Find",
    tip="Filter VMs and checkpoints by name, kind and age.",
    icon="filter",
    keys=("Ctrl+F",),
    menu=Menu.VIEW,
    do=lambda context: context.find(),
)

GO_TO_NOW = WindowIntent(
    id="view.now",
    text="&Go to Now",
    tip="Select where the VM stands.",
    icon="go-now",
    tree_keys=("H", "Home"),
    menu=Menu.VIEW,
    tool_bar=(3, 0),
    context=frozenset({Kind.VM, Kind.CHECKPOINT}),
    fits=lambda selection: len(selection.targets) == 1,
    unfit="Select a VM.",
    do=lambda context: context.tree.go_to_now(),
)

EXPAND_ALL = WindowIntent(
    id="view.expand",
    text="&Expand All",
    tip="Open every row of the tree, 2,000 at most.",
    icon="expand",
    menu=Menu.VIEW,
    section=1,
    do=lambda context: context.tree.expansion.open_all(),
)

COLLAPSE_ALL = WindowIntent(
    id="view.collapse",
    text="Co&llapse All",
    tip="Close every row but the hosts'.",
    icon="collapse",
    menu=Menu.VIEW,
    section=1,
    do=lambda context: context.tree.expansion.close_all(),
)

SHOW_DETAILS = WindowIntent(
    id="view.details",
    text="&Properties",
    tip="Show the details of what is selected.",
    icon="details",
    keys=("Alt+Enter", "Alt+Return"),
    tree_keys=("Enter",),
    menu=Menu.VIEW,
    section=2,
    context=_ANY_OF_HOST,
    do=lambda context: context.show_details(),
)

TOGGLE_ACTIVITY = WindowIntent(
    id="view.activity",
    text="&Activity",
    tip="Show or hide the jobs.",
    icon="activity",
    keys=("Ctrl+J",),
    menu=Menu.VIEW,
    section=2,
    do=lambda context: context.toggle_activity(),
)
