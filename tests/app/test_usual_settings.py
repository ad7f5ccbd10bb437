"""Settings that are damaged while the program runs: it goes on with the usual ones, and says so."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from hvtree.app.bootstrap import make_workspace
from hvtree.app.credentials import Secret
from hvtree.app.host_view import Event, SettingsUnreadable
from hvtree.app.settings_file import Store
from hvtree.app.workspace import Workspace
from hvtree.domain.address import CheckpointAddress
from hvtree.domain.host_profile import HostProfile
from hvtree.jobs.job import Verdict
from hvtree.operations.rename import RenameCheckpoint
from tests.support import remote_host
from tests.support.harness import Yes
from tests.support.narrowing import not_none
from tests.support.trees import vm_named

UNSIGNED = '{"sign_checkpoints": false}'
DAMAGED = '{"sign_checkpoints": false'


def heard(workspace: Workspace) -> list[Event]:
    """Return a list into which the workspace tells what happens."""
    events: list[Event] = []
    workspace.listener = events.append
    return events


def test_settings_count_as_they_are_when_they_are_needed(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    workspace = make_workspace(Store(file), tmp_path / "memory.sqlite3")
    events = heard(workspace)
    assert workspace.signer.signed() is not None
    file.write_text(UNSIGNED)
    assert workspace.signer.signed() is None
    assert not events


def test_damaged_settings_are_told_once_and_the_usual_ones_count(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    workspace = make_workspace(Store(file), tmp_path / "memory.sqlite3")
    events = heard(workspace)
    file.write_text(DAMAGED)
    assert workspace.signer.signed() is not None
    assert workspace.signer.signed() is not None
    (event,) = events
    assert isinstance(event, SettingsUnreadable)
    assert str(file) in event.error.sentence
    assert "usual settings" in event.error.now


def test_settings_that_were_mended_and_damaged_again_are_told_again(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    workspace = make_workspace(Store(file), tmp_path / "memory.sqlite3")
    events = heard(workspace)
    for content in (DAMAGED, UNSIGNED, DAMAGED):
        file.write_text(content)
        workspace.signer.signed()
    assert len(events) == 2


def test_settings_that_are_found_damaged_when_a_job_begins_are_told_although_it_uses_none(
    tmp_path: Path,
) -> None:
    file = tmp_path / "settings.json"

    async def story(served: remote_host.RemoteHost) -> None:
        workspace = make_workspace(Store(file), tmp_path / "memory.sqlite3")
        changed, events = asyncio.Event(), list[Event]()

        def hear(event: Event) -> None:
            events.append(event)
            changed.set()

        workspace.listener = hear

        async def until(is_so: Callable[[], bool]) -> None:
            while not is_so():
                changed.clear()
                await changed.wait()

        host = workspace.add_host(
            HostProfile("pair", served.endpoint.url, remote_host.USER), Secret(remote_host.PASSWORD)
        )
        await until(lambda: workspace.host(host).is_connected)
        file.write_text(DAMAGED)
        web = vm_named(not_none(workspace.host(host).state), "web")
        rename = RenameCheckpoint(CheckpointAddress(host, web.id, web.checkpoints[0].id), "other")
        job_id = workspace.submit(workspace.plan(rename), Yes())
        await until(lambda: workspace.job(job_id).verdict is not None)
        assert workspace.job(job_id).verdict is Verdict.AS_PLANNED
        assert [each for each in events if isinstance(each, SettingsUnreadable)]
        await workspace.close()

    with remote_host.remote_host() as served:
        remote_host.run(story(served))
