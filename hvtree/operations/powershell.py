"""The PowerShell that says the same as some steps: to read and to copy, never sent anywhere.

VMs and checkpoints are named by id, as in `Get-VMSnapshot -Id`: the help calls that the VM's id, but Microsoft's own
programs pass the checkpoint's (fact 20). Text of users only appears as a quoted string or, with
everything but plain characters taken out, in a comment.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.edits import (
    Apply,
    CheckpointNotes,
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
from hvtree.domain.fleet import Fleet
from hvtree.domain.predictions import is_placeholder
from hvtree.operations.base import Phase, Step, steps_of

_ON_ONE_LINE = 12
"""Ids; more of them are a line that nobody reads, and that takes long to lay out."""
_QUOTES = "'‘’‚‛"
"""The characters that PowerShell takes for a single quote; inside such a string each is doubled."""


def script(phases: Iterable[Phase], fleet: Fleet) -> str:
    """Return the lines for some phases, each step with its title as a comment; with the host's name if there are several."""
    steps = tuple(steps_of(phases))
    has_several = len({step.host_id for step in steps}) > 1

    def comment(step: Step) -> str:
        where = f" (on {fleet.hosts[step.host_id].host})" if has_several else ""
        return _comment(f"# {step.title}{where}")

    return "\n".join(line for step in steps for line in (comment(step), *_wait(step), lines(step.edit)))


def _wait(step: Step) -> Iterator[str]:
    if step.wait_s:
        yield f"Start-Sleep -Seconds {step.wait_s}"


def lines(edit: Edit) -> str:
    """Return one edit as PowerShell."""
    match edit:
        case SetPower(vm_ids=ids, power=power):
            cmdlet, blank, switch = power.value.partition(" ")
            return _on_vms(ids, cmdlet, blank + switch)
        case Create(vm_ids=ids, name=name):
            return _on_vms(ids, "Checkpoint-VM", f" -SnapshotName {quote(name)}")
        case SetNotes(written=written):
            return _notes_of_checkpoints(written)
        case SetVmNotes(vm_ids=ids, notes=notes):
            return _on_vms(ids, "Set-VM", f" -Notes {quote(notes)}")
        case Delete(refs=refs) | Apply(refs=refs):
            return _on_checkpoints([ref.checkpoint_id for ref in refs], _cmdlet(edit))
        case _:
            return _on_checkpoints([edit.ref.checkpoint_id], _cmdlet(edit))


def quote(text: str) -> str:
    """Return an expression for exactly this text: a single-quoted string, in which nothing is expanded.

    PowerShell ends such a string at typographic quotes too, so all five are doubled. Line breaks, control characters
    and marks that turn the direction of writing are written as numbers: what one sees is what it says.
    """
    if text and text.isascii() and text.isprintable():
        return _string(text)  # an id mostly, of which there may be thousands
    pieces = [
        _string("".join(run)) if is_plain else " + ".join(_code_units("".join(run)))
        for is_plain, run in groupby(text, _is_plain)
    ]
    if not pieces:
        return "''"
    if len(pieces) == 1 and pieces[0].startswith("'"):
        return pieces[0]
    return f"({' + '.join(pieces)})" if pieces[0].startswith("'") else f"('' + {' + '.join(pieces)})"


def _string(text: str) -> str:
    return "'" + "".join(each * 2 if each in _QUOTES else each for each in text) + "'"


def _is_plain(each: str) -> bool:
    return unicodedata.category(each) not in ("Cc", "Cf", "Zl", "Zp", "Cs")


def _code_units(text: str) -> list[str]:
    """Return each UTF-16 code unit as a .NET character."""
    data = text.encode("utf-16-be", "surrogatepass")
    return [f"[char]0x{data[at : at + 2].hex().upper()}" for at in range(0, len(data), 2)]


def _comment(text: str) -> str:
    return "".join(each if _is_plain(each) else " " for each in text)


def _array(ids: Sequence[str]) -> str:
    """Return ids as an array; many of them on lines of their own."""
    between = ", " if len(ids) <= _ON_ONE_LINE else ",\n    "
    return between.join(quote(each) for each in ids)


def _cmdlet(edit: Rename | Apply | Export | Delete | DeleteSubtree) -> str:
    match edit:
        case Rename(name=name):
            return f"Rename-VMSnapshot -NewName {quote(name)}"
        case Apply():
            return "Restore-VMSnapshot -Confirm:$false"
        case Export(folder=folder):
            return f"Export-VMSnapshot -Path {quote(folder)}"
        case Delete():
            return "Remove-VMSnapshot"
        case DeleteSubtree():
            return "Remove-VMSnapshot -IncludeAllChildSnapshots"


def _on_checkpoints(ids: Sequence[str], cmdlet: str) -> str:
    if len(ids) == 1:
        return f"Get-VMSnapshot -Id {quote(ids[0])} | {cmdlet}"
    return f"{_array(ids)} | ForEach-Object {{ Get-VMSnapshot -Id $_ | {cmdlet} }}"


_SETTINGS = (
    '<INSTANCE CLASSNAME="Msvm_VirtualSystemSettingData">'
    '<PROPERTY NAME="InstanceID" TYPE="string"><VALUE>Microsoft:{0}</VALUE></PROPERTY>'
    '<PROPERTY.ARRAY NAME="Notes" TYPE="string"><VALUE.ARRAY><VALUE>{1}</VALUE></VALUE.ARRAY></PROPERTY.ARRAY>'
    "</INSTANCE>"
)
"""The settings of a checkpoint with nothing but its key and its notes (fact 244)."""


def _notes_of_checkpoints(written: Sequence[CheckpointNotes]) -> str:
    """Return what writes notes of checkpoints: no cmdlet does, WMI does."""
    alike: dict[str, list[CheckpointRef]] = {}
    for each in written:
        alike.setdefault(each.text, []).append(each.ref)
    service = "-Namespace 'root\\virtualization\\v2' -ClassName Msvm_VirtualSystemManagementService"
    blocks = (line for text, refs in alike.items() for line in _same_notes(refs, text))
    return "\n".join((f"$service = Get-CimInstance {service}", *blocks))


def _same_notes(refs: Sequence[CheckpointRef], notes: str) -> Iterator[str]:
    whole = f"[System.Security.SecurityElement]::Escape({quote(notes)})"
    if "\r" in notes:
        whole += ".Replace([string] [char]0xD, '&#xD;')"
    method = "-MethodName ModifySystemSettings -Arguments @{ SystemSettings = $settings }"
    yield f"$notes = {whole}"
    yield f"{', '.join(map(_id_of, refs))} | ForEach-Object {{"
    yield f"    $settings = '{_SETTINGS}' -f \"$_\".ToUpper(), $notes"
    yield f"    Invoke-CimMethod -InputObject $service {method}"
    yield "}"


def _id_of(ref: CheckpointRef) -> str:
    """Return an expression for the id of a checkpoint; one that is still to be taken is where its VM stands then."""
    if not is_placeholder(ref.checkpoint_id):
        return quote(ref.checkpoint_id)
    return f"(Get-VM -Id {quote(ref.vm_id)}).ParentSnapshotId"


def _on_vms(ids: tuple[str, ...], cmdlet: str, arguments: str = "") -> str:
    """Return a cmdlet on some VMs; on several in one call, so that they follow each other closely."""
    if len(ids) == 1:
        return f"Get-VM -Id {quote(ids[0])} | {cmdlet}{arguments}"
    return f"$vms = {_array(ids)} | ForEach-Object {{ Get-VM -Id $_ }}\n{cmdlet} -VM $vms{arguments}"
