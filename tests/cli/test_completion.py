"""Shells complete the words of `hvtree`: commands, options and their values, saved hosts."""

import asyncio
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hvtree.app.group_files import write_groups
from hvtree.app.groups import Groups
from hvtree.app.memory.groups import KeptGroups
from hvtree.app.memory.place import default_path as memory_path
from hvtree.app.settings import Settings
from hvtree.app.settings_file import default_path, save
from hvtree.domain.host_profile import HostProfile
from hvtree.values import replace
from tests.support.kept_groups import FARM, SHOP, TAKEN
from tests.support.powershell import NO_POWERSHELL, find_powershell
from tests.support.terminal import Terminal
from tests.support.tolerant_hvtree import COMMAND
from tests.support.waiting import WAIT_S


@pytest.fixture(autouse=True)
def saved(hvtree: Terminal) -> None:
    """Two saved hosts, neither of which is there."""
    names = ("my lab", "hv01")
    save(
        default_path(), Settings(tuple(HostProfile(name, "http://nowhere:5985/wsman", "a") for name in names))
    )


@pytest.fixture
def on_path(tmp_path: Path) -> dict[str, str]:
    """The environment of a shell that has `hvtree` on its PATH."""
    program = tmp_path / "hvtree"
    program.write_text(f'#!/bin/sh\nexec {shlex.join(COMMAND)} "$@"\n')
    program.chmod(0o755)
    return {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}


def completed(tmp_path: Path, line: str) -> list[str]:
    """Return what HVTree offers at the end of a line, asked as a shell asks it."""
    answer = tmp_path / "answer"
    question = {
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_SHELL": "fish",
        "_ARGCOMPLETE_IFS": "\n",
        "_ARGCOMPLETE_STDOUT_FILENAME": str(answer),
        "ARGCOMPLETE_USE_TEMPFILES": "1",
        "COMP_LINE": line,
        "COMP_POINT": str(len(line)),
    }
    subprocess.run(COMMAND, env={**os.environ, **question}, check=True, capture_output=True, timeout=WAIT_S)
    return [each.strip() for each in answer.read_text().splitlines()]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("hvtree pl", ["plan"]),
        ("hvtree plan delete-", ["delete-subtree", "delete-expired"]),
        ("hvtree show ", ["my lab", "hv01", "demo", "local"]),
        ("hvtree do delete h", ["hv01"]),
        ("hvtree hosts remove ", ["my lab", "hv01"]),
        ("hvtree show hv01 --gr", ["--graph"]),
        ("hvtree show hv01 --transport ker", ["kerberos"]),
        ("hvtree show demo --world ", ["empty", "lab", "pair"]),
        ("hvtree plan delete hv01 ", []),
        ("hvtree --color ", ["auto", "always", "never"]),
        ("hvtree completion ", ["bash", "zsh", "fish", "powershell"]),
    ],
)
def test_a_word_is_completed_without_a_host(tmp_path: Path, line: str, offered: list[str]) -> None:
    assert completed(tmp_path, line) == offered


def test_groups_are_completed_by_their_names(
    hvtree: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "data"))
    assert completed(tmp_path, "hvtree group show ") == []
    assert list((tmp_path / "data").glob("**/*.sqlite3")) == []
    write_groups(tmp_path / "groups.json", [FARM, SHOP])
    assert hvtree("group", "import", str(tmp_path / "groups.json")).code == 0
    assert completed(tmp_path, "hvtree group show ") == ["SharePoint farm", "Shop"]
    assert completed(tmp_path, "hvtree group export Shop Sh") == ["SharePoint farm", "Shop"]
    assert completed(tmp_path, "hvtree group ex") == ["export", "export-checkpoint"]


def test_checkpoints_are_completed_for_the_group_that_is_named(
    hvtree: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "data"))

    async def keep() -> None:
        groups = Groups(KeptGroups(memory_path()))
        await groups.save_all((FARM, SHOP))
        alone = replace(TAKEN, id="alone", name="by hand", group_id="", group_name="")
        for record in (TAKEN, alone):
            await groups.record(record)
        await groups.close()

    asyncio.run(keep())
    assert completed(tmp_path, "hvtree group apply 'sharepoint farm' ") == ["Before patching"]
    assert completed(tmp_path, "hvtree group lock - --json ") == ["by hand"]
    assert completed(tmp_path, "hvtree group remove-checkpoint Shop ") == []
    assert completed(tmp_path, "hvtree group remove-checkpoint Farm ") == []


def test_damaged_settings_do_not_end_completing(tmp_path: Path) -> None:
    default_path().write_text("{")
    assert completed(tmp_path, "hvtree show ") == ["demo", "local"]


def test_a_file_is_completed_where_one_is_wanted(tmp_path: Path) -> None:
    (tmp_path / "root.pem").touch()
    assert completed(tmp_path, f"hvtree show hv01 --ca-file {tmp_path}/ro") == [f"{tmp_path}/root.pem"]


@pytest.mark.skipif(sys.platform == "win32", reason="no bash that can start a program of this test")
def test_bash_completes_with_the_script_that_is_printed(on_path: dict[str, str]) -> None:
    ask = """
    source <(hvtree completion bash)
    ask() { COMP_LINE="$1" COMP_POINT=${#1} COMP_TYPE=9; _python_argcomplete hvtree; printf '%s;' "${COMPREPLY[@]}"; }
    ask 'hvtree sh'; ask 'hvtree show my'; complete -p hvtree
    """
    run = subprocess.run(
        [str(shutil.which("bash")), "--norc", "-c", ask],
        env=on_path,
        capture_output=True,
        text=True,
        check=True,
        timeout=WAIT_S,
    )
    assert run.stdout.splitlines() == [
        r"show ;my\ lab ;complete -o bashdefault -o nospace -F _python_argcomplete hvtree"
    ]


def test_powershell_completes_with_the_script_that_is_printed(
    on_path: dict[str, str], tmp_path: Path
) -> None:
    powershell = find_powershell()
    if powershell is None:
        pytest.skip(NO_POWERSHELL)
    script = tmp_path / "ask.ps1"
    script.write_text(
        """
        function New-TemporaryFile { Get-Item ([IO.Path]::GetTempFileName()) }
        [IO.File]::WriteAllText("$PSScriptRoot/completion.ps1", ((hvtree completion powershell) -join "`n"))
        . "$PSScriptRoot/completion.ps1"
        foreach ($line in 'hvtree sh', 'hvtree show ', 'echo x; hvtree do checkpoint hv01 --gr') {
            (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches.CompletionText -join ';'
        }
        """
    )
    run = subprocess.run(
        [powershell, "-NoProfile", "-File", str(script)],
        env=on_path,
        capture_output=True,
        text=True,
        check=True,
        timeout=WAIT_S,
    )
    said = [line.replace(" ;", ";").strip() for line in run.stdout.splitlines()]
    assert said == ["show", "my` lab;hv01;demo;local", "--group"]


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("zsh", "compdef _python_argcomplete hvtree"),
        ("zsh", "#compdef hvtree"),
        ("fish", "complete --command hvtree -f -a '(__fish_hvtree_complete)'"),
    ],
)
def test_the_scripts_of_other_shells_register_the_command(hvtree: Terminal, shell: str, line: str) -> None:
    said = hvtree("completion", shell)
    assert said.code == 0
    assert line in [each.strip() for each in said.out.splitlines()]


def test_a_shell_that_is_not_known_is_code_2(hvtree: Terminal) -> None:
    assert hvtree("completion", "cmd").code == 2


@pytest.mark.parametrize("words", [["--help"], ["show", "--help"], ["do", "delete", "--help"], ["hosts"]])
def test_neither_qt_nor_pywinrm_is_loaded_before_it_is_needed(words: list[str]) -> None:
    ask = f"import sys; from hvtree.cli import main; main({words!r}); print({{'PySide6', 'winrm'}} & {{*sys.modules}})"
    run = subprocess.run(
        [sys.executable, "-c", ask], capture_output=True, text=True, check=True, timeout=WAIT_S
    )
    assert run.stdout.splitlines()[-1] == "set()"
