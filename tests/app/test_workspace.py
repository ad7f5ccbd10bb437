"""The workspace: hosts that connect, go stale, come back, and tell about it."""

import pytest

from hvtree.app.host_view import ConnectionPhase, HostChanged, HostRemoved
from hvtree.domain.errors import AuthenticationFailure, BadInput, ConnectionFailure, Refused
from hvtree.domain.host_profile import HostProfile
from hvtree.operations.rename import RenameCheckpoint
from hvtree.values import replace
from tests.support.emulated import PROFILE, SECRET
from tests.support.harness import Harness, with_harness
from tests.support.narrowing import not_none
from tests.support.trees import id_of, lab

LAB = lab(web="base(p1*)", db="x*")


async def phase(harness: Harness, wanted: ConnectionPhase) -> None:
    await harness.until(lambda: harness.view.phase is wanted)


def test_a_host_is_connecting_until_it_has_been_read() -> None:
    async def story(harness: Harness) -> None:
        other = harness.workspace.add_host(replace(PROFILE, name="other"), SECRET)
        assert harness.workspace.host(other).phase is ConnectionPhase.CONNECTING
        await harness.until(lambda: harness.workspace.host(other).is_connected)
        assert harness.workspace.host(other).state is not None

    with_harness(LAB, story)


def test_a_connected_host_says_how_it_is_reached() -> None:
    async def story(harness: Harness) -> None:
        assert harness.view.mode == "in memory"

    with_harness(LAB, story)


def test_what_somebody_else_does_shows_within_three_seconds() -> None:
    async def story(harness: Harness) -> None:
        began = harness.host.clock.now()
        harness.host.hyperv.rename_vm_snapshot(
            vm_snapshot=[harness.ref("db", "x").checkpoint_id], new_name="theirs"
        )
        await harness.until(lambda: harness.shape("db") == "theirs*")
        assert (harness.host.clock.now() - began).total_seconds() < 3

    with_harness(LAB, story)


def test_a_change_of_one_vm_leaves_the_others_the_same_objects() -> None:
    async def story(harness: Harness) -> None:
        web = harness.vm("web")
        harness.host.hyperv.rename_vm_snapshot(
            vm_snapshot=[harness.ref("db", "x").checkpoint_id], new_name="theirs"
        )
        await harness.until(lambda: harness.shape("db") == "theirs*")
        assert harness.vm("web") is web

    with_harness(LAB, story)


def test_f5_reads_the_host_again() -> None:
    async def story(harness: Harness) -> None:
        before = harness.state
        harness.workspace.refresh(harness.host_id)
        await harness.until(lambda: harness.state is not before)
        assert harness.host.verbs() == ["host.read", "host.read"]

    with_harness(LAB, story)


def test_a_host_that_is_lost_is_stale_and_keeps_its_last_reading() -> None:
    async def story(harness: Harness) -> None:
        before = harness.state
        harness.host.down = ConnectionFailure("The host is off.")
        harness.host.lose(ConnectionFailure("The cable was pulled."))
        await phase(harness, ConnectionPhase.STALE)
        assert not_none(harness.view.error).what == "The cable was pulled."
        assert harness.view.state is before

    with_harness(LAB, story)


def test_a_host_that_is_lost_says_when_it_is_tried_again_and_comes_back() -> None:
    async def story(harness: Harness) -> None:
        harness.host.down = ConnectionFailure("The host is off.")
        harness.host.lose()
        await harness.until(lambda: harness.view.retry_at_utc is not None)
        assert not_none(harness.view.retry_at_utc) > harness.host.clock.now()
        harness.host.down = None
        await phase(harness, ConnectionPhase.CONNECTED)
        assert harness.view.error is None
        assert harness.view.retry_at_utc is None

    with_harness(LAB, story)


def test_a_host_that_stays_away_is_tried_less_and_less_often() -> None:
    async def story(harness: Harness) -> None:
        harness.host.down = ConnectionFailure("The host is off.")
        harness.host.lose()
        began = harness.host.clock.now()
        await harness.until(lambda: (harness.host.clock.now() - began).total_seconds() > 600)
        assert 10 <= harness.host.attempts <= 16

    with_harness(LAB, story)


def test_reconnecting_by_hand_does_not_wait() -> None:
    async def story(harness: Harness) -> None:
        harness.host.down = ConnectionFailure("The host is off.")
        harness.host.lose()
        await harness.until(lambda: harness.view.retry_at_utc is not None)
        harness.host.down = None
        due = not_none(harness.view.retry_at_utc)
        harness.workspace.reconnect(harness.host_id)
        await phase(harness, ConnectionPhase.CONNECTED)
        assert harness.host.clock.now() < due

    with_harness(LAB, story)


def test_a_refused_password_is_tried_once_and_never_again_by_itself() -> None:
    async def story(harness: Harness) -> None:
        harness.host.down = AuthenticationFailure("The password was refused.")
        other = harness.workspace.add_host(replace(PROFILE, name="other"), SECRET)
        await harness.until(lambda: harness.workspace.host(other).phase is ConnectionPhase.FAILED)
        tried = harness.host.attempts
        harness.workspace.refresh(other)
        await harness.host.clock.pass_by(600)
        assert harness.host.attempts == tried
        assert harness.workspace.host(other).retry_at_utc is None

    with_harness(LAB, story)


def test_after_a_refused_password_it_is_tried_again_when_the_user_says_so() -> None:
    async def story(harness: Harness) -> None:
        harness.host.down = AuthenticationFailure("The password was refused.")
        other = harness.workspace.add_host(replace(PROFILE, name="other"), SECRET)
        await harness.until(lambda: harness.workspace.host(other).phase is ConnectionPhase.FAILED)
        harness.host.down = None
        harness.workspace.reconnect(other)
        assert harness.workspace.host(other).phase is ConnectionPhase.CONNECTING
        await harness.until(lambda: harness.workspace.host(other).is_connected)

    with_harness(LAB, story)


def test_a_host_that_never_was_there_has_failed_and_is_tried_again() -> None:
    async def story(harness: Harness) -> None:
        harness.host.down = ConnectionFailure("Nobody answers.")
        other = harness.workspace.add_host(replace(PROFILE, name="other"), SECRET)
        await harness.until(lambda: harness.workspace.host(other).phase is ConnectionPhase.FAILED)
        assert harness.workspace.host(other).state is None
        assert harness.workspace.host(other).retry_at_utc is not None
        harness.host.down = None
        await harness.until(lambda: harness.workspace.host(other).is_connected)

    with_harness(LAB, story)


def test_a_host_that_is_not_read_yet_refuses_plans() -> None:
    async def story(harness: Harness) -> None:
        other = harness.workspace.add_host(replace(PROFILE, name="other"), SECRET)
        with pytest.raises(Refused, match="has not been read"):
            harness.workspace.plan(RenameCheckpoint(replace(harness.ref("db", "x"), host_id=other), "y"))

    with_harness(LAB, story)


def test_removing_a_host_tells_so_and_closes_its_connection() -> None:
    async def story(harness: Harness) -> None:
        harness.workspace.remove_host(harness.host_id)
        assert harness.workspace.hosts == ()
        assert harness.events[-1] == HostRemoved("vhost")
        await harness.workspace.close()
        assert not harness.host.is_connected

    with_harness(LAB, story)


def test_a_plan_for_a_host_that_has_left_is_refused() -> None:
    async def story(harness: Harness) -> None:
        plan = harness.workspace.plan(RenameCheckpoint(harness.ref("db", "x"), "y"))
        harness.workspace.remove_host(harness.host_id)
        with pytest.raises(Refused, match="not open any more"):
            harness.submit(plan)
        assert harness.workspace.jobs == ()

    with_harness(LAB, story)


def test_a_host_on_which_a_job_runs_cannot_be_removed() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("checkpoint.rename")
        job_id = harness.submit(RenameCheckpoint(harness.ref("db", "x"), "y"))
        await harness.host.asked("checkpoint.rename")
        with pytest.raises(Refused, match="cannot be removed"):
            harness.workspace.remove_host(harness.host_id)
        harness.host.release()
        await harness.ended(job_id)

    with_harness(LAB, story)


def test_the_same_host_is_not_opened_twice() -> None:
    async def story(harness: Harness) -> None:
        with pytest.raises(BadInput, match="open already"):
            harness.workspace.add_host(PROFILE, SECRET)

    with_harness(LAB, story)


def test_a_profile_that_cannot_work_is_refused_before_anything_is_tried() -> None:
    async def story(harness: Harness) -> None:
        with pytest.raises(BadInput):
            harness.workspace.add_host(HostProfile("x", "ftp://x", "admin"), SECRET)
        assert len(harness.workspace.hosts) == 1

    with_harness(LAB, story)


def test_each_change_of_a_host_is_told_with_its_id() -> None:
    async def story(harness: Harness) -> None:
        assert harness.events[0] == HostChanged("vhost")

    with_harness(LAB, story)


def test_closing_lets_a_running_job_come_to_a_safe_end() -> None:
    async def story(harness: Harness) -> None:
        job_id = harness.submit(RenameCheckpoint(harness.ref("db", "x"), "y"))
        await harness.host.asked("checkpoint.rename")
        await harness.workspace.close()
        assert harness.workspace.job(job_id).verdict is not None
        assert harness.host.hyperv.get_vm_snapshot(vm=[id_of("db")]).objects[0].name == "y"

    with_harness(LAB, story)


def test_closing_does_not_wait_for_ever_for_a_job_that_hangs() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("checkpoint.rename")
        job_id = harness.submit(RenameCheckpoint(harness.ref("db", "x"), "y"))
        await harness.host.asked("checkpoint.rename")
        began = harness.host.clock.now()
        await harness.workspace.close(grace_s=5)
        assert (harness.host.clock.now() - began).total_seconds() < 20
        assert harness.workspace.job(job_id).verdict is not None

    with_harness(LAB, story)
