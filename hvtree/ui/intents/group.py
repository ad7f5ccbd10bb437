"""Checkpoint Group…: several VMs at one instant, under one name, with each member's state now and afterwards."""

from __future__ import annotations

from datetime import datetime

from hvtree.domain.address import VmAddress
from hvtree.domain.names import GROUP_BASE
from hvtree.domain.passport import Passport
from hvtree.domain.state_words import state_words
from hvtree.operations.base import Operation, Plan
from hvtree.operations.group import CheckpointGroup
from hvtree.ui.dialogs.leave_box import LeaveBox
from hvtree.ui.dialogs.name_field import NameField
from hvtree.ui.dialogs.passport_fields import CheckpointForm, PassportFields
from hvtree.ui.dialogs.value_table import ValueTable
from hvtree.ui.format import shown_name
from hvtree.ui.intents.operation_intent import SAMPLE_NAME, Draft, OperationIntent
from hvtree.ui.menu_names import Menu
from hvtree.ui.selection import Kind, Selection
from hvtree.ui.widgets.on_demand import OnDemand


def operation(
    selection: Selection,
    *,
    name: str = SAMPLE_NAME,
    at_utc: datetime | None = None,
    passport: Passport | None = None,
    leave_stopped: bool = False,
) -> CheckpointGroup | None:
    """Return a group checkpoint of the VMs that the selection is about, if they are several; on any hosts."""
    several = len(selection.targets) > 1
    return CheckpointGroup(selection.targets, name, at_utc, passport, leave_stopped) if several else None


class GroupForm(CheckpointForm):
    """The name and the passport of the checkpoints, and the members."""

    def __init__(self, draft: Draft) -> None:
        host = ("Host",) if len(draft.hosts) > 1 else ()
        members = ValueTable("Member", *host, "Checkpoints", "State now", "State afterwards")
        field = NameField("&Name of all checkpoints", default=lambda: draft.default_name(GROUP_BASE))
        fields = PassportFields(draft.now_utc.date())
        self._leave = LeaveBox()

        def operation(name: str, passport: Passport) -> Operation:
            return draft.noted(name, passport, leave_stopped=self._leave.isChecked())

        super().__init__("Checkpoint Group", field, fields, operation, members, self._leave)
        self._leave.toggled.connect(self.changed)
        self._draft = draft
        self._members = members

    def planned(self, plan: Plan) -> None:
        """Show the members as the plan finds and leaves them."""
        self._leave.planned(plan)
        self._members.show_rows(OnDemand(plan.vms, lambda vm: self._row(plan, vm)))

    def _row(self, plan: Plan, address: VmAddress) -> tuple[str, ...]:
        before, after = plan.before.vm(address), plan.expected.vm(address)
        host = (self._draft.hosts[address.host_id],) if len(self._draft.hosts) > 1 else ()
        checkpoints = f"{len(before.checkpoints):,} → {len(after.checkpoints):,}"
        return (
            shown_name(before.name),
            *host,
            checkpoints,
            state_words(before.state),
            state_words(after.state),
        )


GROUP = OperationIntent(
    id="vm.checkpoint_group",
    text="Checkpoint &Group…",
    tip="Take a checkpoint of several VMs at one instant.",
    icon="group",
    keys=("Ctrl+G",),
    menu=Menu.VM,
    tool_bar=(1, 1),
    context=frozenset({Kind.VM, Kind.MIXED}),
    unfit="Select two or more VMs.",
    operation=operation,
    form=GroupForm,
)
