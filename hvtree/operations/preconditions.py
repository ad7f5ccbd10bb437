"""Reasons why something cannot be done on the state at hand, as sentences; shared by all operations.

Each function returns a `Reason` or None. `demand` raises `Refused` with the first reason there is. The same reasons
enable and disable the actions of the window, so they only look and are cheap.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

from msgspec import Struct

from hvtree.domain.address import CheckpointAddress, VmAddress
from hvtree.domain.checkpoint import CHECKPOINT_LIMIT, Checkpoint, CheckpointKind
from hvtree.domain.errors import BadInput, Refused
from hvtree.domain.fleet import Fleet
from hvtree.domain.model import Activity, CheckpointType, HostState, VirtualMachine
from hvtree.domain.names import check_name, isolated, quoted
from hvtree.domain.state_words import kind_words, state_words
from hvtree.domain.words import count_words

REASONS_SHOWN = 20
"""How many VMs a refusal names with their reasons before it only counts the others."""


class Reason(Struct, frozen=True):
    """Why not, and what to do now: complete sentences."""

    why: str
    now: str = ""


class CheckpointAction(StrEnum):
    """What may be done to a checkpoint, as a word that follows "cannot be"."""

    APPLY = "applied"
    RENAME = "renamed"
    EXPORT = "exported"
    DELETE = "deleted"
    NOTE = "given other notes"


def demand(what: str, *reasons: Reason | None) -> None:
    """Raise `Refused`, saying `what` cannot be, if there is any reason."""
    for reason in reasons:
        if reason is not None:
            raise Refused(what, why=reason.why, now=reason.now)


def demand_of_all(
    say: Callable[[], str],
    vms: Sequence[VirtualMachine],
    reason_of: Callable[[VirtualMachine], Reason | None],
) -> None:
    """Raise `Refused` if some of the VMs have a reason; it names each of them with its own, of very many the first.

    `say` returns what cannot be done; it is asked only then, since to name thousands of VMs takes its time.
    """
    reasons = [reason for vm in vms if (reason := reason_of(vm)) is not None]
    if not reasons:
        return
    what = say()
    if len(vms) == 1:
        raise Refused(what, why=reasons[0].why, now=reasons[0].now)
    what += f" {len(reasons)} of {count_words(len(vms), 'VM')} cannot take part."
    why = " ".join(f"{each.why} {each.now}".strip() for each in reasons[:REASONS_SHOWN])
    if len(reasons) > REASONS_SHOWN:
        why += f" {len(reasons) - REASONS_SHOWN:,} more cannot take part either."
    raise Refused(what, why=why, now="Or leave them out.")


def find_host(fleet: Fleet, host_id: str) -> HostState:
    """Return what is known of a host; raise `Refused` if it was never read."""
    state = fleet.hosts.get(host_id)
    if state is None:
        what = f"The host {quoted(host_id)} has not been read yet."
        raise Refused(what, now="Wait until it is connected.")
    return state


def find_vm(fleet: Fleet, address: VmAddress) -> VirtualMachine:
    """Return a VM by its address; raise `Refused` if it is gone."""
    state = find_host(fleet, address.host_id)
    vm = state.vms.get(address.vm_id)
    if vm is None:
        raise Refused(
            f"The VM with the id {address.vm_id} is not on the host {quoted(state.host)}.",
            why="It was deleted or moved to another host since it was shown.",
            now="Refresh the host.",
        )
    return vm


def find_vms(fleet: Fleet, addresses: Sequence[VmAddress]) -> dict[VmAddress, VirtualMachine]:
    """Return the VMs by their addresses, each once; raise `Refused` if there is none or one is gone."""
    if not addresses:
        raise Refused("No VM is selected.", now="Select a VM.")
    hosts = {host_id: state.vms for host_id, state in fleet.hosts.items()}
    try:
        return {
            address: hosts[address.host_id][address.vm_id] for address in addresses
        }  # they may be thousands
    except KeyError:
        return {address: find_vm(fleet, address) for address in addresses}


def find_checkpoint(fleet: Fleet, address: CheckpointAddress) -> tuple[VirtualMachine, Checkpoint]:
    """Return a checkpoint with its VM; raise `Refused` if one of them is gone."""
    vm = find_vm(fleet, address.vm)
    checkpoint = vm.by_id.get(address.checkpoint_id)
    if checkpoint is None:
        raise Refused(
            f"The checkpoint with the id {address.checkpoint_id} is not on VM {quoted(vm.name)} any more.",
            why="It was deleted since it was shown.",
            now="Refresh the host.",
        )
    return vm, checkpoint


def name_checkpoint(checkpoint: Checkpoint, vm: VirtualMachine) -> str:
    """Return a checkpoint as it is named in sentences: checkpoint ‘patch2’ on VM ‘web’."""
    return f"checkpoint {quoted(checkpoint.name)} on VM {quoted(vm.name)}"


def checkpoint_cannot(checkpoint: Checkpoint, vm: VirtualMachine, action: CheckpointAction) -> str:
    """Return the first sentence of a refusal."""
    return f"Checkpoint {quoted(checkpoint.name)} on VM {quoted(vm.name)} cannot be {action} now."


def unavailable(vm: VirtualMachine) -> Reason | None:
    """Return the reason if the VM is busy, on its way to another state, or in trouble: then all operations have to wait."""
    return busy(vm) or unsettled(vm)


def busy(vm: VirtualMachine) -> Reason | None:
    """Return the reason if Hyper-V is doing something with the VM.

    "Is being modified by another operation" is what it answers then (fact 102); while disks merge, operations
    that change the disks are refused (fact 87, uncertain), and HVTree does not try.
    """
    if vm.activity is None:
        return None
    percent = f" ({vm.percent} %)" if vm.percent is not None else ""
    why = f"VM {quoted(vm.name)} is {_doing(vm.activity)}{percent}."
    return Reason(why, "Wait until that has ended.")


def unsettled(vm: VirtualMachine) -> Reason | None:
    """Return the reason if the VM is in a state in which it does not stay, or in a critical one."""
    if vm.state.is_settled:
        return None
    why = f"VM {quoted(vm.name)} is in the state {state_words(vm.state)}."
    if vm.state.is_critical:
        why += " It lost its storage, or the volume is full."
        return Reason(why, "Bring the storage back or free space on it; then resume the VM.")
    return Reason(why, "Wait until it is Running, Off, Saved or Paused.")


def takes_no_checkpoints(vm: VirtualMachine) -> Reason | None:
    """Return the reason if no checkpoint can be taken of the VM: switched off, a replica, or the limit of 50 is reached.

    Replicas: fact 97, uncertain. The limit counts what users take, so no
    recovery checkpoints of backups.
    """
    if vm.checkpoint_type is CheckpointType.DISABLED:
        now = "Enable checkpoints in the settings of the VM."
        return Reason(f"Checkpoints are disabled for VM {quoted(vm.name)}.", now)
    if vm.is_replica:
        now = "Take the checkpoint of the primary VM."
        why = f"VM {quoted(vm.name)} is a replica, and its checkpoints are made by the replication."
        return Reason(why, now)
    if vm.taken < CHECKPOINT_LIMIT:
        return None
    number = count_words(vm.taken, "checkpoint")
    why = f"VM {quoted(vm.name)} has {number}, and Hyper-V takes no more than {CHECKPOINT_LIMIT}."
    return Reason(why, "Delete a checkpoint first.")


def kind_forbids(checkpoint: Checkpoint, action: CheckpointAction) -> Reason | None:
    """Return the reason if the kind of a checkpoint does not allow a action (facts 49, 96 and 98).

    Standard: everything. Recovery: no Apply and no Delete, as in Hyper-V Manager [Microsoft, recovery checkpoints left
    by backup]. Missing has no definition to act on; Planned belongs to an import that is under way; replica points
    belong to Hyper-V Replica.
    """
    if checkpoint.kind is CheckpointKind.STANDARD:
        return None
    its_name = f"Checkpoint {quoted(checkpoint.name)}"
    match checkpoint.kind:
        case CheckpointKind.RECOVERY:
            return _of_backup(its_name, action)
        case CheckpointKind.MISSING:
            why = f"{its_name} is missing: Hyper-V refers to it, but its definition was not found."
            return Reason(why, "Bring its files back, or ask for help before changing anything.")
        case CheckpointKind.PLANNED:
            why = f"{its_name} belongs to an import or a planned failover that is under way."
            return Reason(why, "Finish or cancel that first.")
        case _:
            why = f"{its_name} is a recovery point of Hyper-V Replica ({kind_words(checkpoint)})."
            return Reason(why, "Use failover or the replication's own settings.")


def lock_forbids(checkpoint: Checkpoint) -> Reason | None:
    """Return the reason if a checkpoint is locked against deletion."""
    passport = checkpoint.passport if checkpoint.notes else None
    if passport is None or not passport.is_locked:
        return None
    by = f" by {isolated(passport.author)}" if passport.author else ""
    why = f"Checkpoint {quoted(checkpoint.name)} is locked{by}"
    why += f": {isolated(passport.reason)}." if passport.reason else "."
    return Reason(why, "Unlock it first, if it is not needed any more.")


def name_forbids(name: str) -> Reason | None:
    """Return the reason if a name for a checkpoint cannot be used."""
    try:
        check_name(name)
    except BadInput as problem:
        return Reason(problem.what + (f" {problem.why}" if problem.why else ""), problem.now)
    return None


def _of_backup(its_name: str, action: CheckpointAction) -> Reason | None:
    if action not in (CheckpointAction.APPLY, CheckpointAction.DELETE):
        return None
    why = f"{its_name} was made by backup software (Recovery), which deletes it by itself."
    if action is CheckpointAction.APPLY:
        return Reason(why, "Restore the VM with the backup software.")
    now = "Let the backup finish. If it was left behind, end the backup's job or restart its service first."
    return Reason(why, now)


def _doing(activity: Activity) -> str:
    return {
        Activity.BUSY: "busy with a request",
        Activity.CREATING: "taking a checkpoint",
        Activity.APPLYING: "applying a checkpoint",
        Activity.DELETING: "deleting a checkpoint",
        Activity.MERGING: "merging disks",
        Activity.EXPORTING: "being exported",
        Activity.MIGRATING: "being moved",
        Activity.BACKING_UP: "being backed up",
        Activity.MODIFYING: "being changed",
    }[activity]
