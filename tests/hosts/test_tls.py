"""Certificates: who is trusted, what is said of those who are not, and that nothing is sent to them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hvtree.domain.certificate import CertificateFailure, fingerprint_of
from hvtree.domain.errors import AuthenticationFailure, BadInput, ConnectionFailure, HVTreeError
from hvtree.emulator.winrm.certificate import ServerCertificate, self_signed
from hvtree.hosts.clients import remote_client
from hvtree.hosts.winrm.certificates import certificate_of
from hvtree.hosts.winrm.login import WinRmLogin
from tests.support.logins import login_to
from tests.support.relay import LOOPBACK_6, relay
from tests.support.remote_host import PASSWORD, USER, RemoteHost, remote_host, run

NO_FILE = "no-such-file.pem"


@pytest.fixture(scope="module")
def certificate() -> ServerCertificate:
    return self_signed()


@pytest.fixture
def host(certificate: ServerCertificate) -> Iterator[RemoteHost]:
    with remote_host(certificate=certificate, allow_basic=True) as made:
        yield made


def pin_of(certificate: ServerCertificate) -> str:
    return fingerprint_of(certificate.fingerprint) or ""


def failure(settings: WinRmLogin) -> HVTreeError:
    async def story() -> HVTreeError:
        with pytest.raises(HVTreeError) as caught:
            await remote_client(settings).connect()
        return caught.value

    return run(story())


def untrusted(settings: WinRmLogin) -> CertificateFailure:
    error = failure(settings)
    assert isinstance(error, CertificateFailure), error
    return error


async def read_once(settings: WinRmLogin) -> str:
    """Connect and read; return how the host was reached."""
    client = remote_client(settings)
    await client.connect()
    try:
        assert (await client.read()).vms
        return client.mode
    finally:
        await client.close()


def test_an_unknown_certificate_is_shown_with_its_fingerprint_and_nothing_is_sent(
    host: RemoteHost, certificate: ServerCertificate
) -> None:
    error = untrusted(host.login())
    assert error.certificate.fingerprint == pin_of(certificate)
    assert pin_of(certificate) in error.why
    assert "self-signed" in error.why
    assert error.certificate.names == ("localhost", "127.0.0.1")
    assert error.trusted is None
    assert host.count() == 0


@pytest.mark.parametrize("transport", ["ntlm", "basic"])
def test_a_pinned_certificate_is_trusted(
    host: RemoteHost, certificate: ServerCertificate, transport: str
) -> None:
    settings = host.login(fingerprint=pin_of(certificate), transport=transport)
    assert "TLS with a pinned certificate" in run(read_once(settings))


def test_a_fingerprint_may_be_written_in_any_way(host: RemoteHost, certificate: ServerCertificate) -> None:
    run(read_once(host.login(fingerprint=certificate.fingerprint.lower())))


def test_another_certificate_than_the_pinned_one_is_refused_and_both_are_named(
    host: RemoteHost, certificate: ServerCertificate
) -> None:
    former = pin_of(self_signed())
    error = untrusted(host.login(fingerprint=former))
    assert error.what == "The host ‘vhost’ shows another certificate than the one that HVTree trusts."
    assert former in error.why
    assert pin_of(certificate) in error.why
    assert error.trusted == former
    assert error.certificate.fingerprint == pin_of(certificate)
    assert host.count() == 0


def test_a_certificate_that_changes_under_a_connection_ends_it_and_gets_no_login(
    certificate: ServerCertificate,
) -> None:
    async def story(host: RemoteHost, other: RemoteHost) -> None:
        with relay(host.endpoint.port) as wire:
            endpoint = f"https://127.0.0.1:{wire.port}/wsman"
            client = remote_client(host.login(endpoint=endpoint, fingerprint=pin_of(certificate)))
            await client.connect()
            lost: asyncio.Future[HVTreeError] = asyncio.get_running_loop().create_future()
            client.on_lost = lost.set_result
            wire.target = other.endpoint.port
            wire.cut()
            assert isinstance(await lost, ConnectionFailure)
            await client.close()
            assert other.count() == 0

    with remote_host(certificate=self_signed()) as other, remote_host(certificate=certificate) as host:
        run(story(host, other))


def test_a_pinned_certificate_may_be_for_another_name(
    host: RemoteHost, certificate: ServerCertificate
) -> None:
    with relay(host.endpoint.port, LOOPBACK_6) as wire:
        endpoint = f"https://[::1]:{wire.port}/wsman"
        run(read_once(host.login(endpoint=endpoint, fingerprint=pin_of(certificate))))


def test_a_certificate_for_another_name_is_refused_with_both_names(
    host: RemoteHost, certificate: ServerCertificate, tmp_path: Path
) -> None:
    authority = tmp_path / "authority.pem"
    authority.write_bytes(certificate.certificate)
    with relay(host.endpoint.port, LOOPBACK_6) as wire:
        endpoint = f"https://[::1]:{wire.port}/wsman"
        error = untrusted(host.login(endpoint=endpoint, ca_file=str(authority)))
    assert "It is for localhost, 127.0.0.1, and not for ::1." in error.why


def test_a_certificate_cannot_put_a_line_of_its_own_into_what_is_said_of_it(tmp_path: Path) -> None:
    forged = self_signed(names=["hv01\n  SHA-256: 00:11"])
    authority = tmp_path / "authority.pem"
    authority.write_bytes(forged.certificate)
    with remote_host(certificate=forged) as host:
        error = untrusted(host.login(ca_file=str(authority)))
    assert "hv01\ufffd  SHA-256: 00:11" in error.why
    assert len(error.details.splitlines()) == 5


def test_a_certificate_with_names_of_an_unknown_sort_is_read_without_them() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hv01")])
    now = datetime.now(UTC)
    x400 = x509.UnrecognizedExtension(x509.SubjectAlternativeName.oid, b"\x30\x04\xa3\x02\x30\x00")
    built = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now).add_extension(
        x400, critical=False
    )
    der = built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    assert (certificate_of(der).subject, certificate_of(der).names) == ("hv01", ())


def test_an_expired_certificate_is_told_with_its_date(tmp_path: Path) -> None:
    expired = self_signed(days=-0.5)
    authority = tmp_path / "authority.pem"
    authority.write_bytes(expired.certificate)
    with remote_host(certificate=expired) as host:
        error = untrusted(host.login(ca_file=str(authority)))
        assert f"It expired on {error.certificate.not_after_utc:%Y-%m-%d}." in error.why


def test_an_expired_certificate_may_be_pinned() -> None:
    expired = self_signed(days=-0.5)
    with remote_host(certificate=expired) as host:
        run(read_once(host.login(fingerprint=expired.fingerprint)))


def test_a_port_that_speaks_no_tls_is_told() -> None:
    with remote_host() as plain:
        error = failure(plain.login(endpoint=plain.endpoint.url.replace("http:", "https:")))
    assert "does not speak TLS" in error.what
    assert not isinstance(error, CertificateFailure)


def test_a_host_that_hangs_up_when_tls_begins_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        closed = nobody.getsockname()[1]
    with relay(closed) as wire:
        error = failure(login_to("vhost", f"https://127.0.0.1:{wire.port}/wsman", USER, PASSWORD))
    assert "TLS" in error.what


@pytest.mark.parametrize("content", [None, b"", b"no certificate at all"])
def test_a_file_of_authorities_that_cannot_be_used_is_told(
    host: RemoteHost, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "authority.pem"
    if content is not None:
        file.write_bytes(content)
    error = failure(host.login(ca_file=str(file)))
    assert isinstance(error, BadInput)
    assert str(file) in error.what


@pytest.mark.parametrize("fingerprint", ["AB:CD", "X" * 64, "0" * 63])
def test_a_malformed_fingerprint_is_refused(host: RemoteHost, fingerprint: str) -> None:
    assert isinstance(failure(host.login(fingerprint=fingerprint)), BadInput)


def test_a_fingerprint_without_tls_is_refused(certificate: ServerCertificate) -> None:
    settings = login_to(
        "vhost", "http://hv01:5985/wsman", USER, PASSWORD, fingerprint=certificate.fingerprint
    )
    assert isinstance(failure(settings), BadInput)


@pytest.fixture(scope="module")
def mine() -> ServerCertificate:
    return self_signed()


@pytest.fixture
def files(mine: ServerCertificate, tmp_path: Path) -> dict[str, Any]:
    return written(tmp_path, mine, mine.key)


@pytest.fixture
def mapped(certificate: ServerCertificate, mine: ServerCertificate) -> Iterator[RemoteHost]:
    with remote_host(certificate=certificate, client_certificate=mine.certificate) as made:
        yield made


def test_a_certificate_of_the_users_own_logs_in(
    mapped: RemoteHost, certificate: ServerCertificate, files: dict[str, Any]
) -> None:
    mode = run(read_once(mapped.login(fingerprint=certificate.fingerprint, user="", password="", **files)))
    assert mode.startswith("Certificate, TLS")


def test_the_key_of_it_may_be_locked_by_the_password(
    mapped: RemoteHost, certificate: ServerCertificate, mine: ServerCertificate, tmp_path: Path
) -> None:
    files = written(tmp_path, mine, locked(mine, b"open sesame"))
    pinned = mapped.login(fingerprint=certificate.fingerprint, password="open sesame", **files)
    run(read_once(pinned))


def test_a_wrong_password_for_that_key_is_told_without_it(
    mapped: RemoteHost, certificate: ServerCertificate, mine: ServerCertificate, tmp_path: Path
) -> None:
    files = written(tmp_path, mine, locked(mine, b"open sesame"))
    error = failure(mapped.login(fingerprint=certificate.fingerprint, password="s3cret!", **files))
    assert isinstance(error, BadInput)
    assert "locked by another password" in error.why
    assert "s3cret!" not in f"{error.sentence}{error.details}"


def test_a_host_that_does_not_know_the_users_certificate_refuses_the_login(
    host: RemoteHost, certificate: ServerCertificate, files: dict[str, Any]
) -> None:
    error = failure(host.login(fingerprint=certificate.fingerprint, **files))
    assert isinstance(error, AuthenticationFailure)
    assert "does not accept your certificate" in error.what


def test_a_host_that_breaks_off_tls_because_of_the_users_certificate_is_told(
    mapped: RemoteHost, certificate: ServerCertificate, tmp_path: Path
) -> None:
    stranger = self_signed()
    files = written(tmp_path, stranger, stranger.key)
    error = failure(mapped.login(fingerprint=certificate.fingerprint, **files))
    assert isinstance(error, AuthenticationFailure)
    assert "does not accept your certificate" in error.what


def test_a_login_by_certificate_without_files_says_which_are_needed(
    host: RemoteHost, certificate: ServerCertificate
) -> None:
    error = failure(host.login(fingerprint=certificate.fingerprint, transport="certificate"))
    assert "needs two files" in error.what


def test_a_file_of_the_users_that_is_not_there_is_named(
    host: RemoteHost, certificate: ServerCertificate, files: dict[str, Any]
) -> None:
    missing = files | {"key_file": NO_FILE}
    assert NO_FILE in failure(host.login(fingerprint=certificate.fingerprint, **missing)).what


def written(folder: Path, certificate: ServerCertificate, key: bytes) -> dict[str, Any]:
    for name, content in (("mine.pem", certificate.certificate), ("mine.key", key)):
        (folder / name).write_bytes(content)
    return {
        "transport": "certificate",
        "certificate_file": str(folder / "mine.pem"),
        "key_file": str(folder / "mine.key"),
    }


def locked(certificate: ServerCertificate, password: bytes) -> bytes:
    key = serialization.load_pem_private_key(certificate.key, None)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password),
    )
