"""Intentions that end in a plan: enabled exactly if their operation can be planned, asked about in a dialog, then a job.

The operation is built by one function, from the selection and from what the form asks. Without a form's answers it is
the operation that decides whether the intention can be chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hvtree.app.host_view import HostView, Phase
from hvtree.app.workspace import Workspace
from hvtree.domain.errors import HVTreeError, Refused
from hvtree.domain.model import HostState
from hvtree.domain.names import default_name
from hvtree.operations.base import Operation, Plan
from hvtree.ui.bridge import ask
from hvtree.ui.dialogs.approval import Agreed, Always
from hvtree.ui.dialogs.form import Form, Planner
from hvtree.ui.dialogs.operation_dialog import OperationDialog
from hvtree.ui.dialogs.plan_dialog import AskAgain
from hvtree.ui.format import host_words
from hvtree.ui.intents.intent import Context, Intent
from hvtree.ui.selection import Selection

Build = Callable[..., Operation | None]
"""Makes the operation from a selection and from what a form asks; None if the selection is not of its kind."""

SAMPLE_NAME = "\N{EM DASH}"
"""Stands for the name that nobody has typed yet; a name that no checkpoint is likely to have."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a form begins with."""

    selection: Selection
    state: HostState
    """The last reading."""
    host_name: str
    now_utc: datetime
    build: Build

    def operation(self, **answers: Any) -> Operation:
        """Return the operation with what the form asks."""
        made = self.build(self.selection, **answers)
        assert made is not None, "a form is made for a selection that fits only"
        return made

    def default_name(self, base: str) -> str:
        """Return the name to offer: Hyper-V Manager's pattern with the time of now."""
        return default_name(base, self.now_utc.astimezone())


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationIntent(Intent):
    """Something that is done to VMs or checkpoints."""

    operation: Build
    form: Callable[[Draft], Form] | None = None
    """None if it is done at once, without a question; then `operation` takes the time as `at_utc`."""

    def refusal(self, selection: Selection, workspace: Workspace) -> str:
        operation = self.operation(selection)
        if operation is None or selection.only_host is None:
            return self.unfit
        try:
            plan_now(workspace, selection.only_host, operation)
        except HVTreeError as error:
            return error.sentence
        return ""

    def run(self, context: Context) -> None:
        selection = context.selection.value
        view = _view(context.workspace, selection.only_host)
        if view is None or view.state is None or self.operation(selection) is None:
            return
        if self.form is None:
            draft = Draft(selection, view.state, host_words(view), context.clock(), self.operation)
            context.workspace.submit(view.id, draft.operation(at_utc=context.clock()), Always())
        else:
            draft = Draft(selection, view.state, host_words(view), context.clock(), self.operation)
            context.tasks.start(_decide(context, view, self.form(draft)))


def plan_now(workspace: Workspace, host_id: str, operation: Operation) -> Plan:
    """Plan an operation on the last reading; raise `HVTreeError` with the reason if it cannot be done now."""
    view = _view(workspace, host_id)
    if view is None:
        raise Refused(f"The host ‘{host_id}’ is no longer open.", now="Connect it again.")
    if view.phase is not Phase.CONNECTED:
        raise Refused(
            f"The host {host_words(view)} is not connected.", now="This goes on by itself when it is back."
        )
    return workspace.plan(host_id, operation)


async def _decide(context: Context, view: HostView, form: Form) -> None:
    """Show a form with its plan, which follows the host's changes, until it is answered; a yes becomes a job."""
    workspace, bridge = context.workspace, context.bridge
    planner = Planner(host_words(view), lambda operation: plan_now(workspace, view.id, operation))
    dialog = OperationDialog(planner, form, context.window)

    def on_host_changed(host_id: str) -> None:
        if host_id == view.id:
            dialog.replan()

    bridge.host_changed.connect(on_host_changed)
    bridge.host_removed.connect(on_host_changed)
    try:
        await ask(dialog)
    finally:
        bridge.host_changed.disconnect(on_host_changed)
        bridge.host_removed.disconnect(on_host_changed)
    if dialog.agreed is not None:
        approver = Agreed(dialog.agreed, AskAgain(host_words(view), context.window))
        workspace.submit(view.id, dialog.agreed.operation, approver)


def _view(workspace: Workspace, host_id: str | None) -> HostView | None:
    return next((view for view in workspace.hosts if view.id == host_id), None)
