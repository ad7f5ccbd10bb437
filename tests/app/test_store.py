"""The settings as a window keeps them: read before each change, and never lost."""

from pathlib import Path

import pytest

from hvtree.app.settings import Settings
from hvtree.app.settings_file import Store
from hvtree.domain.errors import BadInput
from hvtree.domain.host_profile import HostProfile

ONE, TWO = (HostProfile(name, f"http://{name}:5985/wsman", "admin") for name in ("one", "two"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


def test_two_windows_do_not_undo_each_others_changes(path: Path) -> None:
    first, second = Store(path), Store(path)
    first.read()
    second.read()
    first.change(lambda settings: settings.with_profile(ONE))
    second.change(lambda settings: settings.with_profile(TWO))
    assert first.read().hosts == (ONE, TWO)


def test_what_the_user_wants_is_written_though_the_file_was_damaged(path: Path) -> None:
    path.write_bytes(b"{ precious")
    Store(path).change(lambda settings: settings.with_profile(ONE))
    assert Store(path).read().hosts == (ONE,)
    assert path.with_name("settings.json.bad").read_bytes() == b"{ precious"


def test_a_note_leaves_a_damaged_file_alone(path: Path) -> None:
    path.write_bytes(b"{ precious")
    with pytest.raises(BadInput, match="damaged"):
        Store(path).note(lambda _: Settings(window={"geometry": "x"}))
    assert path.read_bytes() == b"{ precious"


def test_nothing_is_written_when_nothing_has_changed(path: Path) -> None:
    Store(path).note(lambda settings: settings)
    assert not path.exists()
