"""Take a checkpoint of one VM or of several, each by itself; `group` is for several at one instant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hvtree.domain.checkpoint import CHECKPOINT_LIMIT
from hvtree.domain.edits import Create
from hvtree.domain.errors import Refused
from hvtree.domain.model import CheckpointType, HostState, VirtualMachine, VmState
from hvtree.domain.names import default_name, quoted
from hvtree.domain.predictions import takes_memory
from hvtree.domain.words import count_words
from hvtree.operations import folding, wording
from hvtree.operations.base import Plan, Risk, Step
from hvtree.operations.powershell import script
from hvtree.operations.preconditions import (
    Reason,
    checkpoints_taken,
    demand,
    demand_of_all,
    find_vm,
    name_forbids,
    takes_no_checkpoints,
    unavailable,
)
from hvtree.operations.space import memory_space


@dataclass(frozen=True, slots=True)
class CreateCheckpoint:
    """Take a checkpoint of some VMs. Without a name each gets Hyper-V Manager's default one, with its own VM's name."""

    vm_ids: tuple[str, ...]
    name: str = ""
    at_utc: datetime | None = None
    """The time in a default name; None for that of the reading. A plan's own operation has it: planned again, it gives
    the same names."""

    def plan(self, state: HostState) -> Plan:
        """Plan it; raise `Refused` naming each VM of which no checkpoint can be taken, and why."""
        vms = chosen_vms(state, self.vm_ids)
        what = f"No checkpoint can be taken of {wording.name_vms(vms)} now."
        demand(what, name_forbids(self.name) if self.name else None)
        demand_of_all(what, vms, lambda vm: checkpoint_reason(vm) or _mute(vm))
        at_utc = self.at_utc or state.taken_at_utc
        steps = self._steps(vms, at_utc)
        return Plan(
            operation=replace(self, at_utc=at_utc),
            title=f"Take a checkpoint of {wording.name_vms(vms)}",
            verb="Checkpoint" if len(vms) == 1 else f"Checkpoint {count_words(len(vms), 'VM')}",
            steps=steps,
            before=state,
            expected=folding.after(state, steps),
            risk=Risk.NONE,
            vm_ids=tuple(vm.id for vm in vms),
            consequences=tuple(_consequences(state, vms)),
            powershell=script(steps),
        )

    def _steps(self, vms: tuple[VirtualMachine, ...], at_utc: datetime) -> tuple[Step, ...]:
        """One request for all under a given name, else one for each."""
        if self.name:
            title = f"Take checkpoint {quoted(self.name)} of {wording.name_vms(vms)}"
            return (Step(title, Create(tuple(vm.id for vm in vms), self.name)),)
        return tuple(
            Step(f"Take a checkpoint of VM {quoted(vm.name)}", Create((vm.id,), name))
            for vm in vms
            for name in (default_name(vm.name, at_utc.astimezone()),)
        )


def chosen_vms(state: HostState, vm_ids: tuple[str, ...]) -> tuple[VirtualMachine, ...]:
    """Return the VMs by their ids, each once; raise `Refused` if there is none or one is gone."""
    if not vm_ids:
        raise Refused("No VM is selected.", now="Select a VM.")
    return tuple(find_vm(state, vm_id) for vm_id in dict.fromkeys(vm_ids))


def checkpoint_reason(vm: VirtualMachine) -> Reason | None:
    """Tell why no checkpoint of this VM can be taken now."""
    return takes_no_checkpoints(vm) or unavailable(vm)


def _mute(vm: VirtualMachine) -> Reason | None:
    """Tell if only a guest could help who cannot, since he is paused."""
    if vm.state is not VmState.PAUSED or vm.checkpoint_type is not CheckpointType.PRODUCTION_ONLY:
        return None
    why = f"VM {quoted(vm.name)} takes only production checkpoints, for which its guest has to be awake."
    return Reason(why, "Resume the VM first.")


def memory_sentences(vms: Sequence[VirtualMachine]) -> tuple[str, ...]:
    """Tell what checkpoints of these VMs hold and what that means for the guests (fact 99)."""
    groups: dict[str, list[VirtualMachine]] = {}
    for vm in vms:
        groups.setdefault(_what_it_holds(vm), []).append(vm)
    return tuple(f"{wording.name_vms(group)}: {sentence}" for sentence, group in groups.items())


def _what_it_holds(vm: VirtualMachine) -> str:
    if vm.state is VmState.OFF:
        return "disks and configuration are kept."
    if vm.state is VmState.SAVED:
        return "disks, configuration and the saved state are kept."
    if takes_memory(vm):
        return "disks, configuration and memory are kept; apart from a short halt nothing is interrupted."
    if vm.checkpoint_type is CheckpointType.PRODUCTION_ONLY:
        fallback = "If the guest cannot do that, the checkpoint fails."
    else:
        fallback = "If the guest cannot do that, Hyper-V takes a standard checkpoint with memory instead."
    return f"disks and configuration are kept, with files at rest, but no memory (production). {fallback}"


def _consequences(state: HostState, vms: Sequence[VirtualMachine]) -> Iterator[str]:
    yield from memory_sentences(vms)
    yield from memory_space(state, [vm for vm in vms if vm.state is not VmState.SAVED])
    yield "From then on each drive writes to a new file that grows; until the checkpoint is deleted, disks cannot be resized."
    for vm in vms:
        number = 1 + checkpoints_taken(vm)
        if number > CHECKPOINT_LIMIT - _NEAR_LIMIT:
            yield f"VM {quoted(vm.name)} then has {number} of at most {CHECKPOINT_LIMIT} checkpoints."


_NEAR_LIMIT = 10
