"""What an operation is, and the plan that it answers: values, made without touching anything."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from hvtree.domain.edits import Edit
from hvtree.domain.model import HostState


class Risk(IntEnum):
    """What a plan may cost at worst, in rising order."""

    NONE = 0
    """Nothing is lost and nothing is interrupted."""
    INTERRUPTS = 1
    """Nothing is lost; a VM that runs stops, for a while or until it is started."""
    FORGETS = 2
    """Checkpoints go; what the VMs hold now stays."""
    LOSES = 3
    """The present state of a VM, or part of it, is gone for good."""


@dataclass(frozen=True, slots=True)
class Step:
    """One request to the host, with a title in the user's words: "Pause 3 VMs"."""

    title: str
    edit: Edit
    can_cancel: bool = False
    """Hyper-V can stop it half-way without harm; otherwise cancelling waits for its end."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Ordered steps, what they will lead to, and what they cost.

    `bring_back` are steps that run whatever happened before them, also after a failure or a cancel, each for those of
    its VMs that are not yet in the state that `expected` says. They are part of the normal course as well.

    `after_failure` are steps that run only when one of `steps` failed or the job was cancelled among them, before
    `bring_back`, each for those of its VMs that are not in the state that `before` says: a VM that was saved for a
    checkpoint that could not be taken is started again. `SetPower.still_needed` does the choosing for both.
    """

    operation: Operation
    title: str
    """A sentence with verb, thing, VM: "Delete checkpoint ‘patch2’ on VM ‘web’"."""
    verb: str
    """What the button says: "Delete 3 checkpoints"."""
    steps: tuple[Step, ...]
    before: HostState
    expected: HostState
    risk: Risk
    vm_ids: tuple[str, ...]
    """The VMs that are touched; verification looks at these."""
    consequences: tuple[str, ...] = ()
    """Sentences: what will be lost, whether it can come back, which files merge, bytes, the state afterwards."""
    powershell: str = ""
    """The same in PowerShell, safely quoted, to read and to copy; never sent anywhere."""
    bring_back: tuple[Step, ...] = ()
    after_failure: tuple[Step, ...] = ()


class Operation(Protocol):
    """Something that a user may intend: a frozen value. One file each."""

    def plan(self, state: HostState) -> Plan:
        """Plan it on a state; raise `Refused` with the reason if it cannot be done there."""
        ...
