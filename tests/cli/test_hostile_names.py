"""Nothing that a host calls something does more on a terminal than be read; JSON has its true name."""

from __future__ import annotations

import os
import subprocess
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from hvtree.app.settings import Settings
from hvtree.app.settings_file import default_path, save
from hvtree.cli.known_words import saved_host_words
from hvtree.cli.state_text import Look, state_lines
from hvtree.domain.host_profile import HostProfile
from hvtree.domain.model import VmState
from hvtree.emulator.host.faults import Fault
from hvtree.emulator.winrm.negotiate import SEALED_TYPE
from hvtree.emulator.winrm.soap import WsmanFault, fault
from tests.support import local_powershell, trees
from tests.support.hostile_names import ACTING, EVIL, FORGED, evil_world
from tests.support.hostile_server import Asked, hostile_server, http, logged_in, sealed
from tests.support.narrowing import not_none
from tests.support.remote_host import PASSWORD, USER, RemoteHost, remote_host
from tests.support.terminal import Said, Terminal
from tests.support.tolerant_hvtree import COMMAND

SAVED = "<b>lab</b>" + ACTING
"""Such a name for a saved host; with `://` in it, it would be an endpoint."""
_MARKS = frozenset("\u200b\u202a\u202b\u202c\u202d\u202e\u2066\u2067\ufeff")


@pytest.fixture
def evil() -> Iterator[RemoteHost]:
    """A host with hostile names for itself, its VMs, their checkpoints, notes, disks and volumes."""
    with remote_host(evil_world(notes=EVIL)) as served:
        yield served


def leaks(text: str) -> list[str]:
    """Return what the hostile names achieve in what was printed."""
    found = [repr(each) for each in sorted(set(text)) if _acts(each)]
    return found + [line for line in text.split("\n") if line.strip().startswith((FORGED, "turned"))]


def _acts(each: str) -> bool:
    return each in _MARKS or (unicodedata.category(each) in {"Cc", "Zl", "Zp", "Cs"} and each != "\n")


def harmless(said: Said, code: int = 0) -> Said:
    """Return what a command said, after a look at it."""
    assert said.code == code, said.err
    assert leaks(said.out) == []
    assert leaks(said.err) == []
    return said


@pytest.mark.parametrize("options", [[], ["--graph"], ["--ids"], ["--graph", "--ids"]])
def test_names_do_nothing_in_the_trees(hvtree: Terminal, evil: RemoteHost, options: list[str]) -> None:
    said = harmless(hvtree.on(evil, "show", *options))
    rows = 2 + 2 * (1 + 4 + 1)  # headings and rule, then each VM with its checkpoints and Now
    assert len(said.out.strip("\n").split("\n")) == 2 + rows
    assert "<b>bold</b>" in said.out


def test_json_keeps_the_true_names(hvtree: Terminal, evil: RemoteHost) -> None:
    said = harmless(hvtree.on(evil, "show", "--json"))
    assert said.json["host"] == EVIL
    assert {vm["name"] for vm in said.json["vms"]} == {"web" + EVIL, "db" + EVIL}
    web = next(vm for vm in said.json["vms"] if vm["name"].startswith("web"))
    assert {each["name"] for each in web["checkpoints"]} == {
        each + EVIL for each in ("base", "p1", "p2", "p3")
    }
    assert web["notes"] == EVIL


def test_the_words_of_a_vm_in_trouble_do_nothing() -> None:
    vm = trees.vm("base*", "web", state=VmState.OFF_CRITICAL, status=EVIL, notes=EVIL)
    lines = state_lines(trees.lab(EVIL, web=vm), trees.READ_AT, Look())
    assert leaks("\n".join(lines)) == []
    assert not [line for line in lines if "\n" in line]


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        ("delete", ["web" + EVIL + "/p1" + EVIL]),
        ("delete-subtree", ["web" + EVIL + "/p1" + EVIL]),
        ("apply", ["web" + EVIL + "/p1" + EVIL]),
        ("export", ["web" + EVIL + "/p1" + EVIL, "--to", "D:\\Exports"]),
        ("rename", ["web" + EVIL + "/p1" + EVIL, "--name", "new"]),
        ("revert", ["web" + EVIL]),
        ("checkpoint", ["web" + EVIL, "db" + EVIL]),
        ("checkpoint", ["web" + EVIL, "db" + EVIL, "--group"]),
    ],
)
def test_names_do_nothing_in_a_plan(hvtree: Terminal, evil: RemoteHost, verb: str, words: list[str]) -> None:
    harmless(hvtree.on(evil, f"plan {verb}", *words))


@pytest.mark.parametrize("target", ["p3", "web" + EVIL + "/p", EVIL, "\x1b[31m\u202e" + EVIL, "web"])
def test_names_do_nothing_where_something_is_not_found(
    hvtree: Terminal, evil: RemoteHost, target: str
) -> None:
    harmless(hvtree.on(evil, "plan delete", target), 2)
    harmless(hvtree.on(evil, "plan checkpoint", target), 2)


def test_names_do_nothing_where_several_are_meant(hvtree: Terminal, evil: RemoteHost) -> None:
    said = harmless(hvtree.on(evil, "plan delete", "p1" + EVIL), 2)
    assert "means 2 checkpoints" in said.err
    assert len(said.err.strip("\n").split("\n")) == 4


def test_names_do_nothing_where_a_host_is_not_known(hvtree: Terminal) -> None:
    harmless(hvtree("show", EVIL), 2)
    harmless(hvtree("hosts", "remove", EVIL), 2)
    harmless(hvtree("hosts", "add", EVIL, "hv01", "--user", USER), 2)
    harmless(hvtree("show", f"http://{EVIL}", "--user", USER), 2)


@pytest.mark.parametrize("words", [[EVIL], ["show", "demo", EVIL], ["show", "demo", "--world", EVIL]])
def test_wrong_words_do_nothing(hvtree: Terminal, words: list[str]) -> None:
    said = hvtree(*words)
    assert said.code
    assert leaks(said.err) == []


def test_names_do_nothing_in_the_verdict_of_a_job(hvtree: Terminal, evil: RemoteHost) -> None:
    said = harmless(hvtree.on(evil, "do rename", "web" + EVIL + "/p3" + EVIL, "--name", "new", "--yes"))
    assert "checked on the host" in said.out


def test_names_do_nothing_where_a_job_fails(hvtree: Terminal, evil: RemoteHost) -> None:
    evil.hyperv.faults.add(Fault(cmdlet="Remove-VMSnapshot", error="FileInUse"))
    harmless(hvtree.on(evil, "do delete", f"web{EVIL}/p3{EVIL}", "--yes"), 1)


def test_details_have_lines_but_none_that_could_be_ours(hvtree: Terminal, evil: RemoteHost) -> None:
    evil.hyperv.faults.add(Fault(cmdlet="Remove-VMSnapshot", error="FileInUse"))
    said = hvtree.on(evil, "do delete", f"web{EVIL}/p3{EVIL}", "--yes", "--debug")
    assert "    FullyQualifiedErrorId" in said.err
    assert [each for each in leaks(said.err) if each != f"    {FORGED}"] == []


def test_the_words_of_a_server_that_is_no_host_do_nothing(
    hvtree: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTREE_PASSWORD", PASSWORD)
    reason = f"{FORGED}\n\u202e\u200b{FORGED}\n"
    answer = fault("uuid:1", WsmanFault(1359, "InternalError", reason), "HV01")

    def refused(asked: Asked) -> list[bytes]:
        return http(500, sealed(asked, answer)[1], f"Content-Type: {SEALED_TYPE}")

    with hostile_server(logged_in(refused)) as server:
        harmless(hvtree("show", server.url, "--user", USER), 1)
        harmless(hvtree("show", server.url, "--user", USER, "--debug"), 1)


def test_the_last_words_of_a_powershell_cannot_be_taken_for_ours(
    hvtree: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = local_powershell.make(tmp_path, local_powershell.DYING)
    monkeypatch.setenv("HVTREE_PWSH", str(program.path))
    said = harmless(hvtree("show", "local", "--debug"), 1)
    assert "    out of memory" in said.err.split("\n")


def test_names_do_nothing_in_what_is_watched(hvtree: Terminal, evil: RemoteHost) -> None:
    process = subprocess.Popen(
        [*COMMAND, "watch", evil.endpoint.url, "--user", USER, "--count", "1"],
        env={**os.environ, "HVTREE_PASSWORD": PASSWORD, "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    with process:
        try:
            first = not_none(process.stdout).readline()
            harmless(hvtree.on(evil, "do rename", f"web{EVIL}/p3{EVIL}", "--name", "new", "--yes"))
            rest = not_none(process.stdout).read()
        finally:
            process.kill()
    said = (first + rest).decode("utf-8")
    assert leaks(said) == []
    assert said.count("\n") == 2
    assert "renamed to" in said


@pytest.fixture
def saved(evil: RemoteHost, hvtree: Terminal, monkeypatch: pytest.MonkeyPatch) -> RemoteHost:
    """A host that is saved under a hostile name, as a settings file from somebody else may have it."""
    monkeypatch.setenv("HVTREE_PASSWORD", PASSWORD)
    save(default_path(), Settings((HostProfile(SAVED, evil.endpoint.url, USER),)))
    return evil


@pytest.fixture
def saved_on_time(hvtree: Terminal, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same with a host whose clock is right: the doctor looks at it."""
    monkeypatch.setenv("HVTREE_PASSWORD", PASSWORD)
    with remote_host(evil_world(notes=EVIL), speed=1.0) as served:
        save(default_path(), Settings((HostProfile(SAVED, served.endpoint.url, USER),)))
        yield


def test_the_name_of_a_saved_host_does_nothing(hvtree: Terminal, saved: RemoteHost) -> None:
    assert len(harmless(hvtree("hosts")).out.strip("\n").split("\n")) == 2
    assert harmless(hvtree("hosts", "--json")).json[0]["name"] == SAVED
    harmless(hvtree("show", SAVED))
    assert dict(saved_host_words()) == {}


@pytest.mark.usefixtures("saved_on_time")
def test_names_do_nothing_in_the_report_of_the_doctor(hvtree: Terminal) -> None:
    harmless(hvtree("doctor", SAVED))
    assert harmless(hvtree("doctor", SAVED, "--json")).json["host"] == SAVED


def test_a_host_that_cannot_be_reached_does_nothing_by_its_name(
    hvtree: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTREE_PASSWORD", PASSWORD)
    save(default_path(), Settings((HostProfile(SAVED, "http://127.0.0.1:9/wsman", USER),)))
    harmless(hvtree("show", SAVED), 1)
    harmless(hvtree("doctor", SAVED), 1)
    harmless(hvtree("do", "checkpoint", SAVED, "web", "--yes"), 1)
