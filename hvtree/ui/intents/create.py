"""Checkpoint, under the default name without a question, and Checkpoint…, with a name to confirm."""

from __future__ import annotations

from datetime import datetime

from hvtree.domain.passport import Passport
from hvtree.operations.create import CreateCheckpoint, to_decide
from hvtree.ui.dialogs.name_field import NameField, NameForm
from hvtree.ui.dialogs.passport_fields import CheckpointForm, PassportFields
from hvtree.ui.intents.operation_intent import Draft, OperationIntent
from hvtree.ui.menu_names import Menu
from hvtree.ui.selection import Kind, Selection


def operation(
    selection: Selection,
    *,
    name: str = "",
    at_utc: datetime | None = None,
    passport: Passport | None = None,
) -> CreateCheckpoint | None:
    """Return a checkpoint of each VM that the selection is about; without a name, under their default names."""
    return CreateCheckpoint(selection.targets, name, at_utc, passport) if selection.targets else None


def form(draft: Draft) -> NameForm:
    """Return the form: fields for name and passport; Enter runs at once, under the default name with the time of then."""
    vms = draft.selection.targets
    if len(vms) > 1:
        field = NameField("&Name of all checkpoints", default=lambda: "Each VM's own default name")
    else:
        vm_name = draft.fleet.vm(vms[0]).name
        field = NameField("Checkpoint &name", default=lambda: draft.default_name(vm_name))
    fields = PassportFields(draft.now_utc.date())
    return CheckpointForm("Checkpoint", field, fields, draft.noted)


CREATE = OperationIntent(
    id="vm.checkpoint",
    text="&Checkpoint",
    tip="Take a checkpoint under the default name at once; it asks only if there is something to decide.",
    icon="checkpoint-take",
    keys=("Ctrl+K",),
    menu=Menu.VM,
    tool_bar=(1, 0),
    context=frozenset({Kind.VM, Kind.MIXED}),
    unfit="Select a VM.",
    operation=operation,
    form=form,
    to_decide=to_decide,
    signature=lambda signer: {"passport": signer.signed()},
)

CREATE_NAMED = OperationIntent(
    id="vm.checkpoint_named",
    text="Check&point…",
    tip="Take a checkpoint, with a name to confirm.",
    icon="checkpoint-take",
    keys=("Ctrl+Shift+K",),
    menu=Menu.VM,
    context=frozenset({Kind.VM, Kind.MIXED}),
    unfit="Select a VM.",
    like=CREATE,
    operation=operation,
    form=form,
)
