"""Checkpoint, with a name to confirm, and Checkpoint at Once, without any question."""

from __future__ import annotations

from datetime import datetime

from hvtree.operations.create import CreateCheckpoint
from hvtree.ui.dialogs.form import Choice, Form
from hvtree.ui.dialogs.name_field import NameField
from hvtree.ui.intents.intent import Menu
from hvtree.ui.intents.operation_intent import Draft, OperationIntent
from hvtree.ui.selection import Kind, Selection


def operation(
    selection: Selection, *, name: str = "", at_utc: datetime | None = None
) -> CreateCheckpoint | None:
    """Return a checkpoint of each VM that the selection is about; without a name, under their default names."""
    return CreateCheckpoint(selection.targets, name, at_utc) if selection.targets else None


class CreateForm(Form):
    """The name of the checkpoint to take, filled in and selected, so that Enter runs at once."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("Checkpoint", "Checkpoint")
        self._draft = draft
        vms = draft.selection.targets
        self._is_one = len(vms) == 1
        if self._is_one:
            self._name = NameField("Checkpoint &name", draft.default_name(draft.fleet.vm(vms[0]).name))
        else:
            self._name = NameField("&Name of all checkpoints", "")
            self._name.field.setPlaceholderText("Each VM's own default name")
        self._name.changed.connect(self.changed)
        self.show_fields(self._name)

    def choices(self) -> tuple[Choice, ...]:
        """Return the checkpoint with the name as it stands."""
        name = self._name.name()
        if not name and self._is_one:
            name = " "  # an emptied field is refused as blank; only for several VMs does it mean the default names
        return (Choice(self._draft.operation(name=name)),)

    def focus_field(self) -> None:
        """Select the name."""
        self._name.take_focus()


CREATE = OperationIntent(
    id="vm.checkpoint",
    text="&Checkpoint",
    tip="Take a checkpoint, with a name to confirm.",
    icon="checkpoint-take",
    keys=("Ctrl+K",),
    menu=Menu.VM,
    tool_bar=(1, 0),
    context=frozenset({Kind.VM, Kind.MIXED}),
    unfit="Select a VM.",
    operation=operation,
    form=CreateForm,
)

CREATE_AT_ONCE = OperationIntent(
    id="vm.checkpoint_at_once",
    text="Checkpoint at &Once",
    tip="Take a checkpoint under the default name without any question.",
    icon="checkpoint-take",
    keys=("Ctrl+Shift+K",),
    menu=Menu.VM,
    context=frozenset({Kind.VM}),
    unfit="Select a VM.",
    operation=operation,
)
