"""The whole program on this computer and on a saved host: started, pictured, ended, and what it leaves behind."""

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from hvtree.app.settings import Settings
from hvtree.app.settings_file import save
from hvtree.domain.host_profile import HostProfile
from tests.support import local_powershell
from tests.support.leaks import leaks
from tests.support.narrowing import not_none
from tests.support.remote_host import PASSWORD, USER, remote_host
from tests.support.tolerant_hvtree import COMMAND
from tests.support.waiting import WAIT_S


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., str]:
    """Run the program on a host until Ctrl+C; return what it has said."""

    def run(host: str, **environment: str) -> str:
        picture = tmp_path / "window.png"
        home = {name: str(tmp_path) for name in ("HOME", "XDG_CONFIG_HOME", "APPDATA", "LOCALAPPDATA")}
        child = subprocess.Popen(
            [*COMMAND, "--host", host, "--picture", str(picture)],
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **home, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        try:
            line = not_none(child.stdout).readline()
            assert str(picture) in line, not_none(child.stderr).read()
            child.send_signal(getattr(signal, "CTRL_BREAK_EVENT", signal.SIGINT))
            out, complaints = child.communicate(timeout=WAIT_S)
            assert child.returncode == 0, complaints
            return out + complaints
        finally:
            child.kill()
            child.communicate()

    return run


def test_this_computer_is_shown_and_its_powershell_ends_with_the_program(
    program: Callable[..., str], tmp_path: Path
) -> None:
    powershell = local_powershell.make(tmp_path)
    said = program("local", HVTREE_PWSH=str(powershell.path), HVTREE_PASSWORD="s3cret!")
    assert "Traceback" not in said
    assert not powershell.is_running
    left = [path.read_text(errors="replace") for path in tmp_path.rglob("*.json")]
    assert leaks("s3cret!", [said, json.dumps(powershell.seen), *left]) == []


def test_a_saved_host_is_opened_by_its_name(program: Callable[..., str], tmp_path: Path) -> None:
    folder = tmp_path / "HVTree"
    with remote_host() as host:
        save(folder / "settings.json", Settings((HostProfile("Lab", host.endpoint.url, USER),)))
        said = program("lab", HVTREE_PASSWORD=PASSWORD)
        assert host.count("Create")
    assert "Traceback" not in said
    written = json.loads((folder / "settings.json").read_text())
    assert written["window"]["version"] == 1
    assert leaks(PASSWORD, [said, json.dumps(written)], USER) == []
