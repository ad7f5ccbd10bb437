"""Plans, edits and states as text, and back: what recovery and undo need of a job after its program is gone.

Written to be read by later versions: keys that are not known are passed over, and those that are missing have the defaults
of the values they belong to. The text of a plan is compressed, since it holds every disk file of the touched VMs.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import msgspec
from msgspec.structs import asdict

from hvtree.app.memory.columns import in_every_zone
from hvtree.domain.address import VmAddress
from hvtree.domain.edits import (
    Apply,
    Create,
    Delete,
    DeleteSubtree,
    Edit,
    Export,
    Rename,
    SetNotes,
    SetPower,
    SetVmNotes,
)
from hvtree.domain.errors import BadInput
from hvtree.domain.fleet import Fleet
from hvtree.domain.model import HostState, VirtualMachine
from hvtree.domain.receipt import Outcome
from hvtree.jobs.kept import KeptPlan, checked
from hvtree.operations.base import Phase, Risk, Step
from hvtree.values import replace

LARGEST = 256 << 20
"""Bytes of text that a plan may have: 500 VMs with 50 checkpoints each take about 15 MB."""
_EDITS: Mapping[str, type[Edit]] = {
    "power": SetPower,
    "create": Create,
    "rename": Rename,
    "notes": SetNotes,
    "vm_notes": SetVmNotes,
    "apply": Apply,
    "export": Export,
    "delete": Delete,
    "delete_subtree": DeleteSubtree,
}
_KINDS = {kind: name for name, kind in _EDITS.items()}


def plan_blob(plan: KeptPlan) -> bytes:
    """Return a plan as compressed JSON."""
    record = {
        "verb": plan.verb,
        "title": plan.title,
        "button": plan.button,
        "risk": plan.risk.name,
        "phases": _phase_records(plan.phases),
        "bring_back": _phase_records(plan.bring_back),
        "after_failure": _phase_records(plan.after_failure),
        "before": _fleet_record(plan.before),
        "expected": _fleet_record(plan.expected),
        "vms": plan.vms,
        "is_joint": plan.is_joint,
    }
    return zlib.compress(msgspec.json.encode(record))


def plan_from(blob: bytes) -> KeptPlan:
    """Return the plan of `plan_blob`; raise `BadInput` for anything else."""
    try:
        record = msgspec.json.decode(_inflated(blob), type=dict[str, Any])
        plan = KeptPlan(
            verb=_text(record, "verb"),
            title=_text(record, "title"),
            button=_text(record, "button"),
            risk=Risk[_text(record, "risk")],
            phases=_phases(record["phases"]),
            bring_back=_phases(record.get("bring_back", [])),
            after_failure=_phases(record.get("after_failure", [])),
            before=_fleet(record["before"]),
            expected=_fleet(record["expected"]),
            vms=msgspec.convert(record["vms"], tuple[VmAddress, ...]),
            is_joint=record.get("is_joint") is True,
        )
        return checked(plan)
    except (zlib.error, ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadInput("A plan in HVTree's memory cannot be read.", details=repr(error)) from error


def edit_record(edit: Edit) -> dict[str, Any]:
    """Return an edit as JSON's values."""
    return {"edit": _KINDS[type(edit)], **msgspec.to_builtins(edit)}


def edit_from(record: Mapping[str, Any]) -> Edit:
    """Return the edit of a record; raise `BadInput` for one that this version does not know."""
    try:
        values = {key: value for key, value in record.items() if key != "edit"}
        kind = _EDITS[record["edit"]]
        if kind is Apply and "ref" in values:  # kept when it took one VM back
            values["refs"] = [values.pop("ref")]
        return msgspec.convert(values, kind)
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput("A step in HVTree's memory cannot be read.", details=repr(error)) from error


def outcome_text(outcomes: Iterable[Outcome]) -> str:
    """Return what a host answered, with its clock's times and its raw errors, as JSON."""
    return msgspec.json.encode(tuple(outcomes)).decode()


def outcomes_from(text: str) -> tuple[Outcome, ...]:
    """Return the answers of `outcome_text`; raise `BadInput` for anything else."""
    try:
        outcomes = msgspec.json.decode(text, type=tuple[Outcome, ...])
        for moment in (each for outcome in outcomes for each in (outcome.began_utc, outcome.ended_utc)):
            if moment is not None:
                in_every_zone(moment)
    except ValueError as error:
        raise BadInput("An answer in HVTree's memory cannot be read.", details=repr(error)) from error
    return outcomes


def _phase_records(phases: Iterable[Phase]) -> list[list[dict[str, Any]]]:
    return [[_step_record(step) for step in phase] for phase in phases]


def _step_record(step: Step) -> dict[str, Any]:
    return {
        "title": step.title,
        "host_id": step.host_id,
        "can_cancel": step.can_cancel,
        "wait_s": step.wait_s,
        **edit_record(step.edit),
    }


def _phases(records: Iterable[Iterable[dict[str, Any]]]) -> tuple[Phase, ...]:
    return tuple(tuple(_step(record) for record in phase) for phase in records)


def _step(record: dict[str, Any]) -> Step:
    own = ("title", "host_id", "can_cancel", "wait_s")
    edit = edit_from({key: value for key, value in record.items() if key not in own})
    wait_s = msgspec.convert(record.get("wait_s", 0), int)
    return Step(
        _text(record, "title"), _text(record, "host_id"), edit, record.get("can_cancel") is True, wait_s
    )


def _fleet_record(fleet: Fleet) -> dict[str, Any]:
    return {host_id: asdict(state) | {"vms": dict(state.vms)} for host_id, state in fleet.hosts.items()}


def _fleet(record: Mapping[str, Mapping[str, Any]]) -> Fleet:
    return Fleet.of({host_id: _state(each) for host_id, each in record.items()})


def _state(record: Mapping[str, Any]) -> HostState:
    vms = msgspec.convert(record.get("vms", {}), dict[str, VirtualMachine])
    rest = msgspec.convert({**record, "vms": {}}, HostState)
    return replace(rest, vms=MappingProxyType(vms))


def _inflated(blob: bytes) -> bytes:
    inflating = zlib.decompressobj()
    text = inflating.decompress(blob, LARGEST)
    if inflating.unconsumed_tail or not inflating.eof:
        raise ValueError(f"it is cut, or larger than {LARGEST >> 20} MB")
    return text


def _text(record: Mapping[str, Any], key: str) -> str:
    value = record[key]
    if not isinstance(value, str):
        raise TypeError(f"{key} is no text")
    return value
