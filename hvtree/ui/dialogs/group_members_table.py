"""The members of a group before it is checkpointed: each now, meanwhile and afterwards, or whether it can take part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hvtree.domain.address import VmAddress
from hvtree.domain.fleet import Fleet
from hvtree.domain.group import GroupMethod
from hvtree.domain.model import VirtualMachine, VmState
from hvtree.domain.state_words import state_words
from hvtree.operations.base import Plan
from hvtree.operations.group import cannot_take_part
from hvtree.ui.dialogs.value_table import ValueTable
from hvtree.ui.format import shown_name
from hvtree.ui.widgets.on_demand import OnDemand

_LOST = "Cannot be found"
_TAKES_PART = "Takes part"
_CANNOT = "Cannot take part"


class MembersTable(ValueTable):
    """As the plan finds, holds and leaves the members; without a plan, as they are now and who stands in the way."""

    def __init__(self, hosts: Mapping[str, str]) -> None:
        """`hosts` is what the hosts are called, by their ids; one alone is not named."""
        self._hosts = hosts if len(hosts) > 1 else {}
        host = ("Host",) if self._hosts else ()
        super().__init__("Member", *host, "Checkpoints", "Now", "Meanwhile", "Afterwards")

    def show_plan(self, plan: Plan, method: GroupMethod) -> None:
        """Show what becomes of the members."""
        self.show_rows(OnDemand(plan.vms, lambda vm: self._planned(plan, vm, method)))

    def show_refused(self, vms: Iterable[VmAddress], fleet: Fleet, method: GroupMethod) -> None:
        """Show who can take part and who cannot."""
        self.show_rows(OnDemand(tuple(vms), lambda vm: self._refused(vm, fleet, method)))

    def _planned(self, plan: Plan, address: VmAddress, method: GroupMethod) -> tuple[str, ...]:
        before, after = plan.before.vm(address), plan.expected.vm(address)
        return (
            shown_name(before.name),
            *self._host(address),
            f"{len(before.checkpoints):,} → {len(after.checkpoints):,}",
            state_words(before.state),
            _meanwhile(before, method),
            state_words(after.state),
        )

    def _refused(self, address: VmAddress, fleet: Fleet, method: GroupMethod) -> tuple[str, ...]:
        vm = fleet.find_vm(address)
        if vm is None:
            return (address.vm_id, *self._host(address), "", _LOST, "", "")
        return (
            shown_name(vm.name),
            *self._host(address),
            f"{len(vm.checkpoints):,}",
            state_words(vm.state),
            _TAKES_PART if cannot_take_part(vm, method) is None else _CANNOT,
            "",
        )

    def _host(self, address: VmAddress) -> tuple[str, ...]:
        return (self._hosts.get(address.host_id, address.host_id),) if self._hosts else ()


def _meanwhile(vm: VirtualMachine, method: GroupMethod) -> str:
    """Return in which state a VM is while the checkpoints are taken."""
    if method is GroupMethod.NO_INTERRUPTION or vm.state not in (VmState.RUNNING, VmState.PAUSED):
        return state_words(vm.state)
    return state_words(VmState.SAVED if method is GroupMethod.PAUSE_AND_SAVE else VmState.PAUSED)
