"""Settings that are damaged while the program runs: it goes on with the usual ones, and says so."""

from pathlib import Path

from hvtree.app.bootstrap import make_workspace
from hvtree.app.host_view import Event, SettingsUnreadable
from hvtree.app.settings_file import Store
from hvtree.app.workspace import Workspace

UNSIGNED = '{"sign_checkpoints": false}'
DAMAGED = '{"sign_checkpoints": false'


def heard(workspace: Workspace) -> list[Event]:
    """Return a list into which the workspace tells what happens."""
    events: list[Event] = []
    workspace.listener = events.append
    return events


def test_settings_count_as_they_are_when_they_are_needed(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    workspace = make_workspace(Store(file), tmp_path / "memory.sqlite3")
    events = heard(workspace)
    assert workspace.signer.signed() is not None
    file.write_text(UNSIGNED)
    assert workspace.signer.signed() is None
    assert not events


def test_damaged_settings_are_told_once_and_the_usual_ones_count(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    workspace = make_workspace(Store(file), tmp_path / "memory.sqlite3")
    events = heard(workspace)
    file.write_text(DAMAGED)
    assert workspace.signer.signed() is not None
    assert workspace.signer.signed() is not None
    (event,) = events
    assert isinstance(event, SettingsUnreadable)
    assert str(file) in event.error.sentence
    assert "usual settings" in event.error.now


def test_settings_that_were_mended_and_damaged_again_are_told_again(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    workspace = make_workspace(Store(file), tmp_path / "memory.sqlite3")
    events = heard(workspace)
    for content in (DAMAGED, UNSIGNED, DAMAGED):
        file.write_text(content)
        workspace.signer.signed()
    assert len(events) == 2
