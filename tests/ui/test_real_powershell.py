"""The window over the whole way: pywinrm, WinRM, a real PowerShell, the real agent, the emulated host."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import pytest

from hvtree.app.credentials import Secret
from hvtree.app.host_view import Phase
from hvtree.domain.model import VirtualMachine
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.jobs.job import Verdict
from tests.support import trees
from tests.support.backends import endpoint_on, hosting, many_vms, skip_without_powershell
from tests.support.real_desk import Desk
from tests.support.wsman_clients import ACCOUNT

NAME = "vhost"


@pytest.fixture
def powershell() -> str:
    """A PowerShell; without one the test is reported as skipped."""
    return skip_without_powershell()


async def opened(desk: Desk, stack: ExitStack) -> HyperV:
    """Open a host with twelve VMs in the window."""
    host = stack.enter_context(hosting(many_vms(12)))
    endpoint = stack.enter_context(endpoint_on(host, is_real=True))
    desk.add(NAME, endpoint.url, Secret(ACCOUNT.password))
    await desk.phase(NAME, Phase.CONNECTED)
    await desk.loop.until(lambda: desk.window.model.busy.is_idle, "the tree is filled")
    return host


def vm(desk: Desk, name: str) -> VirtualMachine:
    state = desk.view(NAME).state
    assert state is not None
    return trees.vm_named(state, name)


async def act(desk: Desk, action: str, where: tuple[str, str], button: str, text: str = "") -> None:
    """Select a checkpoint, choose an action, fill in the dialog, press its button, and see it end as planned."""
    state = desk.view(NAME).state
    assert state is not None
    desk.window.tree.select_ref(trees.ref(state, *where))
    before = len(desk.workspace.jobs)
    desk.window.run(action)
    dialog = await desk.dialog()
    if text:
        dialog.type(text)
    dialog.press(button)
    await desk.loop.until(lambda: len(desk.workspace.jobs) > before, "a job")
    job = await desk.ended(desk.workspace.jobs[-1].id)
    assert job.verdict is Verdict.AS_PLANNED, job.message


def test_the_six_actions_are_done_from_the_window(powershell: str, at_desk: Any) -> None:
    async def story(desk: Desk) -> None:
        with ExitStack() as stack:
            host = await opened(desk, stack)
            await act(desk, "vm.checkpoint", ("vm00", "p2"), "Checkpoint", "before «patch»")
            assert trees.shape(vm(desk, "vm00")) == "base(p1(p2(before «patch»*)) side)"
            await act(desk, "checkpoint.rename", ("vm02", "side"), "Rename", "other")
            assert "other" in {each.name for each in vm(desk, "vm02").checkpoints}
            await act(desk, "checkpoint.apply", ("vm01", "side"), "Create Checkpoint and Apply")
            assert vm(desk, "vm01").by_id[vm(desk, "vm01").now_id or ""].name == "side"
            await act(desk, "checkpoint.export", ("vm04", "p1"), "Export", "D:\\Exports")
            assert host.get_child_item("D:\\Exports\\vm04")
            await act(desk, "checkpoint.delete", ("vm06", "p1"), "Delete checkpoint")
            assert trees.shape(vm(desk, "vm06")) == "base(p2* side)"
            await act(desk, "checkpoint.delete_subtree", ("vm08", "p1"), "Delete 2 checkpoints")
            assert trees.shape(vm(desk, "vm08")) == "base*(side)"
            await desk.loop.until(lambda: desk.window.model.busy.is_idle, "the tree shows it")
            desk.workspace.remove_host(NAME)
            await desk.loop.until(lambda: not desk.workspace.hosts, "the host is closed")

    at_desk(story)
