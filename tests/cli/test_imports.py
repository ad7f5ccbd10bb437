"""What a command line imports: no more than it needs, so that it answers at once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hvtree.app.memory.database import Database
from tests.support.remote_host import RemoteHost

ALLOWED = {"hvtree", "hvtree.cli"} | {
    f"hvtree.cli.{name}" for name in ("completing", "entry", "options", "streams", "window")
}
"""What of HVTree the help may import."""


def imported(*words: str) -> set[str]:
    """Return the modules that are imported when a command line in a fresh interpreter has ended."""
    ask = f"import sys; from hvtree.cli import main; main({list(words)!r}); print('\\n' + ' '.join(sys.modules))"
    said = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    return set(said.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("words", [("--help",), ("--version",)], ids=str)
def test_the_help_imports_nothing_of_hvtree_but_the_options(words: tuple[str, ...]) -> None:
    here = imported(*words)
    assert {name for name in here if name.partition(".")[0] == "hvtree"} <= ALLOWED


@pytest.mark.parametrize("words", [("--help",), ("--version",)], ids=str)
def test_the_help_imports_no_library_and_none_of_pythons_slow_modules(words: tuple[str, ...]) -> None:
    slow = {
        "asyncio",
        "dataclasses",
        "inspect",
        "json",
        "logging",
        "msgspec",
        "platformdirs",
        "typing",
        "wcwidth",
    }
    assert slow & imported(*words) == set()


UNREAD = (
    "hvtree.app.doctor",
    "hvtree.app.group_lookup",
    "hvtree.app.memory.group_",
    "hvtree.app.memory.run",
    "hvtree.app.unfinished",
    "hvtree.cli.graph_text",
    "hvtree.domain.disks",
    "hvtree.domain.edits",
    "hvtree.domain.group_checkpoint",
    "hvtree.domain.receipt",
    "hvtree.emulator",
    "hvtree.hosts.oneshot_channel",
    "hvtree.hosts.performing",
    "hvtree.jobs.job",
    "hvtree.jobs.recovery",
    "hvtree.jobs.runner",
    "hvtree.operations",
)
"""What of HVTree one reading does without: what plans, acts, recovers, draws graphs or reaches rare hosts."""


@pytest.fixture(params=["no history", "a history"])
def one_reading(request: pytest.FixtureRequest, host: RemoteHost, tmp_path: Path) -> tuple[set[str], int]:
    """Modules that `hvtree show` has imported at its end in a fresh interpreter, and how often it looked for garbage."""
    if request.param == "a history":
        with Database(tmp_path / "HVTree" / "memory.sqlite3").change():
            pass
    words = ["hvtree", "show", host.endpoint.url, "--user", "demo"]
    ask = (
        f"import gc, sys; sys.argv = {words!r}; from hvtree.cli import run; assert run() == 0; "
        "print('\\n' + ' '.join(sys.modules), sum(each['collections'] for each in gc.get_stats()))"
    )
    folders = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "APPDATA", "LOCALAPPDATA")
    home = {name: str(tmp_path) for name in folders}
    said = subprocess.run(
        [sys.executable, "-c", ask],
        env={**os.environ, **home, "HVTREE_PASSWORD": "correct horse"},
        capture_output=True,
        text=True,
        check=True,
    )
    *modules, looks = said.stdout.splitlines()[-1].split()
    return set(modules), int(looks)


def test_one_reading_loads_nothing_of_what_it_does_not_do(one_reading: tuple[set[str], int]) -> None:
    modules, _ = one_reading
    assert "hvtree.hosts.client" in modules
    assert {name for name in modules if name.startswith(UNREAD)} == set()
    unread_libraries = {"PySide6", "keyring", "networkx", "wcwidth"}
    assert {name.partition(".")[0] for name in modules} & unread_libraries == set()
    assert "cryptography.x509" not in modules  # this host shows no certificate


def test_one_reading_is_not_held_up_by_looks_for_garbage(one_reading: tuple[set[str], int]) -> None:
    before = "import gc, argparse; print(sum(each['collections'] for each in gc.get_stats()))"
    said = subprocess.run([sys.executable, "-c", before], capture_output=True, text=True, check=True)
    assert one_reading[1] - int(said.stdout) < 5


def test_wrong_words_are_said_without_importing_a_window_or_a_connection() -> None:
    roots = {name.partition(".")[0] for name in imported("--nonsense")}
    assert {"PySide6", "qasync", "winrm", "networkx", "keyring"} & roots == set()


def test_groups_are_listed_without_what_acts_or_connects(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    here = imported("group", "list")
    assert "hvtree.cli.group_list" in here
    assert {
        name for name in here if name.startswith((*UNREAD, "hvtree.app.workspace", "hvtree.hosts.client"))
    } <= {
        "hvtree.app.group_lookup",
        "hvtree.domain.group_checkpoint",
    }
    assert {"winrm", "networkx", "sqlite3", "wcwidth"} & here == set()
