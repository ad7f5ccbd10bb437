"""Background merges: which files go or merge, when, and how long it takes (facts 39 to 47 and 86 to 91).

The rule: a file that no drive uses is deleted at once if it has no children. With exactly one child it takes in that child's
blocks and keeps its own name, and whatever pointed at the child points at it. With several children it stays and waits.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct, field

from hvtree.emulator.host import errors
from hvtree.emulator.host.clock import Timer
from hvtree.emulator.host.core import Core
from hvtree.emulator.host.disks import DiskFile, Drive, NoSpaceError
from hvtree.emulator.host.enums import JobState, JobType, VMState
from hvtree.emulator.host.jobs import TICK_S, HostJob
from hvtree.emulator.host.machine import Machine


class _Run(Struct):
    """The merges of one VM, one after the other, as one job. Weights are bytes to copy."""

    job: HostJob
    done: float = 0.0
    parent: DiskFile | None = None
    child: DiskFile | None = None
    growth: int = 0
    weight: float = 0.0
    seconds: float = 1.0
    began: datetime | None = None
    timers: list[Timer] = field(default_factory=list)

    def percent(self, now: datetime, still_waiting: float) -> int:
        """Return the progress of the whole run."""
        passed = (now - self.began).total_seconds() / self.seconds if self.began else 0.0
        total = self.done + self.weight + still_waiting
        return int(99 * (self.done + self.weight * min(1.0, passed)) / total) if total else 99


class Merger:
    """Merges what can be merged, some seconds after the last deletion. The VM can be used meanwhile."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._runs: dict[str, _Run] = {}
        self._delays: dict[str, Timer] = {}
        for machine in core.machines.values():
            if machine.released:
                self.settle(machine)

    def release(self, machine: Machine, drives: Iterable[Drive]) -> None:
        """Note that the checkpoint that owned these drives is gone."""
        for drive in drives:
            drive.file.holder = None
            drive.file.is_released = True
            machine.released.append(drive.file)

    def settle(self, machine: Machine) -> None:
        """Delete what nothing depends on, and have the rest merged soon (facts 39, 41 to 43)."""
        self._delete_leaves(machine)
        if machine.id in self._runs or not self._waiting(machine):
            return
        delay = self._delays.pop(machine.id, None)
        if delay is not None:
            delay.cancel()
        seconds = 0.0 if machine.merged_percent else self._core.timings.merge_delay_s
        self._delays[machine.id] = self._core.clock.call_later(seconds, lambda: self._begin_late(machine))

    def remove_late(self, machine: Machine, file: DiskFile) -> None:
        """Delete an unused file as late as merges begin (fact 35, switched)."""

        def remove() -> None:
            with self._core.guard:
                self._core.store.remove(file)
                self._core.touch(machine)
                self.settle(machine)

        self._core.clock.call_later(self._core.timings.merge_delay_s, remove)

    def stop_for_start(self, machine: Machine) -> None:
        """On a host that merges only when a VM is off: lose the progress when the VM starts (fact 47)."""
        if self._core.quirks.merges_only_when_off:
            self.abort(machine)

    def abort(self, machine: Machine) -> None:
        """Give up the running merge; it begins again from zero when `settle` is called."""
        run = self._runs.get(machine.id)
        if run is not None:
            self._take_back(run)
            self._end(machine, run, JobState.Terminated)

    # -- choosing --------------------------------------------------------------------------------------------

    def _delete_leaves(self, machine: Machine) -> None:
        run = self._runs.get(machine.id)
        leaves = [file for file in machine.released if not file.children]
        while leaves:
            leaf = leaves.pop()
            if run is not None and leaf in (run.parent, run.child):
                self._take_back(run)
                self._core.clock.call_later(0.0, lambda: self._go_on(machine))
            parent = leaf.parent
            machine.released.remove(leaf)
            self._core.store.remove(leaf)
            self._core.touch(machine)
            if parent is not None and parent.is_released and not parent.children:
                leaves.append(parent)

    def _waiting(self, machine: Machine) -> list[DiskFile]:
        """Return the files that have exactly one dependent, so that a merge is due."""
        return [file for file in machine.released if len(file.children) == 1]

    def _next(self, machine: Machine) -> DiskFile | None:
        """Return the one nearest to the root, so that nothing is copied twice."""
        waiting = self._waiting(machine)
        known = {id(file) for file in waiting}
        return next((file for file in waiting if id(file.parent) not in known), None)

    # -- running ---------------------------------------------------------------------------------------------

    def _begin_late(self, machine: Machine) -> None:
        with self._core.guard:
            self._delays.pop(machine.id, None)
            may_not = self._core.quirks.merges_only_when_off and machine.state is not VMState.Off
            is_gone = self._core.machines.get(machine.id) is not machine
            if may_not or is_gone or machine.id in self._runs or not self._waiting(machine):
                return
            job = self._core.jobs.open(JobType.MergeDisks, machine.id, machine.name)
            machine.merge = job
            run = self._runs[machine.id] = _Run(job)
            self._core.touch(machine)
            self._step(machine, run)
            if machine.id in self._runs:
                run.timers.append(self._core.clock.call_later(TICK_S, lambda: self._tick(machine, run)))

    def _step(self, machine: Machine, run: _Run) -> None:
        """Begin with the next file, or end the run."""
        parent = self._next(machine)
        if parent is None:
            self._end(machine, run, JobState.Completed)
            return
        child = parent.children[0]
        times = self._core.timings
        growth = max(0, min(int(child.size * (1 - times.merge_overlap)), parent.virtual - parent.size))
        try:
            self._core.store.resize(parent, parent.size + growth)
        except NoSpaceError:
            self._fail(machine, run)
            return
        run.parent, run.child, run.growth, run.began = parent, child, growth, self._core.now()
        run.weight = child.size * (1 - machine.merged_percent / 100)
        run.done += child.size - run.weight
        run.job.report(machine.merged_percent)
        machine.merged_percent = 0
        is_refs = self._core.store.volume_of(parent.path).is_refs
        run.seconds = times.merge_step_s + (0 if is_refs else run.weight / times.merge_rate)
        run.timers = [timer for timer in run.timers if not timer.is_cancelled]
        run.timers.append(
            self._core.clock.call_later(run.seconds, lambda: self._step_done(machine, run, parent))
        )

    def _tick(self, machine: Machine, run: _Run) -> None:
        with self._core.guard:
            if self._runs.get(machine.id) is not run:
                return
            still_waiting = sum(f.children[0].size for f in self._waiting(machine) if f is not run.parent)
            if run.job.report(run.percent(self._core.now(), still_waiting)):
                self._core.touch(machine)
            run.timers.append(self._core.clock.call_later(TICK_S, lambda: self._tick(machine, run)))

    def _step_done(self, machine: Machine, run: _Run, expected: DiskFile) -> None:
        with self._core.guard:
            if self._runs.get(machine.id) is not run or run.parent is not expected or run.child is None:
                return
            self._swallow(machine, expected, run.child)
            run.done += run.weight
            run.parent = run.child = run.began = None
            run.weight = 0.0
            self._core.touch(machine)
            self._delete_leaves(machine)
            self._step(machine, run)

    def _go_on(self, machine: Machine) -> None:
        with self._core.guard:
            run = self._runs.get(machine.id)
            if run is not None and run.parent is None:
                self._step(machine, run)

    def _swallow(self, machine: Machine, parent: DiskFile, child: DiskFile) -> None:
        """Merge a child's file into its parent's; what pointed at the child points at the parent (facts 42 and 45)."""
        for grandchild in child.children:
            grandchild.parent = parent
        parent.children.extend(child.children)
        child.children = []
        self._core.store.remove(child)
        if child.is_released:
            machine.released.remove(child)
        else:
            machine.released.remove(parent)
            parent.is_released = False
            parent.holder = child.holder
            if child.holder is not None:
                child.holder.file = parent

    def _take_back(self, run: _Run) -> None:
        if run.parent is not None:
            self._core.store.resize(run.parent, run.parent.size - run.growth)
        run.parent = run.child = run.began = None
        run.weight, run.growth = 0.0, 0

    def _fail(self, machine: Machine, run: _Run) -> None:
        reason = errors.with_code(errors.DISK_FULL)
        error = errors.failed(machine.name, machine.id, "merge its disks", reason, errors.DISK_FULL)
        self._end(machine, run, JobState.Exception, error)
        retry_s = self._core.timings.merge_retry_s
        self._core.clock.call_later(retry_s, lambda: self._begin_late(machine), background=True)

    def _end(
        self, machine: Machine, run: _Run, state: JobState, error: errors.CmdletError | None = None
    ) -> None:
        for timer in run.timers:
            timer.cancel()
        self._runs.pop(machine.id, None)
        machine.merge = None
        run.job.close(state, self._core.now(), error)
        self._core.touch(machine)
