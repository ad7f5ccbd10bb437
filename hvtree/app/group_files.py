"""Definitions of groups as a file, to be given to somebody else or kept: JSON.

    {
      "format": "hvtree-groups",
      "version": 1,
      "groups": [
        {
          "id": "0b7e…",
          "name": "SharePoint farm",
          "method": "pause-and-save",
          "members": [
            {"host_id": "hv01", "vm_id": "5fd6…", "host": "HV01", "vm": "sql", "start_order": 1, "delay_s": 30}
          ]
        }
      ]
    }

A group has to have a name and members, a member a `vm_id`; what else is missing has the defaults of `domain.group`. Ids are GUIDs,
methods those of `GroupMethod`. `host_id` is how the program that wrote it calls the host; `host`, its own name, and `vm` are for
people: nothing is found by them. Keys that are not known are passed over. A higher version will have changed the meaning of a key,
and is refused.
"""

from __future__ import annotations

import codecs
import re
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from hvtree.domain.address import VmAddress
from hvtree.domain.errors import BadInput
from hvtree.domain.group import Group, GroupMethod, Member, checked_group
from hvtree.domain.names import comparable, quoted

LARGEST = 1 << 20
"""Bytes of a file: 500 members take some 100 KB."""
FORMAT, VERSION = "hvtree-groups", 1
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class _MemberRecord(msgspec.Struct):
    vm_id: str
    host_id: str = ""
    host: str = ""
    vm: str = ""
    start_order: int = 1
    delay_s: int = 0


class _GroupRecord(msgspec.Struct):
    name: str
    members: list[_MemberRecord]
    id: str = ""
    method: GroupMethod = GroupMethod.PAUSE_AND_SAVE


class _File(msgspec.Struct):
    format: str
    version: int
    groups: list[_GroupRecord]


def groups_text(groups: Iterable[Group]) -> str:
    """Return definitions as the text of such a file."""
    record = {"format": FORMAT, "version": VERSION, "groups": [_record(each) for each in groups]}
    return msgspec.json.format(msgspec.json.encode(record), indent=2).decode() + "\n"


def groups_from(content: bytes) -> tuple[Group, ...]:
    """Return the groups of such a file, each fit to be kept; raise `BadInput` for anything else."""
    if len(content) > LARGEST:
        raise BadInput(f"The file is larger than {LARGEST >> 20} MB: it holds no groups.")
    try:
        decoded = msgspec.json.decode(content.removeprefix(codecs.BOM_UTF8))
    except (ValueError, RecursionError) as error:
        raise BadInput("The file is not JSON.", why=f"{str(error).rstrip('.')}.") from error
    if not isinstance(decoded, dict) or decoded.get("format") != FORMAT:
        raise BadInput("The file holds no groups of HVTree.", why=f'Its `format` is not "{FORMAT}".')
    try:
        file = msgspec.convert(decoded, _File)
    except msgspec.ValidationError as error:
        raise BadInput("A group in the file cannot be understood.", why=f"{error}.") from error
    if file.version > VERSION:
        raise BadInput(
            f"The file is of version {file.version}; this HVTree reads version {VERSION}.",
            now="Export it with an older HVTree, or use a newer one.",
        )
    return _all_different([_group(each) for each in file.groups])


def read_groups(path: Path) -> tuple[Group, ...]:
    """Return the groups of a file; raise `BadInput` for one that cannot be read, or holds none."""
    try:
        with path.open("rb") as file:
            return groups_of(file, f"‘{path}’")
    except OSError as error:
        raise BadInput(f"The file ‘{path}’ cannot be read.", why=f"{error.strerror or error}.") from error


def groups_of(stream: BinaryIO, name: str) -> tuple[Group, ...]:
    """Return the groups of what is read from a stream; raise `BadInput`, which calls it by this name, if it holds none."""
    try:
        return groups_from(stream.read(LARGEST + 1))
    except BadInput as problem:
        raise BadInput(f"{name}: {problem.what}", why=problem.why, now=problem.now) from problem


def write_groups(path: Path, groups: Iterable[Group]) -> None:
    """Write definitions into a file, in place of what is there; raise `BadInput` if that is not possible."""
    try:
        path.write_text(groups_text(groups), encoding="utf-8", newline="\n")
    except (OSError, UnicodeEncodeError) as error:
        why = error.strerror if isinstance(error, OSError) else ""
        raise BadInput(f"The file ‘{path}’ cannot be written.", why=f"{why or error}.") from error


def _record(group: Group) -> dict[str, Any]:
    return {
        "id": group.id,
        "name": group.name,
        "method": group.method.value,
        "members": [
            {
                "host_id": each.vm.host_id,
                "vm_id": each.vm.vm_id,
                "host": each.host,
                "vm": each.name,
                "start_order": each.start_order,
                "delay_s": each.delay_s,
            }
            for each in group.members
        ],
    }


def _group(record: _GroupRecord) -> Group:
    return checked_group(
        Group(
            _guid(record.id, "group", record.name) if record.id else str(uuid.uuid4()),
            record.name,
            tuple(_member(each) for each in record.members),
            record.method,
        )
    )


def _member(record: _MemberRecord) -> Member:
    vm = VmAddress(record.host_id, _guid(record.vm_id, "VM", record.vm))
    return Member(vm, record.vm, record.start_order, record.delay_s, record.host)


def _guid(text: str, noun: str, name: str) -> str:
    guid = text.strip("{}").lower()
    if _GUID.fullmatch(guid) is None:
        raise BadInput(f"The id of the {noun} {quoted(name)} in the file is no GUID: {quoted(text)}.")
    return guid


def _all_different(groups: list[Group]) -> tuple[Group, ...]:
    ids: set[str] = set()
    names: set[str] = set()
    for each in groups:
        if each.id in ids or comparable(each.name) in names:
            raise BadInput(f"The group {quoted(each.name)} is in the file twice, by its id or its name.")
        ids.add(each.id)
        names.add(comparable(each.name))
    return tuple(groups)
