"""The window on real connections: endpoints on loopback that are slow, silent, cut, restarted, or show a certificate.

Everything here goes through pywinrm, NTLM and encryption, in real time.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog

from hvtree.app.credentials import NO_SECRET, Secret
from hvtree.app.host_view import ConnectionPhase
from hvtree.domain.address import CheckpointAddress
from hvtree.domain.certificate import fingerprint_of
from hvtree.domain.host_profile import LOCAL, HostProfile
from hvtree.emulator.winrm.certificate import self_signed
from hvtree.emulator.winrm.connection_faults import Interruption
from hvtree.jobs.job import StepPhase, Verdict
from hvtree.operations.base import Operation
from hvtree.operations.export import ExportCheckpoint
from hvtree.operations.rename import RenameCheckpoint
from hvtree.ui.intents.hosts import CONNECT
from tests.support import local_powershell, trees
from tests.support.leaks import leaks
from tests.support.narrowing import not_none
from tests.support.real_harness import ALWAYS, Harness
from tests.support.remote_host import PASSWORD, USER
from tests.support.running_time import no_time


def test_neither_the_window_nor_other_hosts_wait_for_hosts_that_are_silent(
    with_harness: Callable[..., None],
) -> None:
    async def story(harness: Harness) -> None:
        for number in range(2):
            harness.add(f"silent{number}", f"http://127.0.0.1:{harness.relay(None).port}/wsman")
        alive = [harness.serve() for _ in range(2)]
        for number, host in enumerate(alive):
            harness.add(f"alive{number}", host.endpoint.url)
        for number in range(len(alive)):
            await harness.phase(f"alive{number}", ConnectionPhase.CONNECTED)
        job = await harness.ended(submit(harness, RenameCheckpoint(side_of(harness, "alive0"), "renamed")))
        assert job.verdict is Verdict.AS_PLANNED
        assert [harness.view(f"silent{number}").phase for number in range(2)] == [
            ConnectionPhase.CONNECTING
        ] * 2

    with_harness(story, no_time)


def test_a_trial_shows_its_steps_live_and_its_verdict(with_harness: Callable[..., None]) -> None:
    async def story(harness: Harness) -> None:
        # the usual clock of these hosts hurries: after 1.5 s it is 5 minutes ahead, and the trial fails
        host = harness.serve(speed=1.0)
        harness.window.run(CONNECT)
        dialog = await harness.dialog()
        for field, text in enumerate((host.endpoint.url, USER, PASSWORD)):
            dialog.type(text, field)
        dialog.press("Test")
        assert not dialog.button("Test").isEnabled()
        pane = dialog.widget.stage_pane
        await harness.loop.until(lambda: any(text.startswith("RUNNING") for text in pane.texts()), "a step")
        await harness.loop.until(lambda: dialog.button("Test").isEnabled(), "the trial is over")
        assert "The connection works" in dialog.note()
        assert any("Authentication" in text and text.startswith("DONE") for text in pane.texts())
        assert leaks(PASSWORD, [*pane.texts(), dialog.all_text()], USER) == []
        dialog.press("Connect")
        await harness.loop.until(lambda: bool(harness.workspace.hosts), "a host")
        await harness.phase(harness.workspace.hosts[0].id, ConnectionPhase.CONNECTED)

    with_harness(story)


def test_a_trial_of_a_wrong_password_counts_and_connecting_does_not_try_it_again(
    with_harness: Callable[..., None],
) -> None:
    async def story(harness: Harness) -> None:
        host = harness.serve()
        harness.window.run(CONNECT)
        dialog = await harness.dialog()
        for field, text in enumerate((host.endpoint.url, USER, "wrong")):
            dialog.type(text, field)
        dialog.press("Test")
        await harness.loop.until(lambda: dialog.button("Test").isEnabled(), "the trial is over")
        assert any(
            "Authentication" in text and text.startswith("FAILED")
            for text in dialog.widget.stage_pane.texts()
        )
        denied = host.count("denied")
        dialog.press("Connect")
        again = await harness.dialog()
        await harness.loop.until(lambda: bool(harness.workspace.hosts), "a host")
        await harness.loop.until(
            lambda: harness.workspace.hosts[0].phase is ConnectionPhase.FAILED, "refused"
        )
        assert host.count("denied") == denied
        del again

    with_harness(story)


def test_a_trial_that_is_left_ends_without_waiting_for_the_host(with_harness: Callable[..., None]) -> None:
    async def story(harness: Harness) -> None:
        silent = harness.relay(None)
        harness.window.run(CONNECT)
        dialog = await harness.dialog()
        for field, text in enumerate((f"http://127.0.0.1:{silent.port}", USER, PASSWORD)):
            dialog.type(text, field)
        dialog.press("Test")
        await harness.loop.until(lambda: bool(dialog.widget.stage_pane.texts()), "a step")
        dialog.press("Cancel")
        await harness.loop.until(lambda: not harness.window.findChildren(QDialog), "no dialog")

    with_harness(story, no_time)


def test_an_unknown_certificate_is_asked_about_pinned_and_then_trusted(
    with_harness: Callable[..., None],
) -> None:
    certificate = self_signed()

    async def story(harness: Harness) -> None:
        host = harness.serve(certificate=certificate)
        harness.window.run(CONNECT)
        dialog = await harness.dialog()
        for field, text in enumerate((host.endpoint.url, USER, PASSWORD)):
            dialog.type(text, field)
        dialog.press("Connect")
        await harness.loop.until(lambda: bool(harness.workspace.hosts), "a host")
        name = harness.workspace.hosts[0].id
        await harness.phase(name, ConnectionPhase.FAILED)
        asked = await harness.dialog()
        assert dict(asked.widget.rows())["SHA-256"] == fingerprint_of(certificate.fingerprint)
        assert host.count() == 0
        asked.press("Trust This Certificate")
        view = await harness.phase(name, ConnectionPhase.CONNECTED)
        assert "pinned certificate" in view.mode
        saved = json.loads(harness.settings.read_text())["hosts"][0]
        assert saved["fingerprint"] == fingerprint_of(certificate.fingerprint)

    with_harness(story)


def test_a_cable_that_is_pulled_in_the_middle_of_a_job_does_not_harm_it(
    with_harness: Callable[..., None],
) -> None:
    async def story(harness: Harness) -> None:
        host = harness.serve()
        wire = harness.relay(host.endpoint.port)
        harness.add("host", f"http://127.0.0.1:{wire.port}/wsman")
        await harness.phase("host", ConnectionPhase.CONNECTED)
        host.connection_faults.next("Send", Interruption.DROP_AFTER)
        job_id = submit(harness, RenameCheckpoint(side_of(harness, "host"), "once"))
        wire.cut()
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.AS_PLANNED
        assert host.count("Create") == 1

    with_harness(story)


def test_a_host_that_restarts_comes_back_by_itself_and_says_what_became_of_the_job(
    with_harness: Callable[..., None],
) -> None:
    async def story(harness: Harness) -> None:
        host = harness.serve()
        wire = harness.relay(host.endpoint.port)
        harness.add("host", f"http://127.0.0.1:{wire.port}/wsman")
        await harness.phase("host", ConnectionPhase.CONNECTED)
        job_id = submit(harness, ExportCheckpoint(side_of(harness, "host"), "D:\\Exports"))
        await harness.loop.until(
            lambda: any(step.phase is StepPhase.RUNNING for step in harness.workspace.job(job_id).steps),
            "the export runs",
        )
        told: list[str] = []
        harness.window.bridge.job_changed.connect(
            lambda _id: told.append(harness.workspace.job(job_id).message)
        )
        host.output.end(1)  # so ends the agent of a host that goes down
        host.endpoint.shells.close()
        wire.cut()
        await harness.loop.until(
            lambda: any(step.phase is StepPhase.UNKNOWN for step in harness.workspace.job(job_id).steps),
            "outcome unknown",
        )
        job = await harness.ended(job_id)
        assert any("Outcome unknown" in message and "read again" in message for message in told)
        assert job.verdict in (Verdict.UNKNOWN, Verdict.FAILED)
        view = await harness.phase("host", ConnectionPhase.CONNECTED)
        assert view.state is not None
        assert host.count("Create") == 2

    with_harness(story)


def test_no_password_is_in_anything_that_the_program_leaves_or_starts(
    with_harness: Callable[..., None],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = local_powershell.make(tmp_path)
    monkeypatch.setenv("HVTREE_PWSH", str(program.path))
    monkeypatch.setenv("HVTREE_PASSWORD", PASSWORD)
    logging.getLogger().setLevel(logging.DEBUG)

    async def story(harness: Harness) -> None:
        host = harness.serve()
        harness.add("host", host.endpoint.url)
        harness.window.hosts.add(HostProfile("here", "", "", LOCAL), NO_SECRET)
        await harness.phase("host", ConnectionPhase.CONNECTED)
        await harness.phase("here", ConnectionPhase.CONNECTED)
        harness.add("wrong", host.endpoint.url, Secret("another s3cret"))
        view = await harness.phase("wrong", ConnectionPhase.FAILED)
        shown = [repr(each) for each in harness.workspace.hosts]
        assert leaks("another s3cret", [*shown, repr(view.error)], USER) == []

    caplog.set_level(logging.DEBUG)
    with_harness(story)
    left = [path.read_text(errors="replace") for path in tmp_path.rglob("*") if path.is_file()]
    for password in (PASSWORD, "another s3cret"):
        assert leaks(password, [*left, json.dumps(program.seen), caplog.text], USER) == []


def side_of(harness: Harness, host_id: str) -> CheckpointAddress:
    """Return where the checkpoint ‘side’ of the VM ‘web’ is."""
    ref = trees.ref(not_none(harness.view(host_id).state), "web", "side")
    return CheckpointAddress(host_id, ref.vm_id, ref.checkpoint_id)


def submit(harness: Harness, operation: Operation) -> int:
    """Start a job that nobody is asked about."""
    return harness.workspace.submit(harness.workspace.plan(operation), ALWAYS)
