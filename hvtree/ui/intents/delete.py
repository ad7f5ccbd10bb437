"""Delete Checkpoint…: which ones go, and what merges into what."""

from __future__ import annotations

from hvtree.domain.address import CheckpointAddress
from hvtree.operations.delete import DeleteCheckpoints
from hvtree.ui.dialogs.form import Choice, Form
from hvtree.ui.dialogs.value_table import ValueTable
from hvtree.ui.format import local_time, shown_name, size_words
from hvtree.ui.intents.intent import Menu
from hvtree.ui.intents.operation_intent import Draft, OperationIntent
from hvtree.ui.selection import Kind, Selection


def operation(selection: Selection) -> DeleteCheckpoints | None:
    """Return the deletion of the selected checkpoints, each alone."""
    return DeleteCheckpoints(selection.checkpoints) if selection.has_only_checkpoints else None


class DeleteForm(Form):
    """The list of the checkpoints that will be deleted, if they are several."""

    def __init__(self, caption: str, draft: Draft, checkpoints: tuple[CheckpointAddress, ...]) -> None:
        super().__init__(caption, "Delete")
        self._draft = draft
        if len(checkpoints) > 1:
            host = ("Host",) if len(draft.hosts) > 1 else ()
            table = ValueTable("Checkpoint", "VM", *host, "Created", "Size")
            table.show_rows(tuple(_row(draft, each) for each in checkpoints))
            self.show_fields(table)

    def choices(self) -> tuple[Choice, ...]:
        """Return the deletion; its plan says how many."""
        return (Choice(self._draft.operation()),)


def form(draft: Draft) -> DeleteForm:
    """Return the form for deleting some checkpoints, each alone."""
    return DeleteForm("Delete Checkpoint", draft, draft.selection.checkpoints)


def _row(draft: Draft, address: CheckpointAddress) -> tuple[str, ...]:
    checkpoint = draft.fleet.checkpoint(address)
    host = (draft.hosts[address.host_id],) if len(draft.hosts) > 1 else ()
    return (
        shown_name(checkpoint.name),
        shown_name(draft.fleet.vm(address.vm).name),
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
    operation=operation,
    form=form,
)
