"""What the tests of the command line share: an emulated host behind WinRM, and a terminal."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.grouped_hosts import Hosts, two_saved_hosts
from tests.support.remote_host import PASSWORD, RemoteHost, remote_host
from tests.support.terminal import Terminal


@pytest.fixture
def host() -> Iterator[RemoteHost]:
    with remote_host("pair") as served:
        yield served


@pytest.fixture
def hvtree(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Terminal:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.delenv("HVTREE_PASSWORD", raising=False)
    return Terminal(monkeypatch, capsys)


@pytest.fixture
def hosts(hvtree: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hosts]:
    """Two hosts that are saved as `one` and `two`; nothing is remembered of earlier tests."""
    monkeypatch.setenv("HVTREE_PASSWORD", PASSWORD)
    for name in ("XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    with two_saved_hosts(tmp_path) as served:
        yield served


@pytest.fixture
def farm(hvtree: Terminal, hosts: Hosts) -> str:
    """The id of a group over both hosts."""
    words = ("one/db", "two/web", "--order", "web=2", "--delay", "db=30s")
    said = hvtree("group", "create", "Farm", *words, "--json")
    assert said.code == 0, said.err
    return str(said.json["id"])
