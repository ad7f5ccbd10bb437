"""`hvtree history`: what was done, whoever did it, found again by people and by scripts."""

import csv
import io
import os
import subprocess
from pathlib import Path

import pytest

from hvtree.emulator.host.faults import Fault
from tests.support.leaks import leaks
from tests.support.narrowing import not_none
from tests.support.remote_host import PASSWORD, USER, RemoteHost
from tests.support.terminal import Terminal
from tests.support.tolerant_hvtree import COMMAND


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of a new user."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    return tmp_path


@pytest.fixture
def busy(hvtree: Terminal, host: RemoteHost, data: Path) -> Terminal:
    """Three jobs have been done: one as planned, one refused by the host, one that nobody wanted."""
    hvtree.on(host, "do checkpoint", "web", "--name", "before patch", "--yes")
    host.hyperv.faults.add(Fault(cmdlet="Rename-VMSnapshot", error="AccessDenied"))
    hvtree.on(host, "do rename", "side", "--name", "new", "--yes")
    host.hyperv.faults.clear()
    hvtree.on(host, "do checkpoint", "web", "db", "--group", "--name", "both", "--yes")
    return hvtree


def test_a_new_user_is_told_what_will_be_here(hvtree: Terminal, data: Path) -> None:
    said = hvtree("history")
    assert (said.code, said.out.startswith("Nothing has been done yet.")) == (0, True)
    assert list(data.iterdir()) == []


def test_the_newest_comes_first_with_its_verdict(busy: Terminal) -> None:
    lines = busy("history").out.splitlines()
    assert lines[0].split() == ["No.", "When", "Verdict", "Host", "What", "VMs"]
    assert [line.split()[0] for line in lines[2:]] == ["3", "2", "1"]
    assert ["as planned" in line for line in lines[2:]] == [True, False, True]


def test_a_job_is_shown_with_what_was_asked_and_answered(busy: Terminal) -> None:
    out = busy("history", "1").out
    for words in (
        "before patch",
        "as planned",
        "made checkpoint",
        "In PowerShell:",
        "Checkpoint-VM",
        "asked",
    ):
        assert words in out


def test_the_raw_error_of_the_host_is_kept(busy: Terminal) -> None:
    said = busy("history", "2", "--json").json
    (request,) = said["steps"][0]["requests"]
    assert request["outcomes"][0]["error"]["category"] == "PermissionDenied"
    assert said["verdict"] == "failed"


def test_scripts_read_the_list_as_json_and_csv(busy: Terminal) -> None:
    entries = busy("history", "--json").json
    assert [entry["operation"] for entry in entries] == ["checkpoint-group", "rename", "checkpoint"]
    assert {vm["name"] for vm in entries[0]["vms"]} == {"web", "db"}
    rows = list(csv.DictReader(io.StringIO(busy("history", "--csv").out)))
    assert [row["id"] for row in rows] == [entry["id"] for entry in entries]
    assert rows[0]["vms"] == "web, db"


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (["--vm", "db"], [3]),
        (["--verdict", "failed"], [2]),
        (["--operation", "checkpoint"], [1]),
        (["--search", "PATCH"], [1]),
        (["--host", "nowhere"], []),
        (["--since", "1h", "--most", "2"], [3, 2]),
        (["--since", "2999-01-01"], []),
    ],
)
def test_the_list_is_narrowed(busy: Terminal, words: list[str], numbers: list[int]) -> None:
    assert [entry["number"] for entry in busy("history", "--json", *words).json] == numbers


def test_no_password_is_in_anything_that_is_kept(busy: Terminal, data: Path) -> None:
    kept = [each.read_bytes().decode("latin-1") for each in data.rglob("*") if each.is_file()]
    assert any(USER in each and "before patch" in each for each in kept)
    assert leaks(PASSWORD, kept, USER) == []


def test_nothing_found_is_said_in_a_sentence(busy: Terminal) -> None:
    assert busy("history", "--vm", "nobody").out == "No job in the history is like that.\n"


@pytest.mark.parametrize(
    "words",
    [["99"], ["no-such-job"], ["--since", "soon"], ["--most", "0"], ["--verdict", "fine"], ["1", "--csv"]],
)
def test_what_makes_no_sense_is_a_sentence_and_code_2(busy: Terminal, words: list[str]) -> None:
    said = busy("history", *words)
    assert (said.code, said.out) == (2, "")
    assert said.err


def test_names_cannot_act_on_the_terminal_or_in_a_spreadsheet(
    hvtree: Terminal, host: RemoteHost, data: Path
) -> None:
    hvtree.on(host, "do checkpoint", "web", "--name", "=cmd|' /C calc'!A0 \u202egnp.exe", "--yes")
    assert "\u202e" not in hvtree("history", "1").out
    (row,) = csv.reader(io.StringIO(hvtree("history", "--csv").out.partition("\n")[2]))
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)


def test_a_damaged_memory_is_put_aside_and_said(busy: Terminal, data: Path) -> None:
    (memory,) = data.rglob("memory.sqlite3")
    memory.write_bytes(b"damaged " * 99)
    said = busy("history")
    assert (said.code, "is kept as" in said.err) == (0, True)
    assert (memory.with_name("memory.sqlite3.bad")).read_bytes() == b"damaged " * 99


def test_a_job_does_not_begin_if_it_cannot_be_written_down(
    hvtree: Terminal, host: RemoteHost, data: Path
) -> None:
    (data / "HVTree").write_text("a file where the folder should be")
    said = hvtree.on(host, "do checkpoint", "web", "--name", "x", "--yes")
    assert said.code == 1
    assert "cannot be used" in said.out
    assert "Nothing was changed." in said.out


def test_a_job_whose_program_was_killed_is_unfinished(hvtree: Terminal, host: RemoteHost, data: Path) -> None:
    host.hyperv.faults.add(Fault(cmdlet="Export-VMSnapshot", delay_s=100_000))
    words = ("do", "export", host.endpoint.url, "side", "--to", "D:\\Exports", "--user", USER, "--yes")
    with subprocess.Popen(
        [*COMMAND, *words],
        env={**os.environ, "HVTREE_PASSWORD": PASSWORD},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    ) as program:
        assert any("running" in line for line in not_none(program.stderr))
        assert hvtree("history", "--json").json[0]["verdict"] == "running"
        program.kill()
    (entry,) = hvtree("history", "--json").json
    assert entry["verdict"] == "unfinished"
    said = hvtree("history", "1").out
    assert "never answered" in said
    assert "HVTree ended before this job did." in said
