"""Apply… and Revert…: take a VM back to any checkpoint or to the one it runs on, with Hyper-V Manager's three buttons."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QCheckBox

from hvtree.domain.passport import Passport
from hvtree.operations.apply import ApplyCheckpoint, RevertVm
from hvtree.operations.base import Operation, Plan
from hvtree.ui.dialogs.form import Choice, Form
from hvtree.ui.dialogs.leave_box import LeaveBox
from hvtree.ui.intents.operation_intent import Draft, OperationIntent
from hvtree.ui.menu_names import Menu
from hvtree.ui.selection import Kind, Selection


def to_checkpoint(
    selection: Selection,
    *,
    safety: bool = False,
    start: bool = False,
    passport: Passport | None = None,
    leave_stopped: bool = False,
) -> ApplyCheckpoint | None:
    """Return the way to one checkpoint; without a safety checkpoint, which must not decide whether there is a way."""
    checkpoint = selection.only_checkpoint
    if checkpoint is None:
        return None
    return ApplyCheckpoint(
        checkpoint, safety=safety, start=start, passport=passport, leave_stopped=leave_stopped
    )


def to_base(
    selection: Selection,
    *,
    safety: bool = False,
    start: bool = False,
    passport: Passport | None = None,
    leave_stopped: bool = False,
) -> RevertVm | None:
    """Return the way back of one VM; without a safety checkpoint, which must not decide whether there is a way."""
    if len(selection.targets) != 1:
        return None
    vm = selection.targets[0]
    return RevertVm(vm, safety=safety, start=start, passport=passport, leave_stopped=leave_stopped)


class GoingBackForm(Form):
    """The form of Apply and Revert: first the safe way; the other one loses what is there now, and its button says so."""

    def __init__(self, caption: str, button: str, draft: Draft) -> None:
        super().__init__(caption)
        self._button = button
        self._draft = draft
        self._start = QCheckBox("&Start the VM afterwards")
        self._start.toggled.connect(self.changed)
        self._leave = LeaveBox(is_about_one=True)
        self._leave.toggled.connect(self.changed)
        self.show_fields(self._start, self._leave)

    def choices(self) -> tuple[Choice, ...]:
        """Return both ways, in Hyper-V Manager's order."""
        passport = self._draft.signer.for_safety(self._draft.now_utc)
        return (
            Choice(self._operation(safety=True, passport=passport), f"&Create Checkpoint and {self._button}"),
            Choice(self._operation(safety=False), f"&{self._button}"),
        )

    def planned(self, plan: Plan) -> None:
        """Offer to leave the VM alone only where it is stopped."""
        self._leave.planned(plan)

    def _operation(self, **answers: Any) -> Operation:
        start, leave = self._start.isChecked(), self._leave.isChecked()
        return self._draft.operation(start=start, leave_stopped=leave, **answers)


APPLY = OperationIntent(
    id="checkpoint.apply",
    text="&Apply…",
    tip="Take the VM back to this checkpoint.",
    icon="apply",
    menu=Menu.CHECKPOINT,
    tool_bar=(2, 0),
    context=frozenset({Kind.CHECKPOINT}),
    unfit="Select one checkpoint.",
    operation=to_checkpoint,
    form=partial(GoingBackForm, "Apply Checkpoint", "Apply"),
)

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
    operation=to_base,
    form=partial(GoingBackForm, "Revert Virtual Machine", "Revert"),
)
