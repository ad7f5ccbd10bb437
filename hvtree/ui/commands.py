"""What the actions on VMs and checkpoints do: open the dialog that shows the plan, and hand a yes to the job queue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtWidgets import QWidget

from hvtree.app.host_view import HostView, Phase
from hvtree.app.workspace import Workspace
from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.errors import Refused
from hvtree.domain.model import HostState
from hvtree.domain.names import default_name
from hvtree.operations.base import Operation, Plan
from hvtree.operations.create import CreateCheckpoint
from hvtree.operations.rename import RenameCheckpoint
from hvtree.ui.bridge import Bridge, Tasks, ask
from hvtree.ui.dialogs.apply import apply_dialog
from hvtree.ui.dialogs.approval import Agreed, Always
from hvtree.ui.dialogs.create import create_dialog
from hvtree.ui.dialogs.delete import delete_dialog, delete_subtree_dialog
from hvtree.ui.dialogs.export import export_dialog
from hvtree.ui.dialogs.group import group_dialog
from hvtree.ui.dialogs.operation_dialog import OperationDialog
from hvtree.ui.dialogs.plan_dialog import AskAgain
from hvtree.ui.dialogs.planning import Planner
from hvtree.ui.dialogs.rename import rename_dialog
from hvtree.ui.dialogs.revert import revert_dialog
from hvtree.ui.format import host_words
from hvtree.ui.selection import Selection

Opener = Callable[[Planner, Selection, HostState], OperationDialog]


class Commands:
    """Carries out the actions `vm.…` and `checkpoint.…`. Every one of them ends in a job, or in nothing at all."""

    def __init__(
        self,
        workspace: Workspace,
        bridge: Bridge,
        tasks: Tasks,
        window: QWidget,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._workspace = workspace
        self._bridge = bridge
        self._tasks = tasks
        self._window = window
        self._clock = clock
        self._openers: dict[str, Opener] = {
            "vm.checkpoint": self._create,
            "vm.checkpoint_group": self._group,
            "vm.revert": self._revert,
            "checkpoint.apply": self._apply,
            "checkpoint.export": self._export,
            "checkpoint.rename": self._rename,
            "checkpoint.delete": self._delete,
            "checkpoint.delete_subtree": self._delete_subtree,
        }

    def handles(self, action_id: str) -> bool:
        """Return whether an action belongs here."""
        return action_id in self._openers or action_id == "vm.checkpoint_at_once"

    def run(self, action_id: str, selection: Selection) -> None:
        """Carry out an action on a selection. A selection that does not fit any more does nothing."""
        view = self._view(selection.host_id)
        if view is None or view.state is None:
            return
        if action_id == "vm.checkpoint_at_once":
            self._submit(view.id, CreateCheckpoint(selection.targets, at_utc=self._clock()))
            return
        dialog = self._openers[action_id](self._planner(view), selection, view.state)
        self._tasks.start(self._carry_out(view, dialog))

    def rename(self, host_id: str, ref: CheckpointRef, name: str) -> int:
        """Rename a checkpoint as it was typed into the tree, and give the job's id; raise if it cannot be done."""
        view = self._workspace.host(host_id)
        plan = self._planner(view).plan(RenameCheckpoint(ref, name))
        return self._submit(host_id, plan.operation)

    async def _carry_out(self, view: HostView, dialog: OperationDialog) -> None:
        """Let a dialog live with the host's changes until it is answered; a yes becomes a job."""

        def on_host_changed(host_id: str) -> None:
            if host_id == view.id:
                dialog.replan()

        self._bridge.host_changed.connect(on_host_changed)
        self._bridge.host_removed.connect(on_host_changed)
        try:
            await ask(dialog)
        finally:
            self._bridge.host_changed.disconnect(on_host_changed)
            self._bridge.host_removed.disconnect(on_host_changed)
        if dialog.agreed is not None:
            approver = Agreed(dialog.agreed, AskAgain(host_words(view), self._window))
            self._workspace.submit(view.id, dialog.agreed.operation, approver)

    def _submit(self, host_id: str, operation: Operation) -> int:
        return self._workspace.submit(host_id, operation, Always())

    def _view(self, host_id: str | None) -> HostView | None:
        return next((view for view in self._workspace.hosts if view.id == host_id), None)

    def _planner(self, view: HostView) -> Planner:
        def plan(operation: Operation) -> Plan:
            present = self._view(view.id)
            if present is None or present.phase is not Phase.CONNECTED:
                raise Refused(
                    f"The host {host_words(view)} is not connected.",
                    now="This goes on by itself when it is back."
                    if present is not None
                    else "Connect it again.",
                )
            return self._workspace.plan(view.id, operation)

        return Planner(host_words(view), plan)

    def _name(self, base: str) -> str:
        """Return the name to offer: Hyper-V Manager's pattern with the time of now."""
        return default_name(base, self._clock().astimezone())

    def _create(self, planner: Planner, selection: Selection, state: HostState) -> OperationDialog:
        targets = selection.targets
        name = self._name(state.vms[targets[0]].name) if len(targets) == 1 else ""
        return create_dialog(planner, targets, name, self._window)

    def _group(self, planner: Planner, selection: Selection, _state: HostState) -> OperationDialog:
        return group_dialog(planner, selection.targets, self._name("Group"), self._window)

    def _revert(self, planner: Planner, selection: Selection, _state: HostState) -> OperationDialog:
        return revert_dialog(planner, selection.targets[0], self._window)

    def _apply(self, planner: Planner, selection: Selection, _state: HostState) -> OperationDialog:
        return apply_dialog(planner, selection.refs[0], self._window)

    def _rename(self, planner: Planner, selection: Selection, state: HostState) -> OperationDialog:
        ref = selection.refs[0]
        return rename_dialog(planner, ref, state.checkpoint(ref).name, self._window)

    def _delete(self, planner: Planner, selection: Selection, state: HostState) -> OperationDialog:
        return delete_dialog(planner, selection.refs, state, self._window)

    def _delete_subtree(self, planner: Planner, selection: Selection, state: HostState) -> OperationDialog:
        return delete_subtree_dialog(planner, selection.refs[0], state, self._window)

    def _export(self, planner: Planner, selection: Selection, state: HostState) -> OperationDialog:
        return export_dialog(planner, selection.refs[0], _export_folder(state), self._window)


def _export_folder(state: HostState) -> str:
    """Return the folder to offer for an export: on the volume with most room."""
    if not state.volumes:
        return ""
    roomiest = max(state.volumes, key=lambda volume: volume.free_bytes)
    return roomiest.name.rstrip("\\") + "\\Exports"
