"""The PowerShell that a plan shows for notes does in a real PowerShell what the plan says."""

from __future__ import annotations

import os
import subprocess

from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.edits import CheckpointNotes, Create, Edit, SetNotes, SetVmNotes
from hvtree.domain.predictions import placeholder
from hvtree.emulator.powershell.real_powershell import RealPowerShell
from hvtree.operations.powershell import lines
from tests.support.backends import hosting, many_vms, skip_without_powershell

TEXT = 'it\'s <b> & "x" $(y) {0}\r\nline ‘2’ ·'


def test_the_shown_lines_write_notes_letter_by_letter() -> None:
    powershell = skip_without_powershell()
    with hosting(many_vms(1)) as host, RealPowerShell(host, powershell) as served:
        vm = host.get_vm().objects[0]
        base = host.get_vm_snapshot(vm=[vm.id], name="base").objects[0]
        refs = (CheckpointRef(vm.id, placeholder(vm.id)), CheckpointRef(vm.id, base.id))
        written = tuple(map(CheckpointNotes, refs, (TEXT, "other")))
        edits: list[Edit] = [Create((vm.id,), "new"), SetNotes(written), SetVmNotes((vm.id,), TEXT)]
        done = subprocess.run(
            [powershell, "-NoProfile", "-Command", "\n".join(map(lines, edits))],
            env={**os.environ, **served.environment()},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stderr == ""
        notes = {each.name: each.notes for each in host.get_vm_snapshot(vm=[vm.id]).objects}
        assert notes == {"base": "other", "p1": "", "p2": "", "side": "", "new": TEXT}
        assert host.get_vm(id=vm.id).one().notes == TEXT
