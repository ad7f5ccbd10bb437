"""Start-VM, Stop-VM, Save-VM, Suspend-VM, Resume-VM, Remove-VMSavedState (facts 50 to 56 and 100 to 111)."""

from __future__ import annotations

from collections.abc import Callable

from hvtree.emulator.cmdlets.checkpoints import Checkpoints
from hvtree.emulator.cmdlets.selection import Names, Vms, find_vms
from hvtree.emulator.host import errors
from hvtree.emulator.host.core import Core
from hvtree.emulator.host.disks import NoSpaceError
from hvtree.emulator.host.enums import JobType, VMState
from hvtree.emulator.host.invocation import Invocation, Target, TargetResult
from hvtree.emulator.host.jobs import HostJob
from hvtree.emulator.host.machine import Machine
from hvtree.emulator.host.merging import Merger
from hvtree.emulator.host.space import Space
from hvtree.emulator.host.views import saved_state_path, vm_view

Step = Callable[[Machine, list[str]], HostJob | None]

_CAN_TURN_OFF = frozenset(
    {
        VMState.Running,
        VMState.Paused,
        VMState.Stopping,
        VMState.Starting,
        VMState.Saving,
        VMState.Pausing,
        VMState.Resuming,
        VMState.RunningCritical,
        VMState.PausedCritical,
    }
)


class PowerCmdlets:
    """The cmdlets that change the state of VMs."""

    def __init__(self, core: Core, checkpoints: Checkpoints, merger: Merger, space: Space) -> None:
        self._core = core
        self._checkpoints = checkpoints
        self._merger = merger
        self._space = space

    def run(self, cmdlet: str, step: Step, *, name: Names | None, vm: Vms | None) -> Invocation:
        """Run one of the steps below as a cmdlet on some VMs."""
        warnings: list[str] = []

        def target(key: str, machine: Machine | None, missing: errors.CmdletError | None) -> Target:
            def begin(_: TargetResult) -> HostJob | object:
                if missing is not None:
                    raise missing
                assert machine is not None
                return step(machine, warnings)

            def view() -> object:
                return vm_view(self._core, machine) if machine is not None else None

            return Target(key, machine.id if machine else "", begin, view)

        targets = [target(*found) for found in find_vms(self._core, name=name, vm=vm)]
        invocation = self._core.invoke(cmdlet, targets)
        invocation.warnings = warnings
        return invocation

    def stop(
        self, *, name: Names | None, vm: Vms | None, turn_off: bool, save: bool, force: bool
    ) -> Invocation:
        """Stop-VM: pull the plug, save, or ask the guest."""
        if turn_off and save:
            raise errors.bad_argument(
                "Parameter set cannot be resolved using the specified named parameters."
            )

        def shut_down(machine: Machine, warnings: list[str]) -> HostJob | None:
            return self.shut_down(machine, warnings, force=force)

        step = self.turn_off if turn_off else self.save if save else shut_down
        return self.run("Stop-VM", step, name=name, vm=vm)

    # -- the steps: each begins with checks and gives a job, or None if there is nothing to do ---------------

    def start(self, machine: Machine, warnings: list[str]) -> HostJob | None:
        """Off or Saved to Running; a Saved VM goes on where it was (fact 56)."""
        self._core.require_idle(machine)
        if machine.state is VMState.Running:
            warnings.append(errors.ALREADY_THERE)
            return None
        if machine.state is VMState.Paused and self._core.quirks.start_on_paused == "resumes":
            return self.resume(machine, warnings)
        if machine.state not in {VMState.Off, VMState.Saved}:
            raise errors.wrong_state(machine.name, "start")
        self._require_memory(machine)
        self._merger.stop_for_start(machine)
        times = self._core.timings
        if machine.state is VMState.Saved:
            return self._to(machine, JobType.Start, VMState.Starting, times.resume_saved_s, self._started)
        self._checkpoints.take_automatic(machine)
        return self._to(machine, JobType.Start, VMState.Starting, times.start_s, self._started)

    def turn_off(self, machine: Machine, warnings: list[str]) -> HostJob | None:
        """Like pulling the plug."""
        self._core.require_idle(machine)
        if machine.state is VMState.Off:
            warnings.append(errors.ALREADY_THERE)
            return None
        if machine.state not in _CAN_TURN_OFF:
            raise errors.wrong_state(machine.name, "be turned off")
        seconds = self._core.timings.turn_off_s
        return self._to(machine, JobType.Other, VMState.Stopping, seconds, self._stopped)

    def shut_down(self, machine: Machine, warnings: list[str], *, force: bool = False) -> HostJob | None:
        """Ask the guest to shut down; a guest that does not respond needs -Force, or somebody who confirms (fact 52)."""
        self._core.require_idle(machine)
        if machine.state is VMState.Off:
            warnings.append(errors.ALREADY_THERE)
            return None
        if machine.state is not VMState.Running:
            raise errors.wrong_state(machine.name, "shut down")
        reachable = machine.guest.has_contact and (force or not machine.guest.is_locked)
        if not reachable and not force:
            raise errors.cannot_prompt(machine.name)
        times = self._core.timings
        seconds = times.shut_down_s if reachable else times.forced_shut_down_s
        return self._to(machine, JobType.Other, VMState.Stopping, seconds, self._shut_down)

    def save(self, machine: Machine, warnings: list[str]) -> HostJob | None:
        """Running or Paused to Saved: memory goes into a file of about its size (fact 53)."""
        self._core.require_idle(machine)
        if machine.state is VMState.Saved:
            self._already_there(machine, warnings, "save")
            return None
        if self._passes_over_off(machine, warnings):
            return None
        if machine.state not in {VMState.Running, VMState.Paused}:
            raise errors.wrong_state(machine.name, "save")
        times = self._core.timings
        seconds = times.save_s + machine.settings.memory_startup / times.save_rate
        return self._core.go_through(
            machine,
            JobType.Save,
            via=VMState.Saving,
            seconds=seconds,
            finish=lambda: self._saved(machine),
            cancellable=True,
        )

    def suspend(self, machine: Machine, warnings: list[str]) -> HostJob | None:
        """Running to Paused; memory stays where it is (fact 55)."""
        self._core.require_idle(machine)
        if machine.state is VMState.Paused:
            self._already_there(machine, warnings, "pause")
            return None
        if self._passes_over_off(machine, warnings):
            return None
        if machine.state is not VMState.Running:
            raise errors.wrong_state(machine.name, "pause")
        seconds = self._core.timings.pause_s

        def paused(machine: Machine) -> None:
            machine.state = VMState.Paused

        return self._to(machine, JobType.Other, VMState.Pausing, seconds, paused)

    def resume(self, machine: Machine, warnings: list[str]) -> HostJob | None:
        """Paused or PausedCritical to Running; the latter needs space first (fact 69)."""
        self._core.require_idle(machine)
        if machine.state is VMState.Running:
            if self._core.quirks.resume_when_not_paused == "warning":
                warnings.append(errors.ALREADY_THERE)
                return None
            raise errors.wrong_state(machine.name, "resume")
        if machine.state not in {VMState.Paused, VMState.PausedCritical}:
            raise errors.wrong_state(machine.name, "resume")
        if machine.state is VMState.PausedCritical and self._space.is_starved(machine):
            reason = errors.with_code(errors.DISK_FULL)
            raise errors.failed(machine.name, machine.id, "resume", reason, errors.DISK_FULL)

        def resumed(machine: Machine) -> None:
            machine.state = VMState.Running
            self._space.watch()

        return self._to(machine, JobType.Other, VMState.Resuming, self._core.timings.pause_s, resumed)

    def forget_state(self, machine: Machine, _: list[str]) -> HostJob | None:
        """Saved to Off, without the saved state."""
        self._core.require_idle(machine)
        if machine.state is not VMState.Saved:
            raise errors.wrong_state(machine.name, "remove the saved state")
        self._core.drop_saved_state(machine)
        machine.state = VMState.Off
        self._core.touch(machine)
        return None

    def restart(self, machine: Machine, _: list[str]) -> HostJob:
        """Running or Paused to Running, like pulling the plug and starting again [Restart-VM's help]."""
        self._core.require_idle(machine)
        if machine.state not in {VMState.Running, VMState.Paused}:
            raise errors.wrong_state(machine.name, "restart")
        seconds = self._core.timings.turn_off_s + self._core.timings.start_s
        return self._to(machine, JobType.Other, VMState.Reset, seconds, self._started)

    # -- ends --------------------------------------------------------------------------------------------------

    def _to(
        self,
        machine: Machine,
        kind: JobType,
        via: VMState,
        seconds: float,
        end: Callable[[Machine], None],
    ) -> HostJob:
        return self._core.go_through(machine, kind, via=via, seconds=seconds, finish=lambda: end(machine))

    def _started(self, machine: Machine) -> None:
        self._core.drop_saved_state(machine)
        machine.state = VMState.Running
        machine.running_since = self._core.now()
        self._space.watch()

    def _stopped(self, machine: Machine) -> None:
        machine.state = VMState.Off
        machine.running_since = None
        self._core.drop_saved_state(machine)
        self._merger.settle(machine)

    def _shut_down(self, machine: Machine) -> None:
        self._stopped(machine)
        self._checkpoints.remove_automatic(machine)

    def _saved(self, machine: Machine) -> None:
        size = machine.settings.memory_startup
        try:
            self._core.store.charge(saved_state_path(machine), size)
        except NoSpaceError as error:
            reason = errors.with_code(errors.DISK_FULL)
            raise errors.failed(machine.name, machine.id, "save", reason, errors.DISK_FULL) from error
        machine.saved_bytes = size
        machine.state = VMState.Saved
        machine.running_since = None
        self._merger.settle(machine)

    def _already_there(self, machine: Machine, warnings: list[str], action: str) -> None:
        if self._core.quirks.already_saved_or_paused != "warning":
            raise errors.wrong_state(machine.name, action)
        warnings.append(errors.ALREADY_THERE)

    def _passes_over_off(self, machine: Machine, warnings: list[str]) -> bool:
        """Return whether a VM that is Off is left as it is with a warning (fact 54, switched)."""
        if machine.state is not VMState.Off or self._core.quirks.saving_off != "warning":
            return False
        warnings.append(errors.ALREADY_THERE)
        return True

    def _require_memory(self, machine: Machine) -> None:
        needed = machine.settings.memory_startup
        taken = sum(other.memory_assigned for other in self._core.machines.values())
        if taken + needed <= self._core.facts.memory:
            return
        reason = (
            "Not enough memory in the system to start the virtual machine "
            f"'{machine.name}' with ram size {needed // (1 << 20)} megabytes."
        )
        raise errors.failed(machine.name, machine.id, "start", reason, errors.OUT_OF_MEMORY)
