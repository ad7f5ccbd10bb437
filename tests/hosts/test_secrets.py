"""A password shows nowhere: in no error and nothing behind one, in no log, in no dump of what is running."""

from __future__ import annotations

import faulthandler
import logging
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from winrm import transport as pywinrm

from hvtree.domain.errors import BadInput, HVTreeError
from hvtree.domain.host_profile import HostProfile
from hvtree.emulator.winrm.certificate import ServerCertificate, self_signed
from hvtree.emulator.winrm.connection_faults import Interruption
from hvtree.hosts.clients import remote_client
from hvtree.hosts.winrm.login import WinRmLogin
from tests.support.leaks import leaks, told_by
from tests.support.logins import login_to
from tests.support.remote_host import PASSWORD, USER, RemoteHost, remote_host, run

WRONG = "pässw0rd & s3cret"
Arrange = Callable[[RemoteHost], WinRmLogin]


@pytest.fixture(scope="module")
def certificate() -> ServerCertificate:
    return self_signed()


@pytest.fixture(autouse=True)
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Everything that anybody logs."""
    caplog.set_level(logging.DEBUG)
    return caplog


def failure(settings: WinRmLogin) -> HVTreeError:
    async def story() -> HVTreeError:
        with pytest.raises(HVTreeError) as caught:
            await remote_client(settings).connect()
        return caught.value

    return run(story())


def cut(host: RemoteHost) -> None:
    for _ in range(2):
        host.connection_faults.next("Create", Interruption.DROP_BEFORE)


FAULTS: dict[str, Callable[[RemoteHost], object]] = {
    "refused": lambda _: None,
    "cut": cut,
    "fault": lambda host: host.connection_faults.next("Create", Interruption.FAULT_BEFORE, 2150859174),
    "forgotten": lambda host: host.connection_faults.next("Create", Interruption.FORGET_LOGIN),
    "no command": lambda host: host.connection_faults.next("Command", Interruption.FAULT_BEFORE, 2147942402),
}


@pytest.mark.parametrize("transport", ["ntlm", "basic"])
@pytest.mark.parametrize("fault_kind", FAULTS)
def test_no_error_of_a_login_shows_the_password(
    certificate: ServerCertificate, log: pytest.LogCaptureFixture, transport: str, fault_kind: str
) -> None:
    password = WRONG if fault_kind == "refused" else PASSWORD
    with remote_host(certificate=certificate, allow_basic=True) as host:
        FAULTS[fault_kind](host)
        settings = host.login(transport=transport, password=password, fingerprint=certificate.fingerprint)
        if fault_kind == "forgotten":
            settings = host.login(transport=transport, password=WRONG, fingerprint=certificate.fingerprint)
        error = failure(settings)
    assert leaks(settings.password, [*told_by(error), repr(settings), log.text], USER) == []


def test_an_encrypted_login_shows_the_password_in_no_log(log: pytest.LogCaptureFixture) -> None:
    async def story(host: RemoteHost) -> None:
        client = host.client()
        await client.connect()
        await client.read()
        host.endpoint.forget_logins()
        await client.watch(lambda: None)
        await client.close()

    with remote_host() as host:
        run(story(host))
    assert leaks(PASSWORD, [log.text], USER) == []


def test_a_dump_of_all_threads_shows_no_password(tmp_path: Path) -> None:
    async def story(host: RemoteHost) -> str:
        client = host.client()
        await client.connect()
        assert any(thread.name.startswith("hvtree-") for thread in threading.enumerate())
        dump = tmp_path / "dump.txt"
        with dump.open("w") as file:
            faulthandler.dump_traceback(file, all_threads=True)
        await client.close()
        return dump.read_text()

    with remote_host() as host:
        assert leaks(PASSWORD, [run(story(host))], USER) == []


def test_a_password_that_basic_cannot_carry_is_refused_without_it(certificate: ServerCertificate) -> None:
    password = "s3cret 漢"
    with remote_host(certificate=certificate, allow_basic=True) as host:
        error = failure(host.login(transport="basic", password=password, fingerprint=certificate.fingerprint))
        assert host.count() == 0
    assert isinstance(error, BadInput)
    assert "characters that Basic cannot carry" in error.what
    assert leaks("s3cret", told_by(error)) == []


@pytest.mark.parametrize(("transport", "flag"), [("kerberos", "HAVE_KERBEROS"), ("credssp", "HAVE_CREDSSP")])
def test_a_login_whose_library_is_missing_names_the_extra(
    monkeypatch: pytest.MonkeyPatch, transport: str, flag: str
) -> None:
    monkeypatch.setattr(pywinrm, flag, False)
    error = failure(login_to("vhost", "http://127.0.0.1:9/wsman", USER, PASSWORD, transport))
    assert isinstance(error, BadInput)
    assert "library for it is not installed" in error.what
    assert f"hvtree[{transport}]" in error.now


def test_an_address_may_have_an_ipv6_zone() -> None:
    profile = HostProfile("vhost", "http://[fe80::1%25eth0]:5985/wsman", USER)
    assert (profile.host, profile.port) == ("fe80::1%eth0", 5985)
