"""The window over the whole way: pywinrm, WinRM, a real PowerShell, the real agent, the emulated host."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

import pytest

from hvtree.app.credentials import Secret
from hvtree.app.host_view import ConnectionPhase
from hvtree.domain.address import CheckpointAddress
from hvtree.domain.model import VirtualMachine
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.jobs.job import Verdict
from hvtree.ui.intents.apply import APPLY
from hvtree.ui.intents.create import CREATE_NAMED
from hvtree.ui.intents.delete import DELETE, DELETE_SUBTREE
from hvtree.ui.intents.export import EXPORT
from hvtree.ui.intents.intent import Intent
from hvtree.ui.intents.rename import RENAME
from hvtree.ui.selection import Selection
from tests.support import trees
from tests.support.backends import endpoint_on, hosting, many_vms, skip_without_powershell
from tests.support.real_harness import Harness
from tests.support.wsman_clients import ACCOUNT

NAME = "vhost"


@pytest.fixture
def powershell() -> str:
    """A PowerShell; without one the test is reported as skipped."""
    return skip_without_powershell()


async def opened(harness: Harness, stack: ExitStack) -> HyperV:
    """Open a host with twelve VMs in the window."""
    host = stack.enter_context(hosting(many_vms(12)))
    endpoint = stack.enter_context(endpoint_on(host, is_real=True))
    harness.add(NAME, endpoint.url, Secret(ACCOUNT.password))
    await harness.phase(NAME, ConnectionPhase.CONNECTED)
    await harness.loop.until(lambda: harness.window.model.busy.is_idle, "the tree is filled")
    return host


def vm(harness: Harness, name: str) -> VirtualMachine:
    state = harness.view(NAME).state
    assert state is not None
    return trees.vm_named(state, name)


async def act(harness: Harness, intent: Intent, where: tuple[str, str], button: str, text: str = "") -> None:
    """Select a checkpoint, choose an intention, fill in the dialog, press its button, and see it end as planned."""
    state = harness.view(NAME).state
    assert state is not None
    ref = trees.ref(state, *where)
    address = CheckpointAddress(NAME, ref.vm_id, ref.checkpoint_id)
    harness.window.selection.set(Selection(checkpoints=(address,)))
    before = len(harness.workspace.jobs)
    harness.window.run(intent)
    dialog = await harness.dialog()
    if text:
        dialog.type(text)
    dialog.press(button)
    await harness.loop.until(lambda: len(harness.workspace.jobs) > before, "a job")
    job = await harness.ended(harness.workspace.jobs[-1].id)
    assert job.verdict is Verdict.AS_PLANNED, job.message


def test_the_six_actions_are_done_from_the_window(powershell: str, with_harness: Callable[..., None]) -> None:
    async def story(harness: Harness) -> None:
        with ExitStack() as stack:
            host = await opened(harness, stack)
            await act(harness, CREATE_NAMED, ("vm00", "p2"), "Checkpoint", "before «patch»")
            assert trees.shape(vm(harness, "vm00")) == "base(p1(p2(before «patch»*)) side)"
            await act(harness, RENAME, ("vm02", "side"), "Rename", "other")
            assert "other" in {each.name for each in vm(harness, "vm02").checkpoints}
            await act(harness, APPLY, ("vm01", "side"), "Create Checkpoint and Apply")
            assert vm(harness, "vm01").by_id[vm(harness, "vm01").now_id or ""].name == "side"
            await act(harness, EXPORT, ("vm04", "p1"), "Export", "D:\\Exports")
            assert host.get_child_item("D:\\Exports\\vm04")
            await act(harness, DELETE, ("vm06", "p1"), "Delete checkpoint")
            assert trees.shape(vm(harness, "vm06")) == "base(p2* side)"
            await act(harness, DELETE_SUBTREE, ("vm08", "p1"), "Delete 2 checkpoints")
            assert trees.shape(vm(harness, "vm08")) == "base*(side)"
            await harness.loop.until(lambda: harness.window.model.busy.is_idle, "the tree shows it")
            harness.workspace.remove_host(NAME)
            await harness.loop.until(lambda: not harness.workspace.hosts, "the host is closed")

    with_harness(story)
