"""What is known of the settings before they are read: as much as a glance tells, and never an error."""

from pathlib import Path

import pytest

from hvtree.app.glance import Glance, glance
from hvtree.app.settings import Settings
from hvtree.app.settings_file import save
from hvtree.domain.host_profile import HostProfile

LAB = HostProfile("Lab", "http://lab:5985/wsman", "demo")


def test_a_glance_tells_how_the_window_was_left_and_which_hosts_were_open(tmp_path: Path) -> None:
    window = {"version": 1, "geometry": "aGVsbG8=", "splitters": {}}
    save(tmp_path / "s.json", Settings((LAB,), open_hosts=("Lab",), window=window))
    assert glance(tmp_path / "s.json") == Glance(b"hello", ("Lab",))


def test_a_glance_at_no_file_tells_nothing(tmp_path: Path) -> None:
    assert glance(tmp_path / "none.json") == Glance()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        '{"hosts": 1}',
        '{"hosts": [1]}',
        '{"hosts": [{}]}',
        '{"hosts": [], "open": 1}',
        '{"hosts": [], "window": []}',
        '{"hosts": [], "window": {"geometry": 1}}',
        '{"hosts": [], "window": {"geometry": "a"}}',
        '{"hosts": [{"name": []}]}',
        "[" * 100_000,
        "\udcff",
    ],
)
def test_a_glance_at_something_odd_tells_nothing(tmp_path: Path, text: str) -> None:
    file = tmp_path / "s.json"
    file.write_text(text, encoding="utf-8", errors="surrogateescape")
    assert glance(file) == Glance()
