"""Revert…: take a VM back to the checkpoint that it runs on."""

from __future__ import annotations

from hvtree.operations.apply import RevertVm
from hvtree.ui.intents.apply import GoingBackForm
from hvtree.ui.intents.intent import Menu
from hvtree.ui.intents.operation_intent import Draft, OperationIntent
from hvtree.ui.selection import Kind, Selection


def operation(selection: Selection, *, safety: bool = False, start: bool = False) -> RevertVm | None:
    """Return the way back of one VM; without a safety checkpoint, which must not decide whether there is a way."""
    if len(selection.targets) != 1:
        return None
    return RevertVm(selection.targets[0], safety=safety, start=start)


def form(draft: Draft) -> GoingBackForm:
    """Return the form: Create Checkpoint and Revert (default), Revert, Cancel."""
    return GoingBackForm("Revert Virtual Machine", "Revert", draft)


REVERT = OperationIntent(
    id="vm.revert",
    text="Re&vert…",
    tip="Take the VM back to the checkpoint that it runs on.",
    icon="revert",
    menu=Menu.VM,
    section=1,
    tool_bar=(1, 2),
    context=frozenset({Kind.VM}),
    unfit="Select one VM.",
    operation=operation,
    form=form,
)
