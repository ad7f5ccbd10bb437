"""A job on several VMs as a table: each VM, and how far it is with each kind of step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType

from msgspec import Struct, field

from hvtree.domain.address import VmAddress
from hvtree.domain.edits import Apply, Create, Delete, Edit, SetPower, vm_ids_of
from hvtree.domain.power import Power
from hvtree.domain.receipt import Outcome
from hvtree.domain.words import ms_words
from hvtree.jobs.group_times import GroupTimes, group_times
from hvtree.jobs.job import JobView, StepPhase, StepView
from hvtree.ui.format import shown_name
from hvtree.ui.widgets.signs import Sign

_POWERS: Mapping[Power, str] = MappingProxyType(
    {
        Power.PAUSE: "Pause",
        Power.SAVE: "Save",
        Power.START: "Start",
        Power.RESUME: "Resume",
        Power.TURN_OFF: "Turn off",
    }
)
_EDITS: Mapping[type, str] = MappingProxyType({Create: "Checkpoint", Apply: "Apply", Delete: "Delete"})
"""Notes are left out: they are written when all is over, and nobody waits for them."""
_SIGNS: Mapping[StepPhase, Sign] = MappingProxyType(
    {
        StepPhase.WAITING: Sign.WAITING,
        StepPhase.RUNNING: Sign.RUNNING,
        StepPhase.DONE: Sign.DONE,
        StepPhase.FAILED: Sign.FAILED,
        StepPhase.SKIPPED: Sign.SKIPPED,
        StepPhase.UNKNOWN: Sign.UNKNOWN,
    }
)
_MS = timedelta(milliseconds=1)
STOOD_STILL = "Stood still"


class RunCell(Struct, frozen=True):
    """How far one VM is with one kind of step."""

    sign: Sign | None = None
    """None where the VM takes no such step."""
    text: str = ""
    """How long it took."""
    tip: str = ""
    """What went wrong."""


class RunRow(Struct, frozen=True):
    """One VM."""

    vm: str
    host: str
    cells: tuple[RunCell, ...]
    stood_still: str


class RunTable(Struct, frozen=True):
    """The whole job; equal tables look alike."""

    captions: tuple[str, ...] = ()
    """Of the kinds of steps, in the order in which they are taken."""
    rows: tuple[RunRow, ...] = ()
    spread: str = ""
    """How far apart the VMs were stopped, once that is measured."""


class _Column(Struct):
    caption: str
    cells: dict[VmAddress, RunCell] = field(default_factory=dict)


def run_table(job: JobView) -> RunTable:
    """Return what has become of each VM; empty for a job that is not about several VMs together."""
    if not job.plan.is_joint or len(job.plan.vms) < 2:
        return RunTable()
    columns = list(_columns(job))
    times = group_times(job)
    names = job.plan.host_names
    rows = tuple(
        RunRow(
            shown_name(job.plan.before.vm(vm).name),
            shown_name(names.get(vm.host_id, vm.host_id)),
            tuple(column.cells.get(vm, RunCell()) for column in columns),
            _stood_still(times, vm),
        )
        for vm in job.plan.vms
    )
    spread = (
        f"Stopped within {ms_words(times.spread_ms)} of each other." if times.spread_ms is not None else ""
    )
    return RunTable(tuple(column.caption for column in columns), rows, spread)


def _stood_still(times: GroupTimes, vm: VmAddress) -> str:
    ms = times.stopped_ms.get(vm)
    return "" if ms is None else ms_words(ms)


def _columns(job: JobView) -> Iterator[_Column]:
    """Yield the kinds of steps; what is done to bring VMs back stands apart from the same done on the way there."""
    columns: dict[str, _Column] = {}
    on_the_way = {_caption(each.edit) for each in job.steps[: len(job.plan.steps)]}
    for number, step in enumerate(job.steps):
        caption = _caption(step.edit)
        if step.edit is None or not caption:
            continue
        if number >= len(job.plan.steps) and caption in on_the_way:
            caption = f"{caption} again"
        columns.setdefault(caption, _Column(caption)).cells.update(_cells(step, step.edit))
    yield from columns.values()


def _caption(edit: Edit | None) -> str:
    if isinstance(edit, SetPower):
        return _POWERS.get(edit.power, "")
    return _EDITS.get(type(edit), "")


def _cells(step: StepView, edit: Edit) -> Iterator[tuple[VmAddress, RunCell]]:
    answers = dict(_answers(step, edit))
    for vm_id in vm_ids_of(edit):
        yield VmAddress(step.host_id, vm_id), _cell(step, answers.get(vm_id))


def _answers(step: StepView, edit: Edit) -> Iterator[tuple[str, Outcome]]:
    """Yield what the host has answered, by VM."""
    owners = (
        {each.checkpoint_id: each.vm_id for each in edit.refs} if isinstance(edit, Apply | Delete) else {}
    )
    for each in step.outcomes:
        yield owners.get(each.target_id, each.target_id), each


def _cell(step: StepView, answer: Outcome | None) -> RunCell:
    if answer is None:
        return RunCell(_SIGNS[step.phase])
    if answer.error is not None:
        return RunCell(Sign.FAILED, "", answer.error.message)
    took = answer.ended_utc - answer.began_utc if answer.ended_utc and answer.began_utc else None
    return RunCell(Sign.DONE, "" if took is None else ms_words(max(0, round(took / _MS))))
