"""Hosts: open one, read it again, connect it again, change how it is reached, let go of it."""

from __future__ import annotations

from hvtree.app.host_view import HostView
from hvtree.domain.errors import AuthenticationFailure
from hvtree.ui.intents.intent import HostIntent, WindowIntent
from hvtree.ui.menu_names import Menu
from hvtree.ui.selection import Kind


def _reconnecting_link(view: HostView) -> str:
    if view.error is None:
        return ""
    return "Connect again…" if isinstance(view.error, AuthenticationFailure) else "Connect again now"


CONNECT = WindowIntent(
    id="host.connect",
    text="&Connect to Host…",
    tip="Open a Hyper-V host by its address.",
    icon="connect",
    keys=("Ctrl+N",),
    menu=Menu.HOST,
    tool_bar=(0, 0),
    context=frozenset({Kind.NOTHING}),
    do=lambda context: context.tasks.start(context.hosts.connect()),
)

OPEN_DEMO = WindowIntent(
    id="host.demo",
    text="Open the &Demo Lab",
    tip="Open an emulated host with a lab of VMs to play with.",
    icon="start",
    menu=Menu.HOST,
    context=frozenset({Kind.NOTHING}),
    do=lambda context: context.tasks.start(context.hosts.open_demo()),
)

REFRESH = HostIntent(
    id="host.refresh",
    text="&Refresh",
    tip="Read the host again.",
    icon="refresh",
    keys=("F5",),
    menu=Menu.HOST,
    section=1,
    tool_bar=(3, 1),
    context=frozenset({Kind.HOST}),
    is_for_each=True,
    do=lambda context, host_id: context.workspace.refresh(host_id),
)

RECONNECT = HostIntent(
    id="host.reconnect",
    text="Reco&nnect",
    tip="Connect to the host again now.",
    icon="connect",
    menu=Menu.HOST,
    section=1,
    context=frozenset({Kind.HOST}),
    help_link=_reconnecting_link,
    is_for_each=True,
    do=lambda context, host_id: context.hosts.reconnect(host_id),
)

EDIT_HOST = HostIntent(
    id="host.edit",
    text="&Edit Host…",
    tip="Change how the host is reached.",
    menu=Menu.HOST,
    section=1,
    context=frozenset({Kind.HOST}),
    do=lambda context, host_id: context.tasks.start(context.hosts.edit(host_id)),
)

REMOVE_HOST = HostIntent(
    id="host.remove",
    text="D&isconnect",
    tip="Take the host out of the window.",
    icon="disconnect",
    menu=Menu.HOST,
    section=1,
    context=frozenset({Kind.HOST}),
    is_for_each=True,
    do=lambda context, host_id: context.tasks.start(context.hosts.remove(host_id)),
)
