"""`hvtree hosts`, this computer, and certificates that somebody at the terminal is asked about."""

import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import keyring
import pytest

from hvtree.app.settings import Settings
from hvtree.app.settings_file import default_path, load, save
from hvtree.cli.trust import certificate_lines
from hvtree.domain.certificate import Certificate, fingerprint_of
from hvtree.domain.host_profile import HostProfile
from hvtree.emulator.winrm.certificate import self_signed
from tests.support import local_powershell
from tests.support.keyring_backend import MemoryKeyring
from tests.support.leaks import leaks
from tests.support.narrowing import not_none
from tests.support.remote_host import PASSWORD, USER, RemoteHost, remote_host
from tests.support.terminal import Said, Terminal

CERTIFICATE = self_signed()
PIN = not_none(fingerprint_of(CERTIFICATE.fingerprint))


@pytest.fixture
def secure() -> Iterator[RemoteHost]:
    with remote_host(certificate=CERTIFICATE) as served:
        yield served


@pytest.fixture
def backend(hvtree: Terminal) -> Iterator[MemoryKeyring]:
    before = keyring.get_keyring()
    made = MemoryKeyring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


def add(hvtree: Terminal, host: RemoteHost, *words: str, typed: str | None = None) -> Said:
    return hvtree("hosts", "add", "lab", host.endpoint.url, "--user", USER, *words, typed=typed)


def saved() -> tuple[HostProfile, ...]:
    return load(default_path()).hosts


def test_without_hosts_it_says_how_to_add_one(hvtree: Terminal) -> None:
    assert "hvtree hosts add" in hvtree("hosts").out


def test_a_host_that_is_added_is_listed_and_can_be_shown(
    hvtree: Terminal, host: RemoteHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert add(hvtree, host).code == 0
    assert host.endpoint.url in hvtree("hosts", "list").out
    monkeypatch.setenv("HVTREE_PASSWORD", PASSWORD)
    assert hvtree("show", "lab").code == 0


def test_the_list_as_json_has_all_there_is_to_know_and_no_password(
    hvtree: Terminal, host: RemoteHost
) -> None:
    add(hvtree, host)
    (record,) = hvtree("hosts", "--json").json
    assert (record["name"], record["user"], record["in_keyring"]) == ("lab", USER, False)
    assert "password" not in json.dumps(record)


def test_an_address_is_made_of_name_tls_and_port(hvtree: Terminal) -> None:
    closed = socket.create_server(("127.0.0.1", 0))
    port = closed.getsockname()[1]
    closed.close()
    said = hvtree("hosts", "add", "127.0.0.1", "--tls", "--port", str(port), "--user", USER)
    assert saved()[0].endpoint == f"https://127.0.0.1:{port}/wsman"
    assert "could not be looked at" in said.err


def test_a_host_that_is_forgotten_is_gone(hvtree: Terminal, host: RemoteHost) -> None:
    add(hvtree, host)
    assert hvtree("hosts", "remove", "LAB").code == 0
    assert saved() == ()
    assert hvtree("hosts", "remove", "lab").code == 2


def test_a_name_that_is_taken_needs_a_word_more(hvtree: Terminal, host: RemoteHost) -> None:
    add(hvtree, host)
    assert "--replace" in add(hvtree, host).err
    assert add(hvtree, host, "--replace", "--transport", "kerberos").code == 0
    assert [each.transport for each in saved()] == ["kerberos"]


@pytest.mark.parametrize(
    "words",
    [
        ["lab", "ftp://x", "--user", "u"],
        ["lab", "a b", "--user", "u"],
        ["lab", "hv01"],
        ["lab", "hv01", "--user", "u", "--transport", "basic"],
        ["lab", "hv01", "--user", "u", "--fingerprint", "nonsense"],
        ["lab", "hv01", "--user", "u", "--port", "0"],
        [" ", "hv01", "--user", "u"],
    ],
)
def test_what_cannot_work_is_not_saved(hvtree: Terminal, words: list[str]) -> None:
    said = hvtree("hosts", "add", *words)
    assert said.code == 2
    assert "Traceback" not in said.err
    assert saved() == ()


def test_a_damaged_settings_file_is_told_and_left_alone(hvtree: Terminal) -> None:
    default_path().parent.mkdir(parents=True, exist_ok=True)
    default_path().write_bytes(b"{ precious")
    assert hvtree("hosts").code == 2
    assert default_path().read_bytes() == b"{ precious"


def test_a_password_is_kept_in_the_keyring_and_in_no_file(
    hvtree: Terminal, host: RemoteHost, backend: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTREE_PASSWORD", PASSWORD)
    assert add(hvtree, host, "--keep-password").code == 0
    monkeypatch.delenv("HVTREE_PASSWORD")
    assert list(backend.entries.values()) == [PASSWORD]
    assert leaks(PASSWORD, [default_path().read_text()], USER) == []
    assert hvtree("show", "lab").code == 0
    hvtree("hosts", "remove", "lab")
    assert backend.entries == {}


def test_without_a_keyring_no_password_can_be_kept_and_it_says_so(
    hvtree: Terminal, host: RemoteHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTREE_PASSWORD", PASSWORD)
    said = add(hvtree, host, "--keep-password")
    assert said.code == 2
    assert "no keyring" in said.err
    assert saved() == ()


def test_a_certificate_is_shown_before_a_host_is_saved_and_pinned_on_a_yes(
    hvtree: Terminal, secure: RemoteHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = add(hvtree, secure, typed="y\n")
    assert said.code == 0
    assert PIN in said.err
    assert "self-signed" in said.err
    assert saved()[0].fingerprint == PIN
    monkeypatch.setenv("HVTREE_PASSWORD", PASSWORD)
    assert hvtree("show", "lab").code == 0


def test_a_certificate_cannot_show_a_fingerprint_that_it_does_not_have() -> None:
    forged = "hv01\n  SHA-256:     00:11\x1b[2K\u202e"
    now = datetime.now(UTC)
    lines = certificate_lines(Certificate("AA:BB", forged, forged, (forged,), now, now))
    assert [line.partition(":")[0].strip() for line in lines] == ["For", "Issued by", "Valid", "SHA-256"]
    assert not [line for line in lines if {"\n", "\x1b", "\u202e"} & set(line)]


def test_a_no_to_a_certificate_saves_nothing_and_sends_nothing(hvtree: Terminal, secure: RemoteHost) -> None:
    assert add(hvtree, secure, typed="\n").code == 1
    assert saved() == ()
    assert secure.count() == 0


def test_where_nobody_can_be_asked_the_fingerprint_is_given_as_an_option(
    hvtree: Terminal, secure: RemoteHost
) -> None:
    said = add(hvtree, secure)
    assert said.code == 1
    assert PIN in said.err
    assert "--fingerprint" in said.err
    assert hvtree.on(secure, "show", "--fingerprint", PIN).code == 0


def test_another_certificate_than_the_pinned_one_is_refused_until_somebody_says_yes(
    hvtree: Terminal, secure: RemoteHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTREE_PASSWORD", PASSWORD)
    former = not_none(fingerprint_of(self_signed().fingerprint))
    save(
        default_path(),
        Settings((HostProfile("lab", secure.endpoint.url, USER, fingerprint=former),)),
    )
    said = hvtree("show", "lab")
    assert said.code == 1
    assert former in said.err
    assert "another certificate" in said.err
    assert hvtree("show", "lab", typed="y\n").code == 0
    assert saved()[0].fingerprint == PIN


def test_this_computer_is_shown_without_any_login(
    hvtree: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = local_powershell.make(tmp_path)
    monkeypatch.setenv("HVTREE_PWSH", str(program.path))
    monkeypatch.setenv("HVTREE_PASSWORD", "s3cret!")
    said = hvtree("show", "local", "--json")
    assert said.code == 0
    assert said.json["host"] == "PAIR"
    assert "s3cret!" not in json.dumps(program.seen)


def test_this_computer_can_be_saved_under_a_name(
    hvtree: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTREE_PWSH", str(local_powershell.make(tmp_path).path))
    assert hvtree("hosts", "add", "here", "--local").code == 0
    assert "this computer" in hvtree("hosts").out
    assert hvtree("do", "rename", "here", "web/side", "--name", "x", "--yes").code == 0


def test_this_computer_without_a_powershell_is_a_sentence(
    hvtree: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HVTREE_PWSH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    said = hvtree("show", "local")
    assert said.code == 1
    assert "no PowerShell on this computer" in said.err
