"""Delete checkpoints, each alone, or a checkpoint with everything below it. What the VMs hold now always stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hvtree.domain.checkpoint import Checkpoint, CheckpointRef
from hvtree.domain.edits import Delete, DeleteSubtree
from hvtree.domain.errors import Refused
from hvtree.domain.forecast import forecast_deletion
from hvtree.domain.model import HostState, VirtualMachine, VmState
from hvtree.domain.names import quoted
from hvtree.domain.words import count_words
from hvtree.operations import folding, wording
from hvtree.operations.base import Operation, Plan, Risk, Step
from hvtree.operations.powershell import script
from hvtree.operations.preconditions import (
    Deed,
    Reason,
    checkpoint_cannot,
    demand,
    find_checkpoint,
    kind_forbids,
    name_checkpoint,
    unavailable,
)
from hvtree.operations.space import forecast_sentences

_Doomed = dict[str, list[Checkpoint]]
"""The checkpoints that go, by the id of their VM."""


@dataclass(frozen=True, slots=True)
class DeleteCheckpoints:
    """Delete some checkpoints of one VM or several; what hangs below one of them moves up."""

    refs: tuple[CheckpointRef, ...]

    def plan(self, state: HostState) -> Plan:
        """Plan it; raise `Refused` if one of them cannot be deleted.

        Those further down go first: a file on which nothing depends any more is deleted, where it would have been
        merged the other way round.
        """
        doomed = _chosen(state, self.refs)
        _demand_deletable(state, doomed, "Nothing is deleted.")
        refs = _deepest_first(state, doomed)
        title, verb = _title(state, doomed)
        return _plan(self, state, doomed, Step(title, Delete(refs)), verb=verb)


@dataclass(frozen=True, slots=True)
class DeleteCheckpointSubtree:
    """Delete a checkpoint with all its descendants; a Now among them moves up to the checkpoint above."""

    ref: CheckpointRef

    def plan(self, state: HostState) -> Plan:
        """Plan it; raise `Refused` if the checkpoint or one below it cannot be deleted."""
        vm, checkpoint = find_checkpoint(state, self.ref)
        doomed = {vm.id: [vm.by_id[each] for each in vm.tree.subtree(checkpoint.id)]}
        _demand_deletable(state, doomed, "Delete the others of the subtree one by one.")
        count = len(doomed[vm.id])
        title = f"Delete {name_checkpoint(checkpoint, vm)}"
        if count > 1:
            title += f" with the {count_words(count - 1, 'checkpoint')} below it"
        verb = "Delete checkpoint" if count == 1 else f"Delete {count_words(count, 'checkpoint')}"
        return _plan(self, state, doomed, Step(title, DeleteSubtree(self.ref)), verb=verb)


def _plan(operation: Operation, state: HostState, doomed: _Doomed, step: Step, *, verb: str) -> Plan:
    expected = folding.after(state, (step,))
    return Plan(
        operation=operation,
        title=step.title,
        verb=verb,
        steps=(step,),
        before=state,
        expected=expected,
        risk=Risk.FORGETS,
        vm_ids=tuple(doomed),
        consequences=tuple(_consequences(state, expected, doomed)),
        powershell=script((step,)),
    )


def _chosen(state: HostState, refs: Sequence[CheckpointRef]) -> _Doomed:
    """Return the checkpoints by VM, each once; raise `Refused` if there is none or one is gone."""
    if not refs:
        raise Refused("No checkpoint is selected.", now="Select one or more checkpoints.")
    doomed: _Doomed = {}
    for ref in dict.fromkeys(refs):
        vm, checkpoint = find_checkpoint(state, ref)
        doomed.setdefault(vm.id, []).append(checkpoint)
    return doomed


def _demand_deletable(state: HostState, doomed: _Doomed, otherwise: str) -> None:
    """Raise `Refused` naming the first checkpoint that cannot go; `otherwise` is said if others could."""
    several = sum(map(len, doomed.values())) > 1
    for vm_id, checkpoints in doomed.items():
        vm = state.vms[vm_id]
        waiting = unavailable(vm)
        could_others = several if waiting is None else len(doomed) > 1
        for each in checkpoints:
            reason = waiting or kind_forbids(each, Deed.DELETE)
            if reason and could_others:
                reason = Reason(reason.why, f"{reason.now} {otherwise}")
            demand(checkpoint_cannot(each, vm, Deed.DELETE), reason)


def _deepest_first(state: HostState, doomed: _Doomed) -> tuple[CheckpointRef, ...]:
    refs: list[CheckpointRef] = []
    for vm_id, checkpoints in doomed.items():
        going = {each.id for each in checkpoints}
        downwards = [each for each in state.vms[vm_id].tree.walk() if each in going]
        refs += [CheckpointRef(vm_id, each) for each in reversed(downwards)]
    return tuple(refs)


def _title(state: HostState, doomed: _Doomed) -> tuple[str, str]:
    vms = [state.vms[vm_id] for vm_id in doomed]
    everything = [each for checkpoints in doomed.values() for each in checkpoints]
    if len(everything) == 1:
        return f"Delete {name_checkpoint(everything[0], vms[0])}", "Delete checkpoint"
    verb = f"Delete {count_words(len(everything), 'checkpoint')}"
    return f"{verb} on {wording.name_vms(vms)}", verb


def _consequences(state: HostState, expected: HostState, doomed: _Doomed) -> Iterator[str]:
    everything = [each for checkpoints in doomed.values() for each in checkpoints]
    those = wording.name_checkpoints(everything)
    yield f"The state kept in {those} is gone for good and cannot be applied or exported any more."
    for vm_id, checkpoints in doomed.items():
        yield from _about_vm(state.vms[vm_id], expected.vms[vm_id], checkpoints)
    ids = {vm_id: [each.id for each in checkpoints] for vm_id, checkpoints in doomed.items()}
    yield from forecast_sentences(forecast_deletion(state, ids))


def _about_vm(vm: VirtualMachine, after: VirtualMachine, going: Sequence[Checkpoint]) -> Iterator[str]:
    runs_on = " and goes on running" if vm.state is VmState.RUNNING else ""
    yield f"VM {quoted(vm.name)} keeps everything it holds now{runs_on}."
    gone = {each.id for each in going}
    moved: dict[str | None, list[Checkpoint]] = {}
    for each in vm.checkpoints:
        if each.parent_id in gone and each.id not in gone:
            moved.setdefault(after.by_id[each.id].parent_id, []).append(each)
    for parent_id, children in moved.items():
        those = wording.name_checkpoints(children)
        verb = "moves" if len(children) == 1 else "move"
        yield f"{those[0].upper()}{those[1:]} {verb} up and {_stands(children)} {wording.place(parent_id, vm)}."
    if vm.now_id in gone:
        yield f"Now moves up and stands {wording.place(after.now_id, vm)}."


def _stands(children: Sequence[Checkpoint]) -> str:
    return "stands" if len(children) == 1 else "stand"
