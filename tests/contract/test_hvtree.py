"""HVTree itself over the longest backend: its command line, WinRM, a real PowerShell, `agent.ps1`, the emulated host."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hvtree.emulator.host.objects import VirtualMachine
from tests.support.backends import endpoint_on, hosting, many_vms
from tests.support.remote_host import RemoteHost
from tests.support.terminal import Said, Terminal


@pytest.fixture(scope="module")
def host(powershell: str) -> Iterator[RemoteHost]:
    """An emulated host as `hvtree emulate --powershell` serves it."""
    with hosting(many_vms(24)) as hyperv, endpoint_on(hyperv, is_real=True) as endpoint:
        yield RemoteHost(endpoint, hyperv)


@pytest.fixture(scope="module")
def unused(host: RemoteHost) -> list[VirtualMachine]:
    """The VMs of the host that no test has used."""
    return list(host.hyperv.get_vm().objects)


@pytest.fixture
def hvtree(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: object) -> Terminal:
    """The command line."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    return Terminal(monkeypatch, capsys)


def vm_in(unused: list[VirtualMachine], state: str) -> VirtualMachine:
    """Return a VM in a state that no test has used."""
    vm = next(vm for vm in unused if vm.state.name == state)
    unused.remove(vm)
    return vm


def tree(host: RemoteHost, vm: VirtualMachine) -> dict[str, str]:
    """Return the checkpoints of a VM with the names of their parents."""
    return {one.name: one.parent_snapshot_name for one in host.hyperv.get_vm_snapshot(vm=vm.id).objects}


def now(host: RemoteHost, vm: VirtualMachine) -> str:
    """Return the name of the checkpoint that a VM stands on."""
    return host.hyperv.get_vm(id=vm.id).one().parent_snapshot_name


def assert_done(said: Said) -> None:
    assert (said.code, said.last["verdict"]) == (0, "as planned"), said.out + said.err


def test_show_shows_every_vm_with_its_checkpoints(hvtree: Terminal, host: RemoteHost) -> None:
    said = hvtree.on(host, "show", "--json")
    assert said.code == 0, said.err
    expected = {vm.name: len(tree(host, vm)) for vm in host.hyperv.get_vm().objects}
    assert {vm["name"]: len(vm["checkpoints"]) for vm in said.json["vms"]} == expected


def test_a_checkpoint_is_taken(hvtree: Terminal, host: RemoteHost, unused: list[VirtualMachine]) -> None:
    vm = vm_in(unused, "Running")
    assert_done(hvtree.on(host, "do checkpoint", vm.name, "--name", "before «patch»", "--yes", "--json"))
    assert (tree(host, vm)["before «patch»"], now(host, vm)) == ("p2", "before «patch»")


def test_a_checkpoint_is_renamed(hvtree: Terminal, host: RemoteHost, unused: list[VirtualMachine]) -> None:
    vm = vm_in(unused, "Off")
    assert_done(hvtree.on(host, "do rename", f"{vm.name}/side", "--name", "other", "--yes", "--json"))
    assert set(tree(host, vm)) == {"base", "p1", "p2", "other"}


def test_a_checkpoint_is_applied_with_a_safety_checkpoint_first(
    hvtree: Terminal, host: RemoteHost, unused: list[VirtualMachine]
) -> None:
    vm = vm_in(unused, "Running")
    assert_done(hvtree.on(host, "do apply", f"{vm.name}/side", "--start", "--yes", "--json"))
    assert now(host, vm) == "side"
    assert [name for name in tree(host, vm) if name.startswith("Safety Checkpoint")]
    assert host.hyperv.get_vm(id=vm.id).one().state.name == "Running"


def test_a_checkpoint_is_exported(hvtree: Terminal, host: RemoteHost, unused: list[VirtualMachine]) -> None:
    vm = vm_in(unused, "Off")
    assert_done(hvtree.on(host, "do export", f"{vm.name}/p1", "--to", "D:\\Exports", "--yes", "--json"))
    assert host.hyperv.get_child_item(f"D:\\Exports\\{vm.name}")


def test_a_checkpoint_is_deleted(hvtree: Terminal, host: RemoteHost, unused: list[VirtualMachine]) -> None:
    vm = vm_in(unused, "Off")
    assert_done(hvtree.on(host, "do delete", f"{vm.name}/p1", "--yes", "--json"))
    assert tree(host, vm) == {"base": "", "p2": "base", "side": "base"}


def test_a_subtree_is_deleted(hvtree: Terminal, host: RemoteHost, unused: list[VirtualMachine]) -> None:
    vm = vm_in(unused, "Running")
    assert_done(hvtree.on(host, "do delete-subtree", f"{vm.name}/p1", "--yes", "--json"))
    assert (tree(host, vm), now(host, vm)) == ({"base": "", "side": "base"}, "base")


def test_a_group_is_taken_at_one_instant_and_brought_back(
    hvtree: Terminal, host: RemoteHost, unused: list[VirtualMachine]
) -> None:
    vms = [vm_in(unused, state) for state in ("Running", "Paused", "Off")]
    words = [vm.name for vm in vms]
    assert_done(hvtree.on(host, "do checkpoint", *words, "--group", "--name", "all", "--yes", "--json"))
    assert [now(host, vm) for vm in vms] == ["all"] * 3
    after = [host.hyperv.get_vm(id=vm.id).one().state for vm in vms]
    assert after == [vm.state for vm in vms]


def test_an_error_of_the_cmdlet_comes_back_as_it_is(
    hvtree: Terminal, host: RemoteHost, unused: list[VirtualMachine]
) -> None:
    vm = vm_in(unused, "Off")
    words = (f"{vm.name}/p1", "--to", "\\\\nas\\readonly", "--yes", "--debug")
    said = hvtree.on(host, "do export", *words)
    assert said.code == 1
    assert "OperationFailed,Microsoft.HyperV.PowerShell.Commands.ExportVMSnapshot" in said.err
    assert "0x80070005" in said.err
