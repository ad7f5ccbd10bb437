"""What a group checkpoint leads to: who stands still and for how long, what the checkpoints hold, what becomes of a failure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from hvtree.domain.address import VmAddress
from hvtree.domain.fleet import Fleet
from hvtree.domain.group import GroupMethod
from hvtree.domain.model import CheckpointType, VirtualMachine, VmState
from hvtree.domain.state_words import state_words
from hvtree.operations.consequence import Consequence, Duration, Size, name_hosts, vms
from hvtree.operations.create import by_host, contents, near_limits
from hvtree.operations.space import memory_space
from hvtree.values import replace

_FOR_GUESTS = (CheckpointType.PRODUCTION, CheckpointType.PRODUCTION_ONLY)


class GroupChange(Struct, frozen=True):
    """A group checkpoint of some VMs, and what it means for them."""

    members: Mapping[VmAddress, VirtualMachine]
    method: GroupMethod
    keep_partial: bool
    rates: Mapping[str, int]
    """By host id, how many bytes of memory it saved in a second when that was measured last."""

    def consequences(self, fleet: Fleet) -> Iterator[Consequence]:
        """Yield who is interrupted, who is not, what the checkpoints will hold, and what a failure leaves."""
        if self.method is GroupMethod.NO_INTERRUPTION:
            yield from self._one_by_one()
        else:
            yield from self._at_one_instant()
        yield from self._memory(fleet)
        yield from near_limits(self.members.values())
        if len(self.members) > 1:
            yield self._if_one_fails()

    def _in(self, *states: VmState) -> dict[VmAddress, VirtualMachine]:
        return {address: vm for address, vm in self.members.items() if vm.state in states}

    def _one_by_one(self) -> Iterator[Consequence]:
        if len(self.members) > 1:
            yield Consequence(
                "not-one-instant",
                "Each VM is checkpointed by itself while it runs: the checkpoints are not of one instant, and what the VMs have "
                "told each other meanwhile may be in one and missing in another.",
            )
        yield from contents(self.members.values())

    def _at_one_instant(self) -> Iterator[Consequence]:
        saves = self.method is GroupMethod.PAUSE_AND_SAVE
        stopped = self._in(VmState.RUNNING, VmState.PAUSED) if saves else self._in(VmState.RUNNING)
        if stopped:
            yield Consequence(
                "stops-meanwhile",
                "{vms} {vms:are} stopped until all checkpoints are taken; "
                "their users have to wait, and time-outs may expire.",
                {"vms": vms(stopped.values())},
            )
            yield from self._how_long(stopped)
        if stopped and not saves:
            yield Consequence(
                "pauses-only",
                "{vms} {vms:are} paused and not saved: shorter, and each checkpoint is of the moment of the pause; "
                "its memory is written while the VM stands still.",
                {"vms": vms(stopped.values())},
            )
        for was in (VmState.RUNNING, VmState.PAUSED):
            if found := {address: vm for address, vm in stopped.items() if vm.state is was}:
                yield Consequence(
                    "comes-back",
                    "Afterwards {vms} {vms:are} {state} again.",
                    {"vms": vms(found.values()), "state": state_words(was)},
                )
        if found := {address: vm for address, vm in self.members.items() if address not in stopped}:
            yield Consequence(
                "stays-stopped",
                "{vms} {vms:are} not running and {vms:are} not started.",
                {"vms": vms(found.values())},
            )
        yield from self._what_they_hold(stopped)

    def _what_they_hold(self, stopped: Mapping[VmAddress, VirtualMachine]) -> Iterator[Consequence]:
        if found := self._in(VmState.RUNNING, VmState.PAUSED, VmState.SAVED):
            yield Consequence(
                "holds-memory",
                "The checkpoints of {vms} hold memory: applied, the group goes on at one moment.",
                {"vms": vms(found.values())},
            )
        unasked = [vm for vm in stopped.values() if vm.checkpoint_type in _FOR_GUESTS]
        if unasked:
            yield Consequence(
                "not-production",
                "{vms} would take production checkpoints, but a guest that stands still cannot take part: "
                "these hold its memory instead, and its programs are not told.",
                {"vms": vms(unasked)},
            )

    def _how_long(self, stopped: Mapping[VmAddress, VirtualMachine]) -> Iterator[Consequence]:
        """Yield for how long they stand still, as far as that was measured before on all their hosts."""
        needed = {
            host_id: sum(vm.memory_bytes or vm.memory_startup_bytes for vm in machines)
            for host_id, machines in by_host(stopped).items()
        }
        about = {"vms": vms(stopped.values())}
        if all(self.rates.get(host_id) for host_id in needed):
            longest_ms = max(1_000 * size // self.rates[host_id] for host_id, size in needed.items())
            wording = "By what was measured before, that takes about {time}."
            yield Consequence("stops-for", wording, about, {"time": Duration(longest_ms)})
        elif self.method is GroupMethod.PAUSE_AND_SAVE:
            wording = "How long that takes is not known before the first time: {size} of memory are saved and read back."
            yield Consequence("stop-unknown", wording, about, {"size": Size(sum(needed.values()))})

    def _memory(self, fleet: Fleet) -> Iterator[Consequence]:
        as_saved = self.method is GroupMethod.PAUSE_AND_SAVE
        written = {
            address: replace(vm, state=VmState.SAVED) if as_saved else vm
            for address, vm in self._in(VmState.RUNNING, VmState.PAUSED).items()
        }
        yield from name_hosts(
            [
                (
                    fleet.hosts[host_id].host,
                    memory_space(fleet.hosts[host_id], machines),
                )
                for host_id, machines in by_host(written).items()
            ]
        )

    def _if_one_fails(self) -> Consequence:
        if self.keep_partial:
            return Consequence(
                "others-come-back",
                "If one VM fails, the others are brought back, and the result says which checkpoints exist.",
            )
        return Consequence(
            "all-or-nothing",
            "If one VM fails, the others are brought back, and the checkpoints that were taken by then are deleted again.",
        )
