"""Running VMs and the space that they need: growth, the pause on a full volume, and resuming."""

from __future__ import annotations

from hvtree.emulator.host.core import Core
from hvtree.emulator.host.disks import NoSpaceError, Volume
from hvtree.emulator.host.enums import VMState
from hvtree.emulator.host.machine import Machine

GROWTH_S = 5.0
"""Seconds of host time between two growths of the disks of running VMs."""


class Space:
    """Pauses VMs whose volume is full (facts 69 and 92), and lets running ones write."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._is_checking = False
        core.store.on_use = self._on_use
        if any(machine.writes_per_s for machine in core.machines.values()):
            core.clock.call_later(GROWTH_S, self._grow, background=True)
        self.watch()

    def is_starved(self, machine: Machine) -> bool:
        """Return whether one of the volumes that its guest writes to is full."""
        volume_of = self._core.store.volume_of
        return any(volume_of(drive.file.path).is_full for drive in machine.drives)

    def watch(self) -> None:
        """Check soon whether a VM must be paused or may go on."""
        if not self._is_checking and self._has_work():
            self._is_checking = True
            self._core.clock.call_later(self._core.timings.critical_check_s, self._check)

    def fill(self, volume_name: str, *, free: int = 0) -> None:
        """Let other files take all of a volume but `free` bytes, or give that space back."""
        for volume in self._core.store.volumes:
            if volume.name.casefold() == volume_name.casefold():
                volume.used = volume.total - free
                self._core.changes.touch()
                self.watch()
                return
        raise LookupError(f"The host has no volume {volume_name}.")

    def _on_use(self, _: Volume) -> None:
        self.watch()

    def _has_work(self) -> bool:
        if any(volume.is_full for volume in self._core.store.volumes):
            return True
        return any(machine.state is VMState.PausedCritical for machine in self._core.machines.values())

    def _check(self) -> None:
        with self._core.guard:
            self._is_checking = False
            for machine in self._core.machines.values():
                if machine.state is VMState.Running and self.is_starved(machine):
                    machine.state = VMState.PausedCritical
                    self._core.touch(machine)
                elif self._may_go_on(machine):
                    machine.state = VMState.Running
                    self._core.touch(machine)

    def _may_go_on(self, machine: Machine) -> bool:
        by_itself = self._core.quirks.critical_resumes_by_itself
        is_waiting = machine.state is VMState.PausedCritical and not machine.is_busy
        return by_itself and is_waiting and not self.is_starved(machine)

    def _grow(self) -> None:
        with self._core.guard:
            for machine in self._core.machines.values():
                if machine.writes_per_s and machine.state is VMState.Running and machine.drives:
                    self._write(machine)
        self._core.clock.call_later(GROWTH_S, self._grow, background=True)

    def _write(self, machine: Machine) -> None:
        file = machine.drives[0].file
        size = min(file.virtual, file.size + int(machine.writes_per_s * GROWTH_S))
        if size == file.size:
            return
        try:
            self._core.store.resize(file, size)
        except NoSpaceError as error:
            self._core.store.resize(file, file.size + error.volume.free)
        self._core.touch(machine)
