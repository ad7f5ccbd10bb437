"""The agent on this computer: started without WinRM, ended without a trace, and a sentence for each way to fail."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.edits import Rename
from hvtree.domain.errors import ConnectionFailure, HVTreeError, OutcomeUnknown
from hvtree.hosts import agent_starter
from hvtree.hosts.channel import ThreadedChannel
from hvtree.hosts.client import Client
from hvtree.hosts.clients import local_client
from hvtree.hosts.local import LocalPipe, environment_for, find_powershell
from tests.agent.world import checkpoint, disk, vm, write_world
from tests.support import local_powershell
from tests.support.local_powershell import LocalPowerShell
from tests.support.powershell import MODULES, NO_POWERSHELL
from tests.support.powershell import find_powershell as real_powershell
from tests.support.remote_host import run
from tests.support.running_time import run_in_no_time
from tests.support.threads import none_left
from tests.support.waiting import FOR_EVER_S, comes_true

SIDE = CheckpointRef("a0000000-0000-4000-8000-000000000001", "c0000000-0000-4000-8000-000000000004")
Make = Callable[..., LocalPowerShell]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Make a PowerShell of a kind and name it in `HVTREE_PWSH`; at the end neither a thread nor its process is left."""
    made: list[LocalPowerShell] = []

    def one(kind: str = local_powershell.AGENT) -> LocalPowerShell:
        program = local_powershell.make(tmp_path, kind)
        monkeypatch.setenv("HVTREE_PWSH", str(program.path))
        made.append(program)
        return program

    with none_left():
        yield one
    assert not any(program.is_running for program in made if program.notes.exists())


def failure(kind: type[HVTreeError] = ConnectionFailure) -> HVTreeError:
    """Return the error of an attempt to connect to this computer."""

    async def story() -> None:
        with pytest.raises(kind) as caught:
            await local_client("this computer").connect()
        found.append(caught.value)

    found: list[HVTreeError] = []
    run(story())
    return found[0]


def test_this_computer_is_read_and_changed_without_winrm(make: Make) -> None:
    make()

    async def story() -> None:
        client = local_client("this computer")
        await client.connect()
        await client.read()
        receipt = await client.perform(Rename(SIDE, "naïve ‘name’ $(x) 東京 🧪"), lambda _: None)
        assert not receipt.failures
        assert (await client.read()).checkpoint(SIDE).name == "naïve ‘name’ $(x) 東京 🧪"
        assert client.mode == "PowerShell on this computer, one persistent process"
        await client.close()

    run(story())


def test_closing_lets_the_process_end_by_itself(make: Make) -> None:
    program = make()

    async def story() -> None:
        pipe = LocalPipe(agent_starter.arguments(), end_s=FOR_EVER_S)
        client = Client(ThreadedChannel(pipe, agent_starter.agent_text()), "this computer")
        await client.connect()
        await client.close()
        assert not program.is_running

    run_in_no_time(story())
    assert program.seen["has_ended"]


def test_noise_on_both_outputs_does_no_harm(make: Make) -> None:
    make(local_powershell.CHATTY)

    async def story() -> None:
        client = local_client("this computer")
        await client.connect()
        assert (await client.read()).vms
        await client.close()

    run(story())


def test_a_powershell_that_dies_is_told_with_its_last_words(make: Make) -> None:
    make(local_powershell.DYING)
    error = failure()
    assert "agent on this computer has ended" in error.what
    assert "exit code 3" in error.why
    assert "out of memory" in error.details


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no groups of processes to end at once")
def test_a_powershell_that_never_answers_is_ended_with_its_children(make: Make) -> None:
    program = make(local_powershell.DEAF)

    async def story() -> None:
        client = local_client("this computer")
        connecting = asyncio.ensure_future(client.connect())
        assert await asyncio.to_thread(comes_true, program.notes.exists)
        connecting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await connecting

    run(story())


def test_a_process_that_dies_of_a_request_leaves_its_outcome_unknown(make: Make) -> None:
    make(local_powershell.FRAIL)

    async def story() -> None:
        client = local_client("this computer")
        await client.connect()
        lost: asyncio.Future[HVTreeError] = asyncio.get_running_loop().create_future()
        client.on_lost = lost.set_result
        with pytest.raises(OutcomeUnknown):
            await client.perform(Rename(SIDE, "x"), lambda _: None)
        assert "exit code 9" in (await lost).why
        await client.close()

    run(story())


def test_the_hidden_variables_do_not_reach_the_process(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    program = make()
    monkeypatch.setenv("HVTREE_PASSWORD", "s3cret!")
    monkeypatch.setenv("SOMETHING_ELSE", "stays")

    async def story() -> None:
        client = local_client("this computer", hidden=("HVTREE_PASSWORD",))
        await client.connect()
        await client.close()

    run(story())
    assert "s3cret!" not in str(program.seen)
    assert program.seen["environment"]["SOMETHING_ELSE"] == "stays"


def test_without_a_powershell_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("HVTREE_PWSH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("SystemRoot", str(tmp_path))
    error = failure()
    assert error.what == "There is no PowerShell on this computer."
    assert "HVTREE_PWSH" in error.now


def test_a_variable_that_names_no_program_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HVTREE_PWSH", "/no/such/program")
    assert "‘/no/such/program’" in failure().why


def test_a_program_that_cannot_be_run_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "pwsh.exe"
    program.write_bytes(b"\0\1\2")
    program.chmod(0o755)
    monkeypatch.setenv("HVTREE_PWSH", str(program))
    assert failure().what == "PowerShell cannot be started on this computer."


def test_the_variable_comes_before_the_path(tmp_path: Path) -> None:
    mine = local_powershell.make(tmp_path)
    assert find_powershell({"HVTREE_PWSH": str(mine.path), "PATH": "/nowhere"}) == str(mine.path)
    assert find_powershell({"PATH": str(tmp_path), "PATHEXT": ".CMD"}) == str(mine.path)


def test_windows_powershell_does_not_inherit_the_module_folders_of_powershell_7() -> None:
    environment = {"PSModulePath": "C:\\Program Files\\PowerShell\\7\\Modules", "Path": "C:\\Windows"}
    assert environment_for("/x/powershell.exe", environment, ()) == {"Path": "C:\\Windows"}
    assert environment_for("/x/pwsh", environment, ()) == environment


def test_a_real_powershell_on_this_computer_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = real_powershell()
    if found is None:
        pytest.skip(NO_POWERSHELL)
    world = tmp_path / "world.json"
    write_world(
        world,
        vm(1, "web", checkpoint(1, "p1"), now=1),
        disks=(disk("c1.vhdx"), disk("v1.avhdx", "c1.vhdx")),
    )
    monkeypatch.setenv("HVTREE_PWSH", found)
    monkeypatch.setenv("PSModulePath", str(MODULES))
    monkeypatch.setenv("HVTREE_TEST_WORLD", str(world))
    monkeypatch.setenv("HVTREE_TEST_CALLS", str(tmp_path / "calls.txt"))

    async def story() -> None:
        client = local_client("this computer")
        await client.connect()
        (web,) = (await client.read()).vms.values()
        assert (web.name, len(web.checkpoints)) == ("web", 1)
        await client.close()

    run(story())
