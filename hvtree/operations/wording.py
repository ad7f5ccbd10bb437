"""How VMs, checkpoints and hosts are put into the sentences of plans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.model import VirtualMachine
from hvtree.domain.names import quoted
from hvtree.operations.base import Subject

NAMES_SHOWN = 3
"""How many things a sentence names before it only counts the others."""

Named = VirtualMachine | Checkpoint | Subject


def subject(thing: VirtualMachine | Checkpoint) -> Subject:
    """Return a VM or a checkpoint as a consequence refers to it."""
    return Subject(thing.id, thing.name)


def subjects(things: Iterable[VirtualMachine | Checkpoint]) -> tuple[Subject, ...]:
    """Return VMs or checkpoints as a consequence refers to them."""
    return tuple(Subject(each.id, each.name) for each in things)


def listed(names: Sequence[str]) -> str:
    """Return "‘a’", "‘a’ and ‘b’", or "‘a’, ‘b’, ‘c’ and 4 more"."""
    parts = [quoted(name) for name in names[:NAMES_SHOWN]]
    more = len(names) - NAMES_SHOWN
    if more > 0:
        parts.append(f"{more:,} more")
    return ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else "".join(parts)


def name_vms(vms: Sequence[Named]) -> str:
    """Return "VM ‘web’", "VMs ‘web’ and ‘db’", or "VMs ‘a’, ‘b’, ‘c’ and 4 more"."""
    return f"VM{'s' if len(vms) > 1 else ''} {listed([vm.name for vm in vms])}"


def name_checkpoints(checkpoints: Sequence[Named]) -> str:
    """Return "checkpoint ‘a’" or "checkpoints ‘a’, ‘b’, ‘c’ and 4 more"."""
    names = [each.name for each in checkpoints]
    return f"checkpoint{'s' if len(names) > 1 else ''} {listed(names)}"


def place(parent: Subject | None) -> str:
    """Return where something hangs in the tree: "below checkpoint ‘a’", or "at the top of the tree"."""
    return f"below checkpoint {quoted(parent.name)}" if parent is not None else "at the top of the tree"


def on_hosts(hosts: Sequence[str]) -> str:
    """Return " on hosts ‘a’ and ‘b’" for several hosts, by their names; nothing for one, which goes without saying."""
    return f" on hosts {listed(hosts)}" if len(hosts) > 1 else ""
