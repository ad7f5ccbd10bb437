"""The workflow runs every check on what the project says that it works on."""

import re
import tomllib
from pathlib import Path

from devtools.qt_libraries import ALWAYS, WAYLAND, X11, XVFB

ROOT = Path(__file__).resolve().parents[2]
WORKFLOW = (ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")


def test_it_runs_the_command_that_people_run() -> None:
    assert "run: python packaging/dev.py test\n" in WORKFLOW


def test_it_takes_every_python_that_the_package_is_classified_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    classified = [text.rpartition(" ")[2] for text in project["classifiers"] if "Python :: 3." in text]
    assert re.findall(r'"(3\.\d+)"', WORKFLOW) == classified


def test_it_installs_the_libraries_that_qt_needs() -> None:
    missing = [
        need.name
        for need in ALWAYS + X11 + WAYLAND + XVFB
        if need.name != "libglib-2.0.so.0" and not any(package in WORKFLOW for package in need.packages)
    ]  # GLib comes with the others, under a name that differs between releases
    assert missing == []


def test_it_may_read_the_code_and_nothing_more() -> None:
    assert re.findall(r"^permissions:\n((?:  .+\n)+)", WORKFLOW, re.MULTILINE) == ["  contents: read\n"]


def test_each_action_has_its_major_version() -> None:
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@v\d+", name) for name in re.findall(r"uses: (\S+)", WORKFLOW))
