"""What the tests of the command line share: an emulated host behind WinRM, and a terminal."""

from collections.abc import Iterator

import pytest

from tests.support.remote_host import RemoteHost, remote_host
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
