"""Checkpoint Group…: several VMs at one instant, under one name, with each member now, meanwhile and afterwards."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QCheckBox

from hvtree.app.workspace import Workspace
from hvtree.domain.group import Group, GroupMethod, start_stages
from hvtree.domain.group_members import there_and_lost
from hvtree.domain.group_rates import stop_rates
from hvtree.domain.names import GROUP_BASE
from hvtree.domain.passport import Passport
from hvtree.operations.base import Operation, Plan
from hvtree.operations.group import CheckpointGroup
from hvtree.ui.dialogs.group_members_table import MembersTable
from hvtree.ui.dialogs.leave_box import LeaveBox
from hvtree.ui.dialogs.lost_members_box import LostMembersBox
from hvtree.ui.dialogs.method_field import MethodField
from hvtree.ui.dialogs.name_field import NameField
from hvtree.ui.dialogs.passport_fields import CheckpointForm, PassportFields
from hvtree.ui.intents.operation_intent import SAMPLE_NAME, Draft, OperationIntent
from hvtree.ui.known_groups import KnownGroups
from hvtree.ui.menu_names import Menu
from hvtree.ui.selection import Kind, Selection
from hvtree.values import replace


def operation(
    selection: Selection,
    *,
    name: str = SAMPLE_NAME,
    at_utc: datetime | None = None,
    passport: Passport | None = None,
    leave_stopped: bool = False,
    method: GroupMethod | None = None,
    keep_partial: bool = False,
    with_lost: bool = False,
    known: KnownGroups | None = None,
) -> CheckpointGroup | None:
    """Return a group checkpoint of the VMs that the selection is about, if they are several, or of a named group; on any hosts.

    `with_lost` counts members that cannot be found, so that the plan is refused, naming them.
    """
    group = known.group(selection) if known is not None else None
    how = method or (group.method if group is not None else GroupMethod.PAUSE_AND_SAVE)
    made = CheckpointGroup(
        selection.targets,
        name,
        at_utc,
        passport,
        leave_stopped,
        method=how,
        keep_partial=keep_partial,
        rates=stop_rates(known.groups.records, how) if known is not None else (),
    )
    if group is None or known is None:
        return made if len(selection.targets) > 1 and not selection.group else None
    return _of_group(made, group, known, with_lost=with_lost)


def _of_group(
    made: CheckpointGroup, group: Group, known: KnownGroups, *, with_lost: bool
) -> CheckpointGroup | None:
    """Return it for the members of a group, where they are now; None if none can be found."""
    there, lost = there_and_lost(group.members, known.present())
    if not there:
        return None
    return replace(
        made,
        vms=(*(each.vm for each in there), *(each.member.vm for each in (lost if with_lost else ()))),
        group_id=group.id,
        group_name=group.name,
        starts=start_stages(there),
    )


class GroupForm(CheckpointForm):
    """The name and the passport of the checkpoints, how they are taken, and the members."""

    def __init__(self, draft: Draft) -> None:
        first = draft.operation()
        assert isinstance(first, CheckpointGroup)
        whole = draft.operation(with_lost=True)
        assert isinstance(whole, CheckpointGroup)
        self._draft = draft
        self._vms = whole.vms
        self._members = MembersTable(draft.hosts)
        self._method = MethodField(first.method)
        self._keep = QCheckBox("&Keep the checkpoints that were taken if one of them fails")
        self._leave = LeaveBox()
        self._without = LostMembersBox(len(whole.vms) - len(first.vms))
        field = NameField("&Name of all checkpoints", default=lambda: draft.default_name(GROUP_BASE))
        fields = PassportFields(draft.now_utc.date())
        below = (self._method, self._members, self._without, self._keep, self._leave)
        super().__init__("Checkpoint Group", field, fields, self._operation_of, *below)
        self._method.changed.connect(self.changed)
        for box in (self._leave, self._keep, self._without):
            box.toggled.connect(self.changed)

    def planned(self, plan: Plan) -> None:
        """Show the members as the plan finds and leaves them."""
        self._leave.planned(plan)
        self._members.show_plan(plan, self._method.method())

    def refused(self) -> None:
        """Show who stands in the way."""
        vms = [vm for vm in self._vms if not self._without.isChecked() or self._draft.fleet.find_vm(vm)]
        self._members.show_refused(vms, self._draft.present(), self._method.method())

    def _operation_of(self, name: str, passport: Passport) -> Operation:
        return self._draft.noted(
            name,
            passport,
            leave_stopped=self._leave.isChecked(),
            method=self._method.method(),
            keep_partial=self._keep.isChecked(),
            with_lost=not self._without.isChecked(),
        )


class GroupIntent(OperationIntent, frozen=True, kw_only=True):
    """Of a named group it can always be chosen: who stands in the way is said in the dialog, member by member."""

    def refusal(self, selection: Selection, workspace: Workspace) -> str:
        reason = OperationIntent.refusal(self, selection, workspace)
        return "" if reason != self.unfit and selection.group else reason


GROUP = GroupIntent(
    id="vm.checkpoint_group",
    text="Checkpoint &Group…",
    tip="Take a checkpoint of several VMs, or of a group, at one instant.",
    icon="group",
    keys=("Ctrl+G",),
    menu=Menu.GROUP,
    section=1,
    tool_bar=(1, 1),
    context=frozenset({Kind.VM, Kind.MIXED, Kind.GROUP}),
    unfit="Select two or more VMs, or a group.",
    operation=operation,
    form=GroupForm,
    knows_groups=True,
)
