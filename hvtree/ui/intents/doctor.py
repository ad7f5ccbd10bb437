"""Connection Doctor…: try each step of the way to a host, in a window of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hvtree.app.host_view import HostView
from hvtree.domain.host_profile import checked_profile
from hvtree.ui.format import shown_name
from hvtree.ui.intents.intent import Context, HostIntent
from hvtree.ui.menu_names import Menu
from hvtree.ui.selection import Kind

if TYPE_CHECKING:
    from hvtree.app.doctor.stage_report import Report, StageReport


def _show(context: Context, host_id: str) -> None:
    """Examine an open host; there is one window for each."""
    from hvtree.ui.dialogs.doctor import DoctorDialog  # noqa: PLC0415  (see `start.DIALOGS`)

    known, try_out = context.hosts.opened(host_id), context.hosts.try_out
    if known is None or try_out is None:
        return
    for dialog in context.window.findChildren(DoctorDialog):
        if dialog.host_id == host_id:
            dialog.raise_()
            dialog.activateWindow()
            return

    async def examine(tell: Callable[[StageReport], None]) -> Report:
        latest = context.hosts.opened(host_id) or known  # with the password that was entered meanwhile
        return await try_out(checked_profile(latest.profile), latest.secret, tell)

    dialog = DoctorDialog(host_id, shown_name(context.workspace.host(host_id).name), examine, context.window)
    dialog.again_wanted.connect(lambda: context.tasks.start(dialog.run()))
    dialog.show()
    context.tasks.start(dialog.run())


def _help_link(view: HostView) -> str:
    return "Connection Doctor…" if view.error is not None else ""


DOCTOR = HostIntent(
    id="host.doctor",
    text="Connection &Doctor…",
    tip="Try each step of the way to the host, and say what is wrong and what to do.",
    icon="activity",
    menu=Menu.HELP,
    context=frozenset({Kind.HOST}),
    help_link=_help_link,
    do=_show,
)
