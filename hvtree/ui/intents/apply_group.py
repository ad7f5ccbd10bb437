"""Apply Group Checkpoint…: take all VMs back together; first the safe way, then the one that loses what is there now."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QCheckBox

from hvtree.domain.group_checkpoint import GroupCheckpoint
from hvtree.domain.passport import Passport
from hvtree.domain.words import count_words
from hvtree.operations.apply_group import ApplyGroupCheckpoint
from hvtree.operations.base import Operation, Plan
from hvtree.ui.dialogs.form import Choice, Form
from hvtree.ui.dialogs.going_back_table import GoingBackTable
from hvtree.ui.dialogs.leave_box import LeaveBox
from hvtree.ui.intents.group_target import UNFIT, target
from hvtree.ui.intents.operation_intent import Draft, OperationIntent
from hvtree.ui.known_groups import KnownGroups
from hvtree.ui.menu_names import Menu
from hvtree.ui.selection import Kind, Selection


def operation(
    selection: Selection,
    *,
    safety: bool = False,
    start: bool = True,
    partial: bool = True,
    passport: Passport | None = None,
    leave_stopped: bool = False,
    known: KnownGroups | None = None,
) -> ApplyGroupCheckpoint | None:
    """Return the way back of a group; without the safety, and with what is there, which must not decide whether there is one."""
    wanted = target(selection, known)
    found = known.checkpoint(selection) if known is not None else None
    if wanted is None or found is None or known is None:
        return None
    group = next((each for each in known.groups.definitions if each.id == found.group_id), None)
    return ApplyGroupCheckpoint(
        wanted,
        safety=safety,
        start=start,
        partial=partial,
        members=group.members if group is not None else (),
        passport=passport,
        leave_stopped=leave_stopped,
    )


class ApplyGroupForm(Form):
    """The VMs with what has changed since, and what is asked besides."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("Apply Group Checkpoint")
        self._draft = draft
        self._table = GoingBackTable(draft.hosts)
        self._start = QCheckBox("&Start again those that ran")
        self._start.setChecked(True)
        missing = self._missing()
        self._partial = QCheckBox(
            f"&Without {count_words(missing, 'VM')} whose {'checkpoint is' if missing == 1 else 'checkpoints are'} missing"
        )
        self._partial.setVisible(missing > 0)
        self._leave = LeaveBox()
        for box in (self._start, self._partial, self._leave):
            box.toggled.connect(self.changed)
        self.show_fields(self._table, self._partial, self._start, self._leave)

    def choices(self) -> tuple[Choice, ...]:
        """Return both ways, the safe one first."""
        passport = self._draft.signer.for_safety(self._draft.now_utc)
        return (
            Choice(self._operation(safety=True, passport=passport), "&Create Checkpoints and Apply"),
            Choice(self._operation(safety=False), "&Apply"),
        )

    def planned(self, plan: Plan) -> None:
        """Show how the VMs will be."""
        self._leave.planned(plan)
        self._show(plan)

    def refused(self) -> None:
        """Show what stands in the way."""
        self._show(None)

    def _show(self, plan: Plan | None) -> None:
        found = self._found()
        if found is not None:
            self._table.show_parts(found, self._draft.present(), plan)

    def _found(self) -> GroupCheckpoint | None:
        return self._draft.known.checkpoint(self._draft.selection)

    def _missing(self) -> int:
        found = self._found()
        return found.size - len(found.there) if found is not None else 0

    def _operation(self, **answers: Any) -> Operation:
        return self._draft.operation(
            start=self._start.isChecked(),
            partial=self._partial.isChecked(),
            leave_stopped=self._leave.isChecked(),
            **answers,
        )


APPLY_GROUP = OperationIntent(
    id="group_checkpoint.apply",
    text="&Apply Group Checkpoint…",
    tip="Take all VMs of a group checkpoint back to it together.",
    icon="apply",
    menu=Menu.GROUP,
    section=2,
    context=frozenset({Kind.GROUP_CHECKPOINT, Kind.CHECKPOINT}),
    unfit=UNFIT,
    operation=operation,
    form=ApplyGroupForm,
    knows_groups=True,
)
