"""How VMs, checkpoints and times are put into the sentences of plans."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.model import VirtualMachine
from hvtree.domain.names import quoted
from hvtree.domain.words import age_words

NAMES_SHOWN = 3
"""How many things a sentence names before it only counts the others."""


def listed(names: Sequence[str]) -> str:
    """Return "‘a’", "‘a’ and ‘b’", or "‘a’, ‘b’, ‘c’ and 4 more"."""
    parts = [quoted(name) for name in names[:NAMES_SHOWN]]
    more = len(names) - NAMES_SHOWN
    if more > 0:
        parts.append(f"{more:,} more")
    return ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else "".join(parts)


def name_vms(vms: Sequence[VirtualMachine]) -> str:
    """Return "VM ‘web’", "VMs ‘web’ and ‘db’", or "VMs ‘a’, ‘b’, ‘c’ and 4 more"."""
    return f"VM{'s' if len(vms) > 1 else ''} {listed([vm.name for vm in vms])}"


def name_checkpoints(checkpoints: Sequence[Checkpoint]) -> str:
    """Return "checkpoint ‘a’" or "checkpoints ‘a’, ‘b’, ‘c’ and 4 more"."""
    names = [each.name for each in checkpoints]
    return f"checkpoint{'s' if len(names) > 1 else ''} {listed(names)}"


def place(checkpoint_id: str | None, vm: VirtualMachine) -> str:
    """Return where something hangs in the tree: "below checkpoint ‘a’", or "at the top of the tree"."""
    checkpoint = vm.by_id.get(checkpoint_id) if checkpoint_id is not None else None
    return f"below checkpoint {quoted(checkpoint.name)}" if checkpoint else "at the top of the tree"


def aged(checkpoint: Checkpoint, now_utc: datetime) -> str:
    """Return "checkpoint ‘a’ (3 days ago)"."""
    return f"checkpoint {quoted(checkpoint.name)} ({age_words(checkpoint.created_utc, now_utc)})"
