"""The predictions and the emulated host, two opinions on Hyper-V made apart, agree over random sequences of operations.

After each operation all jobs and merges are let come to their end; then trees, names, Now, VM states, memory and disk
chains have to be what the plan expected, and the space that came free what it forecast.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from hvtree.domain.address import CheckpointAddress, VmAddress
from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.edits import Create, Delete, DeleteSubtree, Power, SetPower
from hvtree.domain.errors import Refused
from hvtree.domain.forecast import forecast_deletion
from hvtree.domain.model import HostState
from hvtree.emulator.host.quirks import Quirks
from hvtree.emulator.worlds.schema import DriveSpec
from hvtree.hosts.messages import Result
from hvtree.jobs.made import MadeCheckpoints
from hvtree.operations.apply import ApplyCheckpoint, RevertVm
from hvtree.operations.base import Operation
from hvtree.operations.create import CreateCheckpoint
from hvtree.operations.delete import DeleteCheckpoints, DeleteCheckpointSubtree
from hvtree.operations.group import CheckpointGroup
from hvtree.operations.rename import RenameCheckpoint
from tests.support.plans import everything_on, fleet
from tests.support.second_opinion import SecondOpinion, disagreements
from tests.support.virtual_host import GIB, guid, virtual_host, vm_spec

names = st.sampled_from(["a", "b", "‘c’"])
choices = st.integers(0, 1_000)


def _two_drives(name: str) -> tuple[DriveSpec, ...]:
    return tuple(
        DriveSpec(f"D:\\VMs\\{name}\\{name}-{drive}.vhdx", virtual=10 * GIB, size=9 * GIB)
        for drive in ("system", "data")
    )


def _taken(results: Iterable[Result]) -> Iterator[CheckpointRef]:
    for each in results:
        assert isinstance(each.checkpoint, str)
        yield CheckpointRef(each.id, each.checkpoint)


class Agreement(RuleBasedStateMachine):
    """Two VMs, of which one takes standard and the other production checkpoints, and anything that may be done."""

    def __init__(self) -> None:
        super().__init__()
        self.opinion = SecondOpinion(
            virtual_host(
                vm_spec("web", "base(p1(p2*) p3)", state="Running"),
                vm_spec("db", "", checkpoint_type="Production", drives=_two_drives("db"), state="Running"),
                quirks=Quirks(start_on_paused="InvalidState"),  # uncertain, so no prediction relies on it
            )
        )
        self.state = self.opinion.read()

    @rule(choice=choices, name=names)
    def create(self, choice: int, name: str) -> None:
        self.carry_out(CreateCheckpoint((self.vm(choice),), name))

    @rule(name=names)
    def create_on_both(self, name: str) -> None:
        self.carry_out(CreateCheckpoint(self.both(), name))

    @rule(name=names)
    def checkpoint_group(self, name: str) -> None:
        self.carry_out(CheckpointGroup(self.both(), name))

    @precondition(lambda self: any(True for _ in self.state.all_checkpoints()))
    @rule(choice=choices, name=names)
    def rename(self, choice: int, name: str) -> None:
        self.carry_out(RenameCheckpoint(self.checkpoint(choice), name))

    @precondition(lambda self: any(True for _ in self.state.all_checkpoints()))
    @rule(choice=choices, safety=st.booleans(), start=st.booleans())
    def apply(self, choice: int, safety: bool, start: bool) -> None:
        self.carry_out(ApplyCheckpoint(self.checkpoint(choice), safety, start))

    @rule(choice=choices, safety=st.booleans(), start=st.booleans())
    def revert(self, choice: int, safety: bool, start: bool) -> None:
        self.carry_out(RevertVm(self.vm(choice), safety, start))

    @precondition(lambda self: any(True for _ in self.state.all_checkpoints()))
    @rule(chosen=st.lists(choices, min_size=1, max_size=4))
    def delete(self, chosen: list[int]) -> None:
        self.carry_out(DeleteCheckpoints(tuple(self.checkpoint(choice) for choice in chosen)))

    @precondition(lambda self: any(True for _ in self.state.all_checkpoints()))
    @rule(choice=choices)
    def delete_subtree(self, choice: int) -> None:
        self.carry_out(DeleteCheckpointSubtree(self.checkpoint(choice)))

    @rule(choice=choices, power=st.sampled_from(Power))
    def change_power(self, choice: int, power: Power) -> None:
        edit = SetPower((self.vm(choice).vm_id,), power)
        self.opinion.perform(edit)  # an error is no matter: then nothing changes
        self.compare(edit.on(self.state))

    def both(self) -> tuple[VmAddress, ...]:
        return tuple(VmAddress(self.state.host, vm_id) for vm_id in self.state.vms)

    def vm(self, choice: int) -> VmAddress:
        vms = self.both()
        return vms[choice % len(vms)]

    def checkpoint(self, choice: int) -> CheckpointAddress:
        checkpoints = everything_on(self.state)
        return checkpoints[choice % len(checkpoints)]

    def carry_out(self, operation: Operation) -> None:
        """Plan, take all steps, let everything come to rest, compare. What is refused is not tried."""
        try:
            plan = operation.plan(fleet(self.state))
        except Refused:
            return
        made = MadeCheckpoints()
        for step in (*plan.steps, *plan.bring_back_steps):
            results = self.opinion.perform(made.resolved(step.edit, step.host_id))
            errors = [result.error for result in results if result.error]
            assert not errors, f"{step.title}: {errors}"
            if isinstance(step.edit, Create):
                made.add(step.host_id, _taken(results))
        before = self.state
        self.compare(before.with_vms(*plan.expected.hosts[before.host].vms.values()))
        if isinstance(plan.steps[0].edit, Delete | DeleteSubtree):
            self.compare_forecast(before)

    def compare(self, expected: HostState) -> None:
        self.opinion.settle()
        self.state = self.opinion.read()
        assert disagreements(expected, self.state) == []

    def compare_forecast(self, before: HostState) -> None:
        """What came free on the volumes is within what the forecast said."""
        doomed = {
            vm.id: [each.id for each in vm.checkpoints if each.id not in self.state.vms[vm.id].by_id]
            for vm in before.vms.values()
        }
        forecast = forecast_deletion(before, doomed)
        least, most = forecast.freed_later_bytes
        freed = _free(self.state) - _free(before) - forecast.freed_now_bytes
        assert least <= freed <= most, (least, freed, most)


def _free(state: HostState) -> int:
    return sum(volume.free_bytes for volume in state.volumes)


TestAgreement = Agreement.TestCase
TestAgreement.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def test_the_host_is_the_one_that_the_machine_expects() -> None:
    state = Agreement().state

    assert set(state.vms) == {guid("web"), guid("db")}
