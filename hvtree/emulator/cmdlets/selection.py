"""Which VMs and checkpoints the parameters of a cmdlet mean: names with wildcards, ids, or objects."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from hvtree.emulator.host import errors
from hvtree.emulator.host.core import Core
from hvtree.emulator.host.errors import CmdletError
from hvtree.emulator.host.machine import Checkpoint, Machine
from hvtree.emulator.host.objects import VirtualMachine, VMSnapshot

Names = str | Iterable[str]
Vms = VirtualMachine | str | Iterable["VirtualMachine | str"]
"""VM objects, or ids of VMs in their place."""
Snapshots = VMSnapshot | str | Iterable["VMSnapshot | str"]
"""Checkpoint objects, or ids of checkpoints in their place."""

_WILDCARDS = frozenset("*?[]")
_SPECIAL = _WILDCARDS | {"-"}
_ANY = {"*": ".*", "?": "."}


def listed(names: Names) -> list[str]:
    """Return one name or many as a list."""
    return [names] if isinstance(names, str) else list(names)


def ids(things: Vms | Snapshots) -> list[str]:
    """Return the ids of one object or many, in lower case."""
    many = [things] if isinstance(things, (str, VirtualMachine, VMSnapshot)) else things
    return [(thing if isinstance(thing, str) else thing.id).lower() for thing in many]


def has_wildcard(name: str) -> bool:
    """Return whether a name is a pattern: whether it has a wildcard that no backtick escapes."""
    return any(is_special and character in _WILDCARDS for character, is_special in _characters(name))


def matches(name: str, pattern: str) -> bool:
    """Return whether a name matches a parameter with PowerShell's wildcards, ignoring case.

    Raise `CmdletError` for a pattern that opens a set of characters and never closes it.
    """
    if has_wildcard(pattern):
        return _pattern(pattern).fullmatch(name) is not None
    literal = "".join(character for character, _ in _characters(pattern))
    return name.casefold() == literal.casefold()


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    parts: list[str] = []
    members: list[str] | None = None
    for character, is_special in _characters(text):
        if members is None:
            if is_special and character == "[":
                members = []
            else:
                parts.append(
                    _ANY.get(character, re.escape(character)) if is_special else re.escape(character)
                )
        elif is_special and character == "]" and members:
            parts.append(f"[{''.join(members)}]")
            members = None
        else:
            members.append("-" if is_special and character == "-" and members else re.escape(character))
    try:
        if members is None:
            return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)
    except re.error:
        pass  # a range that ends before it begins
    raise errors.bad_argument(f"The specified wildcard character pattern is not valid: {text}", text)


def _characters(text: str) -> Iterator[tuple[str, bool]]:
    """Return the characters of a pattern, each with whether it is special."""
    is_escaped = False
    for character in text:
        if character == "`" and not is_escaped:
            is_escaped = True
            continue
        yield character, character in _SPECIAL and not is_escaped
        is_escaped = False
    if is_escaped:
        yield "`", False


Found = tuple[str, Machine | None, CmdletError | None]
"""A key for the answer, and a VM or the error that stands for it."""
FoundSnapshot = tuple[str, Machine | None, Checkpoint | None, CmdletError | None]
"""A key for the answer, and a VM with its checkpoint, or the error that stands for them."""


def find_vms(
    core: Core, *, name: Names | None = None, vm: Vms | None = None, planned: bool = False
) -> Iterator[Found]:
    """Return the VMs that -Name or -VM mean, and an error for each that is not there (facts 1 to 3).

    With `planned` an object may also be the VM of a compatibility report.
    """
    for vm_id in ids(vm) if vm is not None else ():
        machine = core.machines.get(vm_id) or (core.planned.get(vm_id) if planned else None)
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
) -> Iterator[FoundSnapshot]:
    """Return the checkpoints that the parameters mean. A name without a match is silent if `on_missing` is None."""
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
