"""Full volumes, and VMs that write."""

from __future__ import annotations

import pytest

from hvtree.emulator.host.enums import VMState
from hvtree.emulator.host.errors import CmdletError
from hvtree.emulator.host.quirks import Quirks
from hvtree.emulator.worlds.schema import ShareSpec, VolumeSpec
from tests.support.virtual_host import GIB, guid, virtual_host

MIB = 1 << 20


def test_a_running_vm_on_a_full_volume_is_paused_critically() -> None:  # fact 69
    lab = virtual_host("*", vm={"state": "Running"})
    lab.host.fill_volume("D:")
    lab.clock.advance(5)
    assert lab.vm().state is VMState.PausedCritical


def test_resume_works_once_there_is_space_again() -> None:  # fact 69; fact 92, switched
    lab = virtual_host("*", vm={"state": "Running"}, quirks=Quirks(critical_resumes_by_itself=False))
    lab.host.fill_volume("D:")
    lab.clock.advance(5)
    with pytest.raises(CmdletError) as caught:
        lab.do(lab.host.resume_vm("vm"))
    assert caught.value.hresult == 0x80070070
    lab.host.fill_volume("D:", free=GIB)
    lab.settle()
    assert lab.vm().state is VMState.PausedCritical
    lab.do(lab.host.resume_vm("vm"))
    assert lab.vm().state is VMState.Running


def test_a_critical_vm_goes_on_by_itself_when_there_is_space() -> None:  # fact 92
    lab = virtual_host("*", vm={"state": "Running"})
    lab.host.fill_volume("D:")
    lab.clock.advance(5)
    lab.host.fill_volume("D:", free=GIB)
    lab.clock.advance(5)
    assert lab.vm().state is VMState.Running


def test_a_writing_vm_grows_the_disk_of_now_until_the_volume_is_full() -> None:  # fact 85
    volumes = (VolumeSpec("D:", 22 * GIB),)
    lab = virtual_host("*", vm={"state": "Running", "writes_per_second": 10 * MIB}, volumes=volumes)
    before = lab.host.get_vhd(vm_id=guid("vm")).one().file_size
    lab.clock.advance(20)
    assert lab.host.get_vhd(vm_id=guid("vm")).one().file_size - before == 200 * MIB
    lab.clock.advance(400)
    assert lab.vm().state is VMState.PausedCritical


def test_an_off_vm_writes_nothing() -> None:
    lab = virtual_host("*", vm={"writes_per_second": 10 * MIB})
    before = lab.reading().disks
    lab.clock.advance(60)
    assert lab.reading().disks == before


def test_filling_a_volume_that_is_not_there_is_an_error() -> None:
    with pytest.raises(LookupError, match="no volume Q:"):
        virtual_host("*").host.fill_volume("Q:")


def test_a_vm_on_a_share_is_saved_checkpointed_and_applied() -> None:
    shares = (ShareSpec("\\\\nas\\vms"),)
    lab = virtual_host("*", vm={"state": "Running", "folder": "\\\\nas\\vms\\vm"}, shares=shares)
    lab.do(lab.host.save_vm("vm"))
    lab.do(lab.host.checkpoint_vm("vm", snapshot_name="one"))
    lab.do(lab.host.restore_vm_snapshot(vm_snapshot=lab.checkpoint("one"), confirm=False))
    assert lab.tree() == "one*"
