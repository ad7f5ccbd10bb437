"""What holds on an emulated host whatever is done to it, in any order."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from hvtree.emulator.host.enums import VMState
from hvtree.emulator.host.objects import VirtualMachine, VmReading, VMSnapshot
from tests.support.virtual_host import GIB, VirtualHost, virtual_host

CONFIG = 73_728
PICK = st.integers(min_value=0, max_value=30)


def machines(reading: VmReading) -> tuple[VMSnapshot | VirtualMachine, ...]:
    """Return the checkpoints of a VM and the VM itself."""
    return (*reading.snapshots, reading.vm)


class AnyHost(RuleBasedStateMachine):
    """Random checkpoints, applies, deletions and power changes, with merges in between."""

    def __init__(self) -> None:
        super().__init__()
        self.lab: VirtualHost = virtual_host(
            "a(b(c*) d)", details={"writes": "6 GB"}, vm={"state": "Running"}
        )
        self.used_by_others = self._used() - self._accounted()

    def _ids(self) -> list[str]:
        return [one.id for one in self.lab.reading().snapshots]

    def _used(self) -> int:
        return sum(volume.size - volume.size_remaining for volume in self.lab.host.get_volume())

    def _accounted(self) -> int:
        reading = self.lab.reading()
        disks = sum(disk.file_size for disk in reading.disks)
        states = sum(one.size_of_system_files for one in reading.snapshots)
        return disks + states + reading.vm.size_of_system_files - CONFIG

    @rule(seconds=st.sampled_from([0.1, 1, 4, 15, 60]))
    def let_time_pass(self, seconds: float) -> None:
        self.lab.clock.advance(seconds)

    @rule()
    def checkpoint(self) -> None:
        self.lab.host.checkpoint_vm("vm", "new")

    @precondition(lambda self: self._ids())
    @rule(pick=PICK)
    def apply(self, pick: int) -> None:
        ids = self._ids()
        self.lab.host.restore_vm_snapshot(vm_snapshot=ids[pick % len(ids)], confirm=False)

    @precondition(lambda self: self._ids())
    @rule(pick=PICK, subtree=st.booleans())
    def delete(self, pick: int, subtree: bool) -> None:
        ids = self._ids()
        self.lab.host.remove_vm_snapshot(
            vm_snapshot=ids[pick % len(ids)], include_all_child_snapshots=subtree
        )

    @rule(method=st.sampled_from(["start_vm", "save_vm", "suspend_vm", "resume_vm", "remove_vm_saved_state"]))
    def change_state(self, method: str) -> None:
        getattr(self.lab.host, method)("vm")

    @rule()
    def turn_off(self) -> None:
        self.lab.host.stop_vm("vm", turn_off=True)

    @rule(pick=PICK)
    def cancel_a_job(self, pick: int) -> None:
        jobs = self.lab.host.get_jobs()
        if jobs:
            self.lab.host.cancel_job(jobs[pick % len(jobs)].instance_id)

    @rule(free=st.sampled_from([0, GIB, 3 * GIB, 400 * GIB]))
    def change_space(self, free: int) -> None:
        self.lab.host.fill_volume("D:", free=free)
        self.used_by_others = self._used() - self._accounted()

    @invariant()
    def every_byte_is_accounted_for(self) -> None:
        assert self._used() == self.used_by_others + self._accounted()

    @invariant()
    def every_disk_in_use_exists_once(self) -> None:
        reading = self.lab.reading()
        known = [disk.path for disk in reading.disks]
        assert len(known) == len(set(known))
        drives = [drive.path for one in machines(reading) for drive in one.hard_drives]
        assert len(drives) == len(set(drives))
        assert set(drives) <= set(known)
        assert sorted(known) == sorted(self.lab.files())

    @invariant()
    def the_chain_of_a_checkpoint_leads_through_its_parent(self) -> None:
        reading = self.lab.reading()
        parents = {disk.path: disk.parent_path for disk in reading.disks}
        by_id = {one.id: one for one in reading.snapshots}
        for one in machines(reading):
            if one.parent_snapshot_id is not None:
                wanted = by_id[one.parent_snapshot_id].hard_drives[0].path
                path = parents[one.hard_drives[0].path]
                while path and path != wanted:
                    path = parents[path]
                assert path == wanted

    def teardown(self) -> None:
        """At the end, with enough space, no file waits but those that two branches need."""
        self.lab.host.fill_volume("D:", free=900 * GIB)
        self.lab.settle()
        self.lab.clock.advance(120)
        self.lab.settle()
        reading = self.lab.reading()
        in_use = {drive.path for one in machines(reading) for drive in one.hard_drives}
        parents = [disk.parent_path for disk in reading.disks]
        for disk in reading.disks:
            assert disk.path in in_use or parents.count(disk.path) > 1
        assert reading.vm.status == "Operating normally"
        assert reading.vm.state in {VMState.Running, VMState.Off, VMState.Saved, VMState.Paused}


AnyHost.TestCase.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAnyHost = AnyHost.TestCase
