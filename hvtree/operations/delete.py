"""Delete checkpoints, each alone, or a checkpoint with everything below it. What the VMs hold now always stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from msgspec import Struct

from hvtree.domain.address import CheckpointAddress, VmAddress
from hvtree.domain.checkpoint import Checkpoint, CheckpointRef
from hvtree.domain.edits import Delete, DeleteSubtree
from hvtree.domain.errors import Refused
from hvtree.domain.fleet import Fleet
from hvtree.domain.forecast import forecast_deletion
from hvtree.domain.model import HostState, VirtualMachine, VmState
from hvtree.domain.words import count_words
from hvtree.operations.base import Operation, Plan, Risk, Step, before_and_after, side_by_side
from hvtree.operations.consequence import Consequence, Subjects, name_hosts, vms
from hvtree.operations.consequence import checkpoints as named
from hvtree.operations.powershell import script
from hvtree.operations.preconditions import (
    CheckpointAction,
    Reason,
    checkpoint_cannot,
    demand,
    find_checkpoint,
    find_vm,
    kind_forbids,
    lock_forbids,
    name_checkpoint,
    unavailable,
)
from hvtree.operations.space import deletion_space, unknown_sizes

Doomed = Mapping[VmAddress, Sequence[Checkpoint]]
"""The checkpoints that go, by the address of their VM."""
NOTHING_GOES = "Nothing is deleted."
"""What is said where one checkpoint that cannot go keeps the others."""


class DeleteCheckpoints(Struct, frozen=True):
    """Delete some checkpoints of one VM or several, on one host or several; what hangs below one of them moves up."""

    verb: ClassVar[str] = "delete"

    checkpoints: tuple[CheckpointAddress, ...]

    def plan(self, fleet: Fleet) -> Plan:
        """Plan it; raise `Refused` if one of them cannot be deleted.

        Those further down go first: a file on which nothing depends any more is deleted, where it would have been
        merged the other way round.
        """
        doomed = self._deletable(fleet)
        title, button = _title(fleet, doomed)
        hosts: dict[str, dict[VmAddress, Sequence[Checkpoint]]] = {}
        for address, checkpoints in doomed.items():
            hosts.setdefault(address.host_id, {})[address] = checkpoints
        steps = [
            Step(_title(fleet, those)[0], host_id, Delete(_deepest_first(fleet, those)))
            for host_id, those in hosts.items()
        ]
        return _plan(self, fleet, doomed, steps, title=title, button=button)

    def check(self, fleet: Fleet) -> tuple[VmAddress, ...]:
        """Return the VMs that it touches; raise `Refused` as `plan` does."""
        return tuple(self._deletable(fleet))

    def _deletable(self, fleet: Fleet) -> Doomed:
        doomed = _chosen(fleet, self.checkpoints)
        demand_deletable(fleet, doomed, NOTHING_GOES)
        return doomed


class DeleteCheckpointSubtree(Struct, frozen=True):
    """Delete a checkpoint with all its descendants; a Now among them moves up to the checkpoint above."""

    verb: ClassVar[str] = "delete-subtree"

    checkpoint: CheckpointAddress

    def plan(self, fleet: Fleet) -> Plan:
        """Plan it; raise `Refused` if the checkpoint or one below it cannot be deleted."""
        vm, checkpoint = find_checkpoint(fleet, self.checkpoint)
        doomed = {self.checkpoint.vm: [vm.by_id[each] for each in vm.tree.subtree(checkpoint.id)]}
        demand_deletable(fleet, doomed, "Delete the others of the subtree one by one.")
        count = len(doomed[self.checkpoint.vm])
        title = f"Delete {name_checkpoint(checkpoint, vm)}"
        if count > 1:
            title += f" with the {count_words(count - 1, 'checkpoint')} below it"
        button = "Delete checkpoint" if count == 1 else f"Delete {count_words(count, 'checkpoint')}"
        only = tuple(each.id for each in doomed[self.checkpoint.vm])
        step = Step(title, self.checkpoint.host_id, DeleteSubtree(self.checkpoint.ref, only))
        return _plan(self, fleet, doomed, [step], title=title, button=button)


def _plan(
    operation: Operation, fleet: Fleet, doomed: Doomed, steps: Sequence[Step], *, title: str, button: str
) -> Plan:
    phases = side_by_side(steps)
    before, expected = before_and_after(fleet, doomed, phases)
    return Plan(
        operation=operation,
        title=title,
        button=button,
        phases=phases,
        before=before,
        expected=expected,
        vms=tuple(doomed),
        risk=Risk.FORGETS,
        consequences=tuple(_consequences(fleet, expected, doomed)),
        powershell=script(phases, fleet),
        needs_sizes=True,
    )


def _chosen(fleet: Fleet, addresses: Sequence[CheckpointAddress]) -> Doomed:
    """Return the checkpoints by VM, each once; raise `Refused` if there is none or one is gone."""
    if not addresses:
        raise Refused("No checkpoint is selected.", now="Select one or more checkpoints.")
    chosen: dict[tuple[str, str], dict[str, CheckpointAddress]] = {}
    for each in addresses:
        chosen.setdefault((each.host_id, each.vm_id), {}).setdefault(each.checkpoint_id, each)
    doomed: dict[VmAddress, list[Checkpoint]] = {}
    for of_vm in chosen.values():
        owner = next(iter(of_vm.values())).vm
        known = find_vm(fleet, owner).by_id
        doomed[owner] = [known.get(key) or find_checkpoint(fleet, each)[1] for key, each in of_vm.items()]
    return doomed


def demand_deletable(fleet: Fleet, doomed: Doomed, otherwise: str) -> None:
    """Raise `Refused` naming the first checkpoint that cannot go; `otherwise` is said if others could."""
    several = sum(map(len, doomed.values())) > 1
    for address, checkpoints in doomed.items():
        vm = fleet.vm(address)
        waiting = unavailable(vm)
        could_others = several if waiting is None else len(doomed) > 1
        if waiting is None and vm.has_only_plain:
            continue  # as nearly all of them, and there may be a hundred thousand checkpoints
        for each in checkpoints:
            reason = waiting or kind_forbids(each, CheckpointAction.DELETE) or lock_forbids(each)
            if reason is None:
                continue
            if could_others:
                reason = Reason(reason.why, f"{reason.now} {otherwise}")
            demand(checkpoint_cannot(each, vm, CheckpointAction.DELETE), reason)


def _deepest_first(fleet: Fleet, doomed: Doomed) -> tuple[CheckpointRef, ...]:
    refs: list[CheckpointRef] = []
    for address, checkpoints in doomed.items():
        going = {each.id for each in checkpoints}
        downwards = (
            [each for each in fleet.vm(address).tree.walk() if each in going] if len(going) > 1 else [*going]
        )
        refs += [CheckpointRef(address.vm_id, each) for each in reversed(downwards)]
    return tuple(refs)


def _title(fleet: Fleet, doomed: Doomed) -> tuple[str, str]:
    machines = [fleet.vm(address) for address in doomed]
    everything = [each for checkpoints in doomed.values() for each in checkpoints]
    if len(everything) == 1:
        return f"Delete {name_checkpoint(everything[0], machines[0])}", "Delete checkpoint"
    button = f"Delete {count_words(len(everything), 'checkpoint')}"
    return f"{button} on {vms(machines)}", button


def _consequences(fleet: Fleet, expected: Fleet, doomed: Doomed) -> Iterator[Consequence]:
    everything = [each for checkpoints in doomed.values() for each in checkpoints]
    yield Consequence(
        "loses-checkpoints",
        "The state kept in {checkpoints} is gone for good and cannot be applied or exported any more.",
        {"checkpoints": named(everything)},
    )
    by_host: dict[str, dict[str, list[str]]] = {}
    for address, checkpoints in doomed.items():
        yield from _about_vm(fleet.vm(address), expected.vm(address), checkpoints)
        by_host.setdefault(address.host_id, {})[address.vm_id] = [each.id for each in checkpoints]
    yield from name_hosts(
        [
            (fleet.hosts[host_id].host, _about_space(fleet.hosts[host_id], ids))
            for host_id, ids in by_host.items()
        ]
    )


def _about_space(state: HostState, doomed: Mapping[str, Sequence[str]]) -> Iterator[Consequence]:
    unknown = unknown_sizes([state.vms[vm_id] for vm_id in doomed])
    if unknown is not None:
        yield unknown
    else:
        yield from deletion_space(forecast_deletion(state, doomed))


def _about_vm(
    vm: VirtualMachine, after: VirtualMachine, going: Sequence[Checkpoint]
) -> Iterator[Consequence]:
    about = {"vm": vms((vm,))}
    if vm.state is VmState.RUNNING:
        yield Consequence("runs-on", "{vm} keeps everything it holds now and goes on running.", about)
    else:
        yield Consequence("keeps-present", "{vm} keeps everything it holds now.", about)
    gone = {each.id for each in going}
    moved: dict[str | None, list[Checkpoint]] = {}
    for each in vm.checkpoints:
        if each.parent_id in gone and each.id not in gone:
            moved.setdefault(after.by_id[each.id].parent_id, []).append(each)
    for parent_id, children in moved.items():
        yield _moves_up(
            "moves-up", "{moved} {moved:move} up and {moved:stand}", parent_id, vm, named(children)
        )
    if vm.now_id in gone:
        yield _moves_up("now-moves-up", "Now moves up and stands", after.now_id, vm, vms((vm,)))


def _moves_up(
    kind: str, wording: str, parent_id: str | None, vm: VirtualMachine, moved: Subjects
) -> Consequence:
    parent = vm.by_id.get(parent_id) if parent_id is not None else None
    if parent is None:
        return Consequence(f"{kind}-to-top", f"{wording} at the top of the tree.", {"moved": moved})
    return Consequence(kind, f"{wording} below {{parent}}.", {"moved": moved, "parent": named((parent,))})
