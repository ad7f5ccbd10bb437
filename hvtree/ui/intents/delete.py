"""Delete Checkpoint… and Delete Checkpoint Subtree…: which ones go, and what merges into what."""

from __future__ import annotations

from hvtree.domain.address import CheckpointAddress
from hvtree.domain.fleet import Fleet
from hvtree.domain.words import size_words
from hvtree.operations.base import Plan
from hvtree.operations.delete import DeleteCheckpoints, DeleteCheckpointSubtree
from hvtree.ui.dialogs.form import Choice, Form
from hvtree.ui.dialogs.value_table import ValueTable
from hvtree.ui.format import local_time, shown_name
from hvtree.ui.intents.operation_intent import Draft, OperationIntent
from hvtree.ui.menu_names import Menu
from hvtree.ui.selection import Kind, Selection
from hvtree.ui.widgets.on_demand import OnDemand


def alone(selection: Selection) -> DeleteCheckpoints | None:
    """Return the deletion of the selected checkpoints, each alone."""
    return DeleteCheckpoints(selection.checkpoints) if selection.has_only_checkpoints else None


def with_subtree(selection: Selection) -> DeleteCheckpointSubtree | None:
    """Return the deletion of one checkpoint with all below it."""
    checkpoint = selection.only_checkpoint
    return DeleteCheckpointSubtree(checkpoint) if checkpoint is not None else None


def form(draft: Draft) -> Form:
    """Return the form, with the list of all that go if they are several."""
    return _form("Delete Checkpoint", draft, draft.selection.checkpoints)


def listed_form(caption: str, draft: Draft) -> Form:
    """Return the same form under another caption."""
    return _form(caption, draft, draft.selection.checkpoints)


def subtree_form(draft: Draft) -> Form:
    """Return the same for a checkpoint with all below it."""
    top = draft.selection.only_checkpoint
    assert top is not None
    ids = draft.fleet.vm(top.vm).tree.subtree(top.checkpoint_id)
    below = tuple(CheckpointAddress(top.host_id, top.vm_id, checkpoint_id) for checkpoint_id in ids)
    return _form("Delete Checkpoint Subtree", draft, below)


def _form(caption: str, draft: Draft, checkpoints: tuple[CheckpointAddress, ...]) -> Form:
    choice = Choice(draft.operation())
    return (
        _List(caption, choice, draft, checkpoints)
        if len(checkpoints) > 1
        else Form(caption, "Delete", choice)
    )


class _List(Form):
    """Shows all checkpoints that go, with their sizes as they come."""

    def __init__(
        self, caption: str, choice: Choice, draft: Draft, checkpoints: tuple[CheckpointAddress, ...]
    ) -> None:
        super().__init__(caption, "Delete", choice)
        self._draft = draft
        self._checkpoints = checkpoints
        host = ("Host",) if len(draft.hosts) > 1 else ()
        self._table = ValueTable("Checkpoint", "VM", *host, "Created", "Size")
        self._show(draft.fleet)
        self.show_fields(self._table)

    def planned(self, plan: Plan) -> None:
        """Show the sizes of the reading that it was planned on."""
        if any(plan.before.find_vm(vm) is not self._shown.find_vm(vm) for vm in plan.vms):
            self._show(plan.before)

    def _show(self, fleet: Fleet) -> None:
        self._shown = fleet
        self._table.show_rows(OnDemand(self._checkpoints, lambda each: _row(self._draft, fleet, each)))


def _row(draft: Draft, fleet: Fleet, address: CheckpointAddress) -> tuple[str, ...]:
    checkpoint = fleet.checkpoint(address)
    host = (draft.hosts[address.host_id],) if len(draft.hosts) > 1 else ()
    return (
        shown_name(checkpoint.name),
        shown_name(fleet.vm(address.vm).name),
        *host,
        local_time(checkpoint.created_utc),
        size_words(checkpoint.size_bytes),
    )


DELETE = OperationIntent(
    id="checkpoint.delete",
    text="&Delete Checkpoint…",
    tip="Delete the selected checkpoints; what they hold is merged, the VM stays as it is.",
    icon="delete",
    keys=("Del",),
    is_of_tree=True,
    menu=Menu.CHECKPOINT,
    section=1,
    tool_bar=(2, 1),
    context=frozenset({Kind.CHECKPOINT, Kind.MIXED}),
    unfit="Select one or more checkpoints.",
    operation=alone,
    form=form,
)

DELETE_SUBTREE = OperationIntent(
    id="checkpoint.delete_subtree",
    text="Delete Checkpoint &Subtree…",
    tip="Delete the checkpoint with everything below it.",
    icon="delete-subtree",
    menu=Menu.CHECKPOINT,
    section=1,
    context=frozenset({Kind.CHECKPOINT}),
    unfit="Select one checkpoint.",
    operation=with_subtree,
    form=subtree_form,
)
