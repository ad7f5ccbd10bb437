"""Notes that a host refuses are kept here: shown, verified and said, through jobs, reconnections and programs."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from hvtree.app.credentials import Secret
from hvtree.app.memory.kept_notes import KeptNote, KeptNotes
from hvtree.app.noted_connection import KEPT, NotedConnection
from hvtree.app.ports import Connection
from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.host_profile import HostProfile
from hvtree.domain.model import HostState, VirtualMachine
from hvtree.domain.passport import Passport, with_passport
from hvtree.emulator.host.faults import ErrorName, Fault
from hvtree.hosts.client import Client
from hvtree.hosts.messages import Request
from hvtree.jobs.job import Verdict
from hvtree.operations.create import CreateCheckpoint
from hvtree.operations.delete import DeleteCheckpoints
from hvtree.operations.notes import EditNotes, LockCheckpoints, UnlockCheckpoints, Written
from tests.support.harness import Harness
from tests.support.narrowing import not_none
from tests.support.plans import vm_at
from tests.support.scripted_agent import FACTS, ScriptedChannel, silence, vm
from tests.support.trees import lab

LAB = lab(web="base(p1*)")


class Noting(Harness):
    """A harness whose connections keep notes that the host refuses in a file."""

    file: Path

    def _connect(self, profile: HostProfile, secret: Secret) -> Connection:  # type: ignore[override]
        return NotedConnection(super()._connect(profile, secret), KeptNotes(self.file))

    def refuse(self, error: ErrorName = "OperationFailed", times: int | None = None) -> None:
        for cmdlet in ("ModifySystemSettings", "Set-VM"):
            self.host.hyperv.faults.add(Fault(cmdlet, error=error, times=times))

    def checkpoint(self, name: str) -> Checkpoint:
        (found,) = (each for each in self.vm("web").checkpoints if each.name == name)
        return found

    def on_host(self, name: str) -> str:
        return next(each.notes for each in self.host.hyperv.get_vm_snapshot("*").objects if each.name == name)


def play(file: Path, story: Callable[[Noting], Awaitable[None]]) -> None:
    """Let a story happen at a host with a file for what it refuses."""

    async def from_opening_to_closing() -> None:
        Noting.file = file
        harness = Noting(LAB)
        try:
            await harness.connected()
            await story(harness)
        finally:
            await harness.workspace.close()

    asyncio.run(from_opening_to_closing())


def test_what_a_host_refuses_is_kept_here_and_the_job_says_so(tmp_path: Path) -> None:
    async def story(harness: Noting) -> None:
        harness.refuse()
        target = harness.ref("web", "p1")
        job = await harness.do(LockCheckpoints((target,), "anna"))
        assert job.verdict is Verdict.AS_PLANNED
        assert KEPT in job.message
        assert harness.on_host("p1") == ""
        found = harness.checkpoint("p1")
        assert (found.is_locked, found.has_notes_here) == (True, True)
        neighbour = await harness.do(DeleteCheckpoints((harness.ref("web", "base"),)))
        assert neighbour.verdict is Verdict.AS_PLANNED

    play(tmp_path / "memory.sqlite3", story)


def test_what_is_kept_is_there_in_the_next_program_until_the_host_takes_notes(tmp_path: Path) -> None:
    async def first(harness: Noting) -> None:
        harness.refuse()
        await harness.do(EditNotes((Written(vm_at("web"), "of the VM"),)))
        await harness.do(CreateCheckpoint((vm_at("web"),), "new", passport=Passport("why", author="anna")))
        assert harness.checkpoint("new").passport is not None

    async def second(harness: Noting) -> None:
        assert (harness.vm("web").notes, harness.vm("web").has_notes_here) == ("of the VM", True)
        job = await harness.do(EditNotes((Written(vm_at("web"), "taken"),)))
        assert KEPT not in job.message
        assert (harness.vm("web").notes, harness.vm("web").has_notes_here) == ("taken", False)

    async def third(harness: Noting) -> None:
        assert harness.vm("web").notes == ""  # another emulated host, and nothing is kept for it any more

    for story in (first, second, third):
        play(tmp_path / "memory.sqlite3", story)


def test_a_host_that_refuses_notes_takes_checkpoints_all_the_same_and_who_took_them_is_kept_here(
    tmp_path: Path,
) -> None:
    async def story(harness: Noting) -> None:
        errors: tuple[ErrorName, ...] = ("AccessDenied", "OperationFailed")
        for error in errors:
            harness.host.hyperv.faults.clear()
            harness.refuse(error)
            name, passport = f"with {error}", Passport(author="anna")
            job = await harness.do(CreateCheckpoint((vm_at("web"),), name, passport=passport))
            assert job.verdict is Verdict.AS_PLANNED
            assert KEPT in job.message
            found = harness.checkpoint(name)
            assert (not_none(found.passport).author, found.has_notes_here) == ("anna", True)
            assert harness.on_host(name) == ""

    play(tmp_path / "memory.sqlite3", story)


def test_notes_that_the_host_takes_at_last_are_not_shown_from_here_beside_others_that_are(
    tmp_path: Path,
) -> None:
    async def story(harness: Noting) -> None:
        harness.refuse()
        targets = (harness.ref("web", "base"), harness.ref("web", "p1"))
        await harness.do(LockCheckpoints(targets, "anna"))
        harness.host.hyperv.faults.clear()
        job = await harness.do(EditNotes((Written(targets[1], ""),)))
        assert (job.verdict, harness.checkpoint("p1").has_notes_here) == (Verdict.AS_PLANNED, False)
        assert harness.checkpoint("base").is_locked

    play(tmp_path / "notes.sqlite3", story)


def test_a_host_that_is_busy_has_not_refused(tmp_path: Path) -> None:
    async def story(harness: Noting) -> None:
        harness.refuse("InvalidState")
        job = await harness.do(LockCheckpoints((harness.ref("web", "p1"),)))
        assert job.verdict is Verdict.FAILED
        assert not harness.checkpoint("p1").is_locked

    play(tmp_path / "memory.sqlite3", story)


def test_what_others_write_on_the_host_meanwhile_is_not_hidden(tmp_path: Path) -> None:
    async def story(harness: Noting) -> None:
        harness.refuse(times=1)
        target = harness.ref("web", "p1")
        await harness.do(LockCheckpoints((target,), "anna"))
        passport = harness.checkpoint("p1").passport
        harness.host.hyperv.set_vm_snapshot_notes({target.checkpoint_id: "theirs"})
        await harness.until(lambda: "theirs" in harness.checkpoint("p1").notes)
        assert harness.checkpoint("p1").notes == with_passport("theirs", passport)
        await harness.do(UnlockCheckpoints((target,)))
        assert harness.on_host("p1").startswith("theirs\n[HVTree] · by anna")
        assert not harness.checkpoint("p1").has_notes_here

    play(tmp_path / "memory.sqlite3", story)


def test_a_host_that_takes_notes_costs_no_file(tmp_path: Path) -> None:
    async def story(harness: Noting) -> None:
        await harness.do(LockCheckpoints((harness.ref("web", "p1"),)))
        assert harness.checkpoint("p1").is_locked

    play(tmp_path / "memory.sqlite3", story)
    assert list(tmp_path.iterdir()) == []


def test_a_memory_that_cannot_be_written_makes_the_job_fail(tmp_path: Path) -> None:
    async def story(harness: Noting) -> None:
        harness.refuse()
        job = await harness.do(LockCheckpoints((harness.ref("web", "p1"),)))
        assert job.verdict is Verdict.FAILED

    (tmp_path / "folder").mkdir()
    play(tmp_path / "folder", story)


def test_a_vm_that_is_gone_is_remembered_no_longer(tmp_path: Path) -> None:
    async def first(harness: Noting) -> None:
        harness.refuse()
        await harness.do(LockCheckpoints((harness.ref("web", "p1"),), "anna"))

    async def second(harness: Noting) -> None:
        assert noted_vms() == ["web"]
        harness.host.hyperv.remove_vm("web")
        await harness.until(lambda: not harness.state.vms)
        assert noted_vms() == []

    for story in (first, second):
        play(tmp_path / "memory.sqlite3", story)


def noted_vms() -> list[str]:
    """Return the VMs in this process that are shown with notes which are kept here."""
    gc.collect()
    vms = (each for each in gc.get_objects() if isinstance(each, VirtualMachine))
    return [vm.name for vm in vms if any(each.has_notes_here for each in vm.checkpoints)]


def test_notes_are_kept_and_forgotten_by_their_ids(tmp_path: Path) -> None:
    async def story() -> None:
        memory = KeptNotes(tmp_path / "memory.sqlite3")
        assert await memory.all() == {}
        notes = {"a": KeptNote("1", ""), "b": KeptNote("2\r\n", "old")}
        await memory.keep(notes)
        await memory.keep({"a": KeptNote("3", "")})
        assert await memory.all() == {**notes, "a": KeptNote("3", "")}
        await memory.forget(["a", "nobody"])
        assert list(await memory.all()) == ["b"]
        await memory.close()

    asyncio.run(story())


def test_vms_that_come_while_the_host_is_being_connected_have_the_notes_that_are_kept_here(
    tmp_path: Path,
) -> None:
    channel = ScriptedChannel(answers={"host.read": silence, "host.import": silence})
    is_connected = asyncio.Event()

    class Connecting(Client):
        async def connect(self, *, and_read: bool = False) -> None:
            await super().connect(and_read=and_read)
            is_connected.set()

    class Slow(KeptNotes):
        async def all(self) -> Mapping[str, KeptNote]:
            await is_connected.wait()
            return await super().all()

    def come(_: Request) -> list[dict[str, Any]]:
        channel.say({"id": channel.asked("host.read")[0].id, "part": {"vms": [vm("v1")]}})
        facts = {**FACTS, "time": "2020-01-01T00:00:00Z"}
        channel.say({"id": channel.asked("host.import")[0].id, "ok": facts})
        return [{"ok": {}}]

    async def story() -> None:
        kept = Slow(tmp_path / "memory.sqlite3")
        await kept.keep({"v1": KeptNote("ours", before="")})
        channel.answers["host.watch"] = come
        connection = NotedConnection(Connecting(channel, "hv01"), kept)
        shown: list[HostState] = []
        connection.on_part = shown.append
        await connection.connect(and_read=True)
        assert [state.vms["v1"].notes for state in shown] == ["ours"]
        await connection.close()

    asyncio.run(story())
