"""Passwords and hosts: asked for when needed, tried once, and never again by itself, on whatever host."""

from pathlib import Path

import pytest

from hvtree.app.credentials import NO_SECRET, PasswordNeeded, Secret, find_password, wants_password
from hvtree.app.host_view import ConnectionPhase, HostView
from hvtree.app.lockout import account_of
from hvtree.domain.certificate import CertificateFailure
from hvtree.domain.errors import AuthenticationFailure, BadInput, ConnectionFailure
from hvtree.domain.host_profile import HostProfile
from hvtree.hosts.winrm.certificates import certificate_of
from hvtree.values import replace
from tests.support.emulated import PROFILE, SECRET
from tests.support.harness import Harness, with_harness
from tests.support.narrowing import not_none
from tests.support.trees import lab

LAB = lab(web="base(p1*)")
WRONG = AuthenticationFailure("The password was refused.", code="credentials")
DOMAIN = replace(PROFILE, name="first", user="LAB\\admin")


async def ends_in(harness: Harness, host_id: str, phase: ConnectionPhase) -> HostView:
    await harness.until(lambda: harness.workspace.host(host_id).phase is phase)
    return harness.workspace.host(host_id)


async def refused_at(harness: Harness, profile: HostProfile, secret: Secret = SECRET) -> int:
    """Let a host refuse a password; return how often anybody was tried so far."""
    harness.host.down = WRONG
    view = await ends_in(harness, harness.workspace.add_host(profile, secret), ConnectionPhase.FAILED)
    assert view.error is WRONG
    harness.host.down = None
    return harness.host.attempts


def test_a_host_whose_password_nobody_has_given_is_shown_and_not_tried() -> None:
    async def story(harness: Harness) -> None:
        tried = harness.host.attempts
        other = harness.workspace.add_host(replace(PROFILE, name="other"), None)
        view = harness.workspace.host(other)
        assert view.phase is ConnectionPhase.FAILED
        assert isinstance(view.error, PasswordNeeded)
        harness.workspace.reconnect(other)
        await harness.host.clock.pass_by(120)
        assert harness.host.attempts == tried

    with_harness(LAB, story)


def test_a_password_that_is_given_later_connects_the_host() -> None:
    async def story(harness: Harness) -> None:
        profile = replace(PROFILE, name="other")
        other = harness.workspace.add_host(profile, None)
        harness.workspace.log_in(other, profile, SECRET)
        assert harness.workspace.host(other).phase is ConnectionPhase.CONNECTING
        await ends_in(harness, other, ConnectionPhase.CONNECTED)

    with_harness(LAB, story)


def test_logging_in_anew_keeps_the_last_reading_and_ends_the_former_connection() -> None:
    async def story(harness: Harness) -> None:
        before = harness.state
        harness.workspace.log_in(harness.host_id, replace(PROFILE, user="other"), SECRET)
        assert harness.view.phase is ConnectionPhase.STALE
        assert harness.view.state is before
        await ends_in(harness, harness.host_id, ConnectionPhase.CONNECTED)
        assert harness.host.attempts == 2
        assert len(harness.host.channels) == 1

    with_harness(LAB, story)


def test_logging_in_again_and_again_leaves_one_connection() -> None:
    async def story(harness: Harness) -> None:
        for _ in range(5):
            harness.workspace.log_in(harness.host_id, PROFILE, SECRET)
        await ends_in(harness, harness.host_id, ConnectionPhase.CONNECTED)
        assert len(harness.host.channels) == 1

    with_harness(LAB, story)


def test_a_bad_profile_is_refused_and_the_connection_stays() -> None:
    async def story(harness: Harness) -> None:
        with pytest.raises(BadInput):
            harness.workspace.log_in(harness.host_id, replace(PROFILE, endpoint="ftp://x"), SECRET)
        assert harness.view.is_connected

    with_harness(LAB, story)


def test_a_password_that_one_host_has_refused_is_not_tried_on_another() -> None:
    async def story(harness: Harness) -> None:
        tried = await refused_at(harness, DOMAIN)
        view = await ends_in(
            harness,
            harness.workspace.add_host(replace(DOMAIN, name="second"), SECRET),
            ConnectionPhase.FAILED,
        )
        assert harness.host.attempts == tried
        assert "‘first’ has refused it" in not_none(view.error).why
        assert view.retry_at_utc is None

    with_harness(LAB, story)


def test_another_password_of_the_same_account_is_tried() -> None:
    async def story(harness: Harness) -> None:
        await refused_at(harness, DOMAIN)
        other = harness.workspace.add_host(replace(DOMAIN, name="second"), Secret("another"))
        await ends_in(harness, other, ConnectionPhase.CONNECTED)

    with_harness(LAB, story)


def test_an_account_of_another_host_is_another_account() -> None:
    async def story(harness: Harness) -> None:
        local = replace(PROFILE, name="first", user=".\\Administrator")
        await refused_at(harness, local)
        other = replace(local, name="second", endpoint="http://hv02:5985/wsman")
        await ends_in(harness, harness.workspace.add_host(other, SECRET), ConnectionPhase.CONNECTED)

    with_harness(LAB, story)


def test_a_refused_password_that_is_entered_once_more_is_tried_once_more() -> None:
    async def story(harness: Harness) -> None:
        tried = await refused_at(harness, DOMAIN)
        harness.workspace.log_in("first", DOMAIN, SECRET)
        await ends_in(harness, "first", ConnectionPhase.CONNECTED)
        assert harness.host.attempts == tried + 1

    with_harness(LAB, story)


def test_a_user_who_is_not_let_in_after_the_login_does_not_count_as_a_refused_password() -> None:
    async def story(harness: Harness) -> None:
        harness.host.down = AuthenticationFailure("The user may not use WinRM.", code="winrm-denied")
        await ends_in(harness, harness.workspace.add_host(DOMAIN, SECRET), ConnectionPhase.FAILED)
        harness.host.down = None
        other = harness.workspace.add_host(replace(DOMAIN, name="second"), SECRET)
        await ends_in(harness, other, ConnectionPhase.CONNECTED)

    with_harness(LAB, story)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("LAB\\admin", "lab\\ADMIN", True),
        ("admin@lab.example", "Admin@LAB.example", True),
        (".\\admin", ".\\admin", False),
        ("admin", "admin", False),
        ("LAB\\admin", "OTHER\\admin", False),
    ],
)
def test_accounts_are_told_apart(one: str, other: str, is_same: bool) -> None:
    first = HostProfile("a", "http://a:5985/wsman", one)
    second = HostProfile("b", "http://b:5985/wsman", other)
    assert (account_of(first) == account_of(second)) is is_same


def test_a_certificate_that_is_not_trusted_waits_for_the_user() -> None:
    async def story(harness: Harness) -> None:
        harness.host.down = CertificateFailure("Not trusted.", certificate_of(b""))
        view = await ends_in(
            harness,
            harness.workspace.add_host(replace(PROFILE, name="other"), SECRET),
            ConnectionPhase.FAILED,
        )
        assert view.retry_at_utc is None

    with_harness(LAB, story)


def test_after_a_sleep_the_connection_is_renewed_and_the_host_read() -> None:
    async def story(harness: Harness) -> None:
        before = harness.state
        harness.host.clock.jump(8 * 3600)
        await harness.until(lambda: harness.state is not before)
        assert harness.host.renewals == 1
        assert harness.host.attempts == 1

    with_harness(LAB, story)


def test_after_a_sleep_a_lost_host_is_tried_at_once() -> None:
    async def story(harness: Harness) -> None:
        harness.host.down = ConnectionFailure("The host is off.")
        harness.host.lose()
        await harness.until(lambda: harness.host.attempts > 5)
        await harness.until(lambda: harness.view.retry_at_utc is not None)
        harness.host.down = None
        harness.host.clock.jump(600)
        began = harness.host.clock.now()
        await ends_in(harness, harness.host_id, ConnectionPhase.CONNECTED)
        assert (harness.host.clock.now() - began).total_seconds() < 10

    with_harness(LAB, story)


def test_a_refused_password_is_not_tried_again_after_a_sleep() -> None:
    async def story(harness: Harness) -> None:
        tried = await refused_at(harness, DOMAIN)
        harness.host.clock.jump(600)
        await harness.host.clock.pass_by(200)
        assert harness.host.attempts == tried

    with_harness(LAB, story)


@pytest.mark.parametrize(
    ("transport", "wants"), [("ntlm", True), ("basic", True), ("kerberos", False), ("local", False)]
)
def test_a_password_is_wanted_where_it_is_needed(transport: str, wants: bool) -> None:
    assert wants_password(replace(PROFILE, transport=transport)) is wants


def test_the_key_of_a_certificate_wants_a_password_if_it_is_locked(tmp_path: Path) -> None:
    for name, head in (("open", "PRIVATE KEY"), ("locked", "ENCRYPTED PRIVATE KEY")):
        (tmp_path / name).write_text(f"-----BEGIN {head}-----\n")
    profiles = {
        name: replace(PROFILE, transport="certificate", key_file=str(tmp_path / name))
        for name in ("open", "locked", "missing")
    }
    assert [name for name, profile in profiles.items() if wants_password(profile)] == ["locked"]


def test_nobody_is_asked_for_a_password_that_is_not_needed() -> None:
    def never(_profile: HostProfile) -> Secret | None:
        raise AssertionError

    assert find_password(replace(PROFILE, transport="kerberos"), (never,)) is NO_SECRET
