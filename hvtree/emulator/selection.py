"""Which VMs and checkpoints the parameters of a cmdlet mean: names with wildcards, ids, or objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fnmatch import translate
from functools import lru_cache
from re import IGNORECASE, Pattern
from re import compile as compiled

from hvtree.emulator import errors
from hvtree.emulator.core import Core
from hvtree.emulator.errors import CmdletError
from hvtree.emulator.machine import Checkpoint, Machine
from hvtree.emulator.objects import VirtualMachine, VMSnapshot

Names = str | Iterable[str]
Vms = VirtualMachine | str | Iterable["VirtualMachine | str"]
"""VM objects, or ids of VMs in their place."""
Snapshots = VMSnapshot | str | Iterable["VMSnapshot | str"]
"""Checkpoint objects, or ids of checkpoints in their place."""

_WILDCARDS = frozenset("*?[")


def listed(names: Names) -> list[str]:
    """Give one name or many as a list."""
    return [names] if isinstance(names, str) else list(names)


def ids(things: Vms | Snapshots) -> list[str]:
    """Give the ids of one object or many, in lower case."""
    many = [things] if isinstance(things, (str, VirtualMachine, VMSnapshot)) else things
    return [(thing if isinstance(thing, str) else thing.id).lower() for thing in many]


def has_wildcard(name: str) -> bool:
    """Say whether a name is a pattern."""
    return not _WILDCARDS.isdisjoint(name)


@lru_cache(maxsize=256)
def _pattern(name: str) -> Pattern[str]:
    return compiled(translate(name), IGNORECASE)


def matches(name: str, pattern: str) -> bool:
    """Say whether a name is what a parameter asks for, without regard to letter case."""
    if has_wildcard(pattern):
        return _pattern(pattern).match(name) is not None
    return name.casefold() == pattern.casefold()


Found = tuple[str, Machine | None, CmdletError | None]
"""A key for the answer, and a VM or the error that stands for it."""


def find_vms(core: Core, *, name: Names | None = None, vm: Vms | None = None) -> Iterator[Found]:
    """Give the VMs that -Name or -VM mean, and an error for each that is not there (lines 1 to 3)."""
    for vm_id in ids(vm) if vm is not None else ():
        machine = core.machines.get(vm_id)
        yield vm_id, machine, None if machine else errors.vm_id_not_found(vm_id)
    for wanted in listed(name) if name is not None else ():
        found = [machine for machine in core.machines.values() if matches(machine.name, wanted)]
        yield from ((machine.id, machine, None) for machine in found)
        if not found and (not has_wildcard(wanted) or core.quirks.missing_wildcard_fails):
            yield wanted, None, errors.vm_not_found(wanted)


def find_snapshots(
    core: Core,
    *,
    vm_snapshot: Snapshots | None = None,
    vm_name: Names | None = None,
    vm: Vms | None = None,
    name: Names | None = None,
    on_missing: Callable[[str], CmdletError] | None = errors.checkpoint_not_found,
) -> Iterator[tuple[str, Machine | None, Checkpoint | None, CmdletError | None]]:
    """Give the checkpoints that the parameters mean. A name without a match is silent if `on_missing` is None."""
    for checkpoint_id in ids(vm_snapshot) if vm_snapshot is not None else ():
        try:
            machine, entry = core.checkpoint(checkpoint_id)
        except CmdletError as error:
            yield checkpoint_id, None, None, error
        else:
            yield entry.id, machine, entry, None
    for key, owner, missing in find_vms(core, name=vm_name, vm=vm):
        if owner is None:
            yield key, None, None, missing
            continue
        for wanted in listed(name) if name is not None else ("*",):
            found = [entry for entry in owner.checkpoints.values() if matches(entry.name, wanted)]
            yield from ((entry.id, owner, entry, None) for entry in found)
            if not found and on_missing is not None and not has_wildcard(wanted):
                yield wanted, owner, None, on_missing(wanted)
