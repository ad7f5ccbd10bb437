"""Groups and group checkpoints as JSON. README.md has the keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hvtree.cli.state_json import time_text
from hvtree.domain.fleet import Fleet
from hvtree.domain.group import Group
from hvtree.domain.group_checkpoint import Finding, GroupCheckpoint, Part
from hvtree.domain.group_members import SeenMember, seen_members
from hvtree.domain.group_words import finding_words


def group_record(group: Group, fleet: Fleet) -> dict[str, Any]:
    """Return a group with what is known of its members."""
    return {
        "id": group.id,
        "name": group.name,
        "method": group.method.value,
        "members": [_member_record(each) for each in seen_members(group.members, fleet)],
    }


def checkpoint_records(found: Iterable[GroupCheckpoint]) -> list[dict[str, Any]]:
    """Return group checkpoints with their parts and with what is not as it was."""
    return [_checkpoint_record(each) for each in found]


def _member_record(seen: SeenMember) -> dict[str, Any]:
    member = seen.member
    return {
        "host_id": seen.place.host_id if seen.place is not None else member.vm.host_id,
        "host": seen.host,
        "vm": member.vm.vm_id,
        "name": seen.name,
        "start_order": member.start_order,
        "delay_s": member.delay_s,
        "standing": seen.standing.value,
        "state": seen.vm.state.value if seen.vm is not None else None,
    }


def _checkpoint_record(found: GroupCheckpoint) -> dict[str, Any]:
    return {
        "id": found.id,
        "name": found.name,
        "at": time_text(found.at_utc),
        "size": found.size,
        "there": len(found.there),
        "of_group": {"id": found.group_id, "name": found.group_name} if found.group_id else None,
        "author": found.author,
        "spread_ms": found.spread_ms,
        "is_whole": found.is_whole,
        "is_locked": found.is_locked,
        "parts": [_part_record(each) for each in found.parts],
        "findings": [_finding_record(each) for each in found.findings],
    }


def _part_record(part: Part) -> dict[str, Any]:
    return {
        "host_id": part.address.host_id,
        "host": part.host,
        "vm": part.address.vm_id,
        "vm_name": part.vm_name,
        "checkpoint": part.address.checkpoint_id,
        "is_there": part.checkpoint is not None,
        "stopped_ms": part.stopped_ms,
    }


def _finding_record(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind.name.lower().replace("_", "-"),
        "vm": finding.vm_id or None,
        "vm_name": finding.vm_name,
        "was": finding.was,
        "now": finding.now,
        "count": finding.count,
        "text": finding_words(finding),
    }
