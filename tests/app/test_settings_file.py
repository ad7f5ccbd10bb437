"""The settings file: whole or not at all, and nothing in it is lost."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hvtree.app.settings import Settings
from hvtree.app.settings_file import load, save
from hvtree.domain.errors import BadInput
from hvtree.domain.host_profile import HostProfile
from hvtree.hosts.mode_memory import SlowerMode

LAB = HostProfile(
    "lab", "https://hv01:5986/wsman", "LAB\\admin", "ntlm", "/ca.pem", fingerprint="AB:CD", in_keyring=True
)


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "config" / "settings.json"
    settings = Settings((LAB,), {"geometry": "AAEC"}, ("lab",))
    save(path, settings)
    assert load(path) == settings


def test_no_file_means_empty_settings(tmp_path: Path) -> None:
    assert load(tmp_path / "settings.json") == Settings()


def test_keys_of_a_newer_version_survive(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    profile = {"name": "lab", "endpoint": "http://hv01", "user": "admin", "colour": "green"}
    path.write_text(json.dumps({"theme": {"dark": True}, "hosts": [profile]}))
    save(path, load(path).with_profile(HostProfile("two", "http://hv02", "admin")))
    written = json.loads(path.read_text())
    assert written["theme"] == {"dark": True}
    assert written["hosts"][0]["colour"] == "green"


def test_settings_of_the_first_version_are_read_without_loss(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    endpoint = "https://hv01:5986/wsman"
    first = {
        "hosts": [
            {"name": "lab", "endpoint": endpoint, "user": "admin", "fingerprint": "AB", "in_keyring": True}
        ],
        "open": ["lab"],
        "window": {"geometry": "AAEC"},
        "roads": {endpoint: {"rung": 2, "since": "2026-01-31"}},
    }
    path.write_text(json.dumps(first))
    settings = load(path)
    assert settings == Settings(
        (HostProfile("lab", endpoint, "admin", fingerprint="AB", in_keyring=True),),
        {"geometry": "AAEC"},
        ("lab",),
        {endpoint: SlowerMode(2, datetime(2026, 1, 31, tzinfo=UTC))},
    )
    save(path, settings)
    assert load(path) == settings


def test_what_is_as_usual_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    save(path, Settings((HostProfile("lab", "http://hv01:5985/wsman", "admin"),)))
    host = {"name": "lab", "endpoint": "http://hv01:5985/wsman", "user": "admin"}
    assert json.loads(path.read_text()) == {"hosts": [host]}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"hosts": 3}',
        b'{"hosts": [{"name": 1}]}',
        b'{"window": []}',
        b'{"open": "lab"}',
        b"\xff\xfe",
        b"{}}",
    ],
)
def test_a_damaged_file_gives_a_sentence_with_its_path(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    with pytest.raises(BadInput) as caught:
        load(path)
    assert str(path) in caught.value.sentence


def test_saving_over_a_damaged_file_keeps_it_beside(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(b"{ precious")
    save(path, Settings((LAB,)))
    assert load(path).hosts == (LAB,)
    assert (tmp_path / "settings.json.bad").read_bytes() == b"{ precious"


def test_no_damaged_file_takes_the_place_of_another(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    for content in (b"{ first", b"{ second"):
        path.write_bytes(content)
        save(path, Settings((LAB,)))
    kept = {file.read_bytes() for file in tmp_path.iterdir()}
    assert {b"{ first", b"{ second"} < kept


def test_a_folder_that_cannot_be_made_gives_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BadInput, match="cannot be written"):
        save(tmp_path / "file" / "settings.json", Settings())


def test_a_place_that_cannot_be_read_gives_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        load(tmp_path)


def test_saving_leaves_no_other_file_behind(tmp_path: Path) -> None:
    save(tmp_path / "settings.json", Settings((LAB,)))
    assert [path.name for path in tmp_path.iterdir()] == ["settings.json"]


def test_a_file_is_readable_by_nobody_else(tmp_path: Path) -> None:
    save(tmp_path / "settings.json", Settings((LAB,)))
    mode = (tmp_path / "settings.json").stat().st_mode
    assert sys.platform == "win32" or mode & 0o077 == 0
