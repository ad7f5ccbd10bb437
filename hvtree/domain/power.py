"""Changes of a VM's power: which cmdlet makes which state out of which, after Microsoft's table of allowed actions.

Source: fact 100 of hvtree/emulator/FACTS.md: Start-VM from Off and Saved, Save-VM and Stop-VM -TurnOff from Running and
Paused, Stop-VM and Suspend-VM from Running, Resume-VM from Paused and PausedCritical. Whether Start-VM also takes a Paused VM is
uncertain, so nothing relies on it: a paused VM is resumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from hvtree.domain.model import VmState


class Power(StrEnum):
    """A change of a VM's state, by the cmdlet that makes it."""

    START = "Start-VM"
    SAVE = "Save-VM"
    PAUSE = "Suspend-VM"
    RESUME = "Resume-VM"
    SHUT_DOWN = "Stop-VM"
    """The guest is asked; it may take its time, or not answer at all (facts 52, 106 and 247)."""
    TURN_OFF = "Stop-VM -TurnOff"


def state_after(power: Power, state: VmState) -> VmState:
    """Return the state that a VM in `state` comes to; the same state where the cmdlet does nothing or fails."""
    return _outcomes(power).get(state, state)


def applies(power: Power, state: VmState) -> bool:
    """Return whether the cmdlet makes another state out of `state`."""
    return state in _outcomes(power)


def _outcomes(power: Power) -> Mapping[VmState, VmState]:
    match power:
        case Power.START:
            return {VmState.OFF: VmState.RUNNING, VmState.SAVED: VmState.RUNNING}
        case Power.SAVE:
            return {VmState.RUNNING: VmState.SAVED, VmState.PAUSED: VmState.SAVED}
        case Power.PAUSE:
            return {VmState.RUNNING: VmState.PAUSED}
        case Power.RESUME:
            return {VmState.PAUSED: VmState.RUNNING, VmState.PAUSED_CRITICAL: VmState.RUNNING}
        case Power.SHUT_DOWN:
            return {VmState.RUNNING: VmState.OFF}
        case Power.TURN_OFF:
            return {VmState.RUNNING: VmState.OFF, VmState.PAUSED: VmState.OFF}
