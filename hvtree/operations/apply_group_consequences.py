"""What it leads to when the VMs of a group checkpoint go back to it: what is kept, what is lost, how each is afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from msgspec import Struct

from hvtree.domain.address import VmAddress
from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.disks import written_files
from hvtree.domain.fleet import Fleet
from hvtree.domain.group import Member
from hvtree.domain.group_checkpoint import GroupCheckpoint
from hvtree.domain.model import SpaceTaken, VirtualMachine, VmState
from hvtree.domain.paths import is_checkpoint_file
from hvtree.domain.state_words import state_words
from hvtree.domain.thresholds import CLOCK_AGE, TRUST_AGE
from hvtree.operations.consequence import (
    Age,
    Consequence,
    Count,
    Fate,
    Size,
    Subject,
    Subjects,
    changes,
    checkpoints,
    name_hosts,
    vms,
)
from hvtree.operations.create import by_host
from hvtree.operations.group_target import Parts, left_out, what_changed
from hvtree.operations.leases import is_on
from hvtree.operations.space import memory_space
from hvtree.values import replace


class GroupReturn(Struct, frozen=True):
    """The return of some VMs to a group checkpoint."""

    found: GroupCheckpoint
    parts: Parts
    members: tuple[Member, ...]
    safety: bool
    at_utc: datetime
    staying: Mapping[VmAddress, VirtualMachine]
    """Those that go nowhere, and only come into other states."""
    kept: Mapping[str, Checkpoint]
    """The safety checkpoints on which VMs stand since a return that broke off, by the ids of the VMs."""

    def consequences(self, fleet: Fleet, expected: Fleet) -> Iterator[Consequence]:
        """Yield what is not as it was, what is kept or lost, and how the VMs are afterwards."""
        yield from what_changed(self.found)
        yield from left_out(self.found)
        yield from self._added()
        yield from self._departed()
        yield from self._kept(fleet) if self.safety else self._lost()
        yield from self._afterwards(expected)
        yield from self._others(fleet, expected)
        yield Consequence(
            "restores-settings",
            "Memory, processors, network and disks of the VMs are set as they were at that time.",
        )
        yield from self._risks_of_age()
        yield self._if_one_fails()

    @property
    def _machines(self) -> list[VirtualMachine]:
        return [vm for vm, _checkpoint in self.parts.values()]

    def _added(self) -> Iterator[Consequence]:
        """Yield who belongs to the group now and did not take part then."""
        known = {each.address.vm_id for each in self.found.parts}
        added = [each for each in self.members if each.vm.vm_id not in known]
        if added:
            those = Subjects("VM", tuple(Subject(each.vm.vm_id, each.name) for each in added))
            yield Consequence(
                "members-added",
                "{vms} {vms:are} in the group now and did not take part then: {vms:it} {vms:stay} as {vms:it} {vms:are}.",
                {"vms": those},
            )

    def _departed(self) -> Iterator[Consequence]:
        """Yield who took part then and does not belong to the group any more; of VMs that were only selected nobody does."""
        members = {each.vm.vm_id for each in self.members}
        departed = [vm for vm in self._machines if vm.id not in members]
        if members and departed:
            yield Consequence(
                "members-departed",
                "{vms} took part then and {vms:are} not in the group any more: {vms:it} {vms:go} back as well.",
                {"vms": vms(departed)},
            )

    def _kept(self, fleet: Fleet) -> Iterator[Consequence]:
        yield Consequence(
            "keeps-group-in-checkpoint",
            "What the VMs hold now is kept in a new group checkpoint, taken at one instant: apply that to come back.",
        )
        on = {address.vm: vm for address, (vm, _checkpoint) in self.parts.items() if is_on(vm)}
        yield from name_hosts(
            [
                (
                    fleet.hosts[host_id].host,
                    memory_space(fleet.hosts[host_id], [replace(vm, state=VmState.SAVED) for vm in machines]),
                )
                for host_id, machines in by_host(on).items()
            ]
        )

    def _lost(self) -> Iterator[Consequence]:
        if kept := [vm for vm in self._machines if vm.id in self.kept]:
            safety = (self.kept[vm.id] for vm in kept)
            yield Consequence(
                "is-kept-already",
                "How {vms} {vms:were} before this broke off is kept in {safety}: apply {safety:them} to come back. What {vms:it} "
                "may have done since is lost.",
                {
                    "vms": vms(kept),
                    "safety": Subjects("safety checkpoint", checkpoints(safety).each),
                },
            )
        space = SpaceTaken.of_all(self._machines)
        amount = "up to {size}" if space.is_written_complete else "how much that is, is not known yet"
        yield Consequence(
            "loses-present",
            f"Everything written on {{vms}} since the last checkpoint of each is lost for good: {amount}.",
            {"vms": vms(self._machines)},
            {"size": Size(space.written_bytes if space.is_written_complete else None)},
            changes(
                (
                    file
                    for vm in self._machines
                    for file in written_files(vm)
                    if is_checkpoint_file(file.path)
                ),
                Fate.DELETED,
            ),
        )
        if on := [vm for vm in self._machines if is_on(vm)]:
            yield Consequence(
                "turns-off",
                "{vms} {vms:are} turned off, as if the plug were pulled; what programs have in memory is lost.",
                {"vms": vms(on)},
            )
        if saved := [vm for vm in self._machines if vm.state is VmState.SAVED and vm.id not in self.kept]:
            yield Consequence(
                "loses-saved-state",
                "The saved state of {vms}, with all that programs had in memory, is lost.",
                {"vms": vms(saved)},
            )

    def _afterwards(self, expected: Fleet) -> Iterator[Consequence]:
        """Yield how the VMs are afterwards, those together that are alike."""
        alike: dict[tuple[VmState, bool], list[VirtualMachine]] = {}
        for address, (vm, checkpoint) in self.parts.items():
            state = expected.vm(address.vm).state
            alike.setdefault((state, checkpoint.has_memory), []).append(vm)
        for (state, has_memory), machines in alike.items():
            goes_on = (
                "from the moment of the checkpoint"
                if has_memory
                else "from {vms:its} disks, as after a power cut"
            )
            kind = "resumes-from-memory" if has_memory else "boots-from-disks"
            if state is VmState.RUNNING:
                wording = f"Afterwards {{vms}} {{vms:are}} started again and {{vms:go}} on {goes_on}."
            else:
                wording = (
                    f"Afterwards {{vms}} {{vms:are}} {{state}}; started, {{vms:it}} {{vms:go}} on {goes_on}."
                )
            yield Consequence(kind, wording, {"vms": vms(machines), "state": state_words(state)})

    def _others(self, fleet: Fleet, expected: Fleet) -> Iterator[Consequence]:
        """Yield how those are afterwards that are part of it and do not go."""
        for state in dict.fromkeys(expected.vm(each).state for each in self.staying):
            machines = [vm for each, vm in self.staying.items() if expected.vm(each).state is state]
            wording = "{vms} {vms:stay} where {vms:it} {vms:stand}; afterwards {vms:it} {vms:are} {state}."
            yield Consequence("only-wakes", wording, {"vms": vms(machines), "state": state_words(state)})
        taking_part = {each.vm for each in self.parts} | self.staying.keys()
        machines = [fleet.vm(each.vm) for each in self.found.addresses if each.vm not in taking_part]
        if machines:
            yield Consequence(
                "stays-as-it-is", "{vms} {vms:stay} as {vms:it} {vms:are}.", {"vms": vms(machines)}
            )

    def _risks_of_age(self) -> Iterator[Consequence]:
        with_memory = any(checkpoint.has_memory for _vm, checkpoint in self.parts.values())
        taken_utc = min(checkpoint.created_utc for _vm, checkpoint in self.parts.values())
        age = self.at_utc - taken_utc
        if with_memory and age >= CLOCK_AGE:
            yield Consequence(
                "clock-is-behind",
                "Clocks go on from {age} until time is synchronised, and network connections to others are cut.",
                amounts={"age": Age(taken_utc, self.at_utc)},
            )
        if age >= TRUST_AGE:
            yield Consequence(
                "domain-trust-at-risk",
                "The checkpoints are {days} old: if the guests are members of a domain that does not go back with them, it may no "
                "longer trust them.",
                amounts={"days": Count(age.days, "day")},
            )
        if with_memory:
            yield Consequence(
                "replication-at-risk",
                "Do not go back this way with a part of what replicates: others, outside of this group, have moved on.",
            )

    def _if_one_fails(self) -> Consequence:
        if self.safety:
            return Consequence(
                "all-go-back-or-none",
                "If one VM cannot go back, the others return to how they are now.",
            )
        if all(vm.id in self.kept for vm in self._machines):
            return Consequence(
                "some-may-go-back-kept",
                "If one VM cannot go back, those that have gone back stay so; their safety checkpoints lead back.",
            )
        return Consequence(
            "some-may-go-back",
            "If one VM cannot go back, those that have gone back stay so: without safety checkpoints there is no way to undo it.",
        )
