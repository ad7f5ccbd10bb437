"""The workspace: hosts that connect, go stale, come back, and tell about it."""

from dataclasses import replace

import pytest

from hvtree.app.host_view import HostChanged, HostRemoved, Phase
from hvtree.app.settings import HostProfile
from hvtree.domain.errors import AuthenticationFailure, BadInput, ConnectionFailure, Refused
from hvtree.operations.rename import RenameCheckpoint
from tests.support.desk import Desk, at_desk
from tests.support.emulated import PROFILE, SECRET
from tests.support.narrowing import not_none
from tests.support.trees import id_of, lab

LAB = lab(web="base(p1*)", db="x*")


async def phase(desk: Desk, wanted: Phase) -> None:
    await desk.until(lambda: desk.view.phase is wanted)


def test_a_host_is_connecting_until_it_has_been_read() -> None:
    async def story(desk: Desk) -> None:
        other = desk.workspace.add_host(replace(PROFILE, name="other"), SECRET)
        assert desk.workspace.host(other).phase is Phase.CONNECTING
        await desk.until(lambda: desk.workspace.host(other).phase is Phase.CONNECTED)
        assert desk.workspace.host(other).state is not None

    at_desk(LAB, story)


def test_a_connected_host_says_how_it_is_reached() -> None:
    async def story(desk: Desk) -> None:
        assert desk.view.mode == "in memory"

    at_desk(LAB, story)


def test_what_somebody_else_does_shows_within_three_seconds() -> None:
    async def story(desk: Desk) -> None:
        began = desk.host.clock.now()
        desk.host.hyperv.rename_vm_snapshot(
            vm_snapshot=[desk.ref("db", "x").checkpoint_id], new_name="theirs"
        )
        await desk.until(lambda: desk.shape("db") == "theirs*")
        assert (desk.host.clock.now() - began).total_seconds() < 3

    at_desk(LAB, story)


def test_a_change_of_one_vm_leaves_the_others_the_same_objects() -> None:
    async def story(desk: Desk) -> None:
        web = desk.vm("web")
        desk.host.hyperv.rename_vm_snapshot(
            vm_snapshot=[desk.ref("db", "x").checkpoint_id], new_name="theirs"
        )
        await desk.until(lambda: desk.shape("db") == "theirs*")
        assert desk.vm("web") is web

    at_desk(LAB, story)


def test_f5_reads_the_host_again() -> None:
    async def story(desk: Desk) -> None:
        before = desk.state
        desk.workspace.refresh(desk.host_id)
        await desk.until(lambda: desk.state is not before)
        assert desk.host.verbs() == ["host.read", "host.read"]

    at_desk(LAB, story)


def test_a_host_that_is_lost_is_stale_and_keeps_its_last_reading() -> None:
    async def story(desk: Desk) -> None:
        before = desk.state
        desk.host.down = ConnectionFailure("The host is off.")
        desk.host.lose(ConnectionFailure("The cable was pulled."))
        await phase(desk, Phase.STALE)
        assert not_none(desk.view.error).what == "The cable was pulled."
        assert desk.view.state is before

    at_desk(LAB, story)


def test_a_host_that_is_lost_says_when_it_is_tried_again_and_comes_back() -> None:
    async def story(desk: Desk) -> None:
        desk.host.down = ConnectionFailure("The host is off.")
        desk.host.lose()
        await desk.until(lambda: desk.view.retry_at_utc is not None)
        assert not_none(desk.view.retry_at_utc) > desk.host.clock.now()
        desk.host.down = None
        await phase(desk, Phase.CONNECTED)
        assert desk.view.error is None
        assert desk.view.retry_at_utc is None

    at_desk(LAB, story)


def test_a_host_that_stays_away_is_tried_less_and_less_often() -> None:
    async def story(desk: Desk) -> None:
        desk.host.down = ConnectionFailure("The host is off.")
        desk.host.lose()
        began = desk.host.clock.now()
        await desk.until(lambda: (desk.host.clock.now() - began).total_seconds() > 600)
        assert 10 <= desk.host.attempts <= 16

    at_desk(LAB, story)


def test_reconnecting_by_hand_does_not_wait() -> None:
    async def story(desk: Desk) -> None:
        desk.host.down = ConnectionFailure("The host is off.")
        desk.host.lose()
        await desk.until(lambda: desk.view.retry_at_utc is not None)
        desk.host.down = None
        due = not_none(desk.view.retry_at_utc)
        desk.workspace.reconnect(desk.host_id)
        await phase(desk, Phase.CONNECTED)
        assert desk.host.clock.now() < due

    at_desk(LAB, story)


def test_a_refused_password_is_tried_once_and_never_again_by_itself() -> None:
    async def story(desk: Desk) -> None:
        desk.host.down = AuthenticationFailure("The password was refused.")
        other = desk.workspace.add_host(replace(PROFILE, name="other"), SECRET)
        await desk.until(lambda: desk.workspace.host(other).phase is Phase.FAILED)
        tried = desk.host.attempts
        began = desk.host.clock.now()
        desk.workspace.refresh(other)
        await desk.host.asked("ping", 10)
        assert (desk.host.clock.now() - began).total_seconds() > 300
        assert desk.host.attempts == tried
        assert desk.workspace.host(other).retry_at_utc is None

    at_desk(LAB, story)


def test_after_a_refused_password_it_is_tried_again_when_the_user_says_so() -> None:
    async def story(desk: Desk) -> None:
        desk.host.down = AuthenticationFailure("The password was refused.")
        other = desk.workspace.add_host(replace(PROFILE, name="other"), SECRET)
        await desk.until(lambda: desk.workspace.host(other).phase is Phase.FAILED)
        desk.host.down = None
        desk.workspace.reconnect(other)
        assert desk.workspace.host(other).phase is Phase.CONNECTING
        await desk.until(lambda: desk.workspace.host(other).phase is Phase.CONNECTED)

    at_desk(LAB, story)


def test_a_host_that_never_was_there_has_failed_and_is_tried_again() -> None:
    async def story(desk: Desk) -> None:
        desk.host.down = ConnectionFailure("Nobody answers.")
        other = desk.workspace.add_host(replace(PROFILE, name="other"), SECRET)
        await desk.until(lambda: desk.workspace.host(other).phase is Phase.FAILED)
        assert desk.workspace.host(other).state is None
        assert desk.workspace.host(other).retry_at_utc is not None
        desk.host.down = None
        await desk.until(lambda: desk.workspace.host(other).phase is Phase.CONNECTED)

    at_desk(LAB, story)


def test_a_host_that_is_not_read_yet_refuses_plans() -> None:
    async def story(desk: Desk) -> None:
        other = desk.workspace.add_host(replace(PROFILE, name="other"), SECRET)
        with pytest.raises(Refused, match="has not been read"):
            desk.workspace.plan(RenameCheckpoint(replace(desk.ref("db", "x"), host_id=other), "y"))

    at_desk(LAB, story)


def test_removing_a_host_tells_so_and_closes_its_connection() -> None:
    async def story(desk: Desk) -> None:
        desk.workspace.remove_host(desk.host_id)
        assert desk.workspace.hosts == ()
        assert desk.events[-1] == HostRemoved("vhost")
        await desk.workspace.close()
        assert not desk.host.is_connected

    at_desk(LAB, story)


def test_a_host_on_which_a_job_runs_cannot_be_removed() -> None:
    async def story(desk: Desk) -> None:
        desk.host.hold("checkpoint.rename")
        job_id = desk.submit(RenameCheckpoint(desk.ref("db", "x"), "y"))
        await desk.host.asked("checkpoint.rename")
        with pytest.raises(Refused, match="cannot be removed"):
            desk.workspace.remove_host(desk.host_id)
        desk.host.release()
        await desk.ended(job_id)

    at_desk(LAB, story)


def test_the_same_host_is_not_opened_twice() -> None:
    async def story(desk: Desk) -> None:
        with pytest.raises(BadInput, match="open already"):
            desk.workspace.add_host(PROFILE, SECRET)

    at_desk(LAB, story)


def test_a_profile_that_cannot_work_is_refused_before_anything_is_tried() -> None:
    async def story(desk: Desk) -> None:
        with pytest.raises(BadInput):
            desk.workspace.add_host(HostProfile("x", "ftp://x", "admin"), SECRET)
        assert len(desk.workspace.hosts) == 1

    at_desk(LAB, story)


def test_each_change_of_a_host_is_told_with_its_id() -> None:
    async def story(desk: Desk) -> None:
        assert desk.events[0] == HostChanged("vhost")

    at_desk(LAB, story)


def test_closing_lets_a_running_job_come_to_a_safe_end() -> None:
    async def story(desk: Desk) -> None:
        job_id = desk.submit(RenameCheckpoint(desk.ref("db", "x"), "y"))
        await desk.host.asked("checkpoint.rename")
        await desk.workspace.close()
        assert desk.workspace.job(job_id).verdict is not None
        assert desk.host.hyperv.get_vm_snapshot(vm=[id_of("db")]).objects[0].name == "y"

    at_desk(LAB, story)


def test_closing_does_not_wait_for_ever_for_a_job_that_hangs() -> None:
    async def story(desk: Desk) -> None:
        desk.host.hold("checkpoint.rename")
        job_id = desk.submit(RenameCheckpoint(desk.ref("db", "x"), "y"))
        await desk.host.asked("checkpoint.rename")
        began = desk.host.clock.now()
        await desk.workspace.close(grace_s=5)
        assert (desk.host.clock.now() - began).total_seconds() < 20
        assert desk.workspace.job(job_id).verdict is not None

    at_desk(LAB, story)
