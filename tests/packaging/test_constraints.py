"""The constraints file pins everything that the package and its tools bring, by version alone."""

import re
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LINES = [
    line
    for line in (ROOT / "packaging" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def _pins(environment: dict[str, str]) -> dict[str, str]:
    """Return the version of each name on one kind of machine."""
    found = [Requirement(line) for line in LINES]
    chosen = [pin for pin in found if pin.marker is None or pin.marker.evaluate(environment)]
    return {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in chosen}


def _with_all_it_needs(root: str, extra: str) -> dict[str, str]:
    """Return name and installed version of everything that `root[extra]` needs on this machine."""
    found: dict[str, str] = {}
    waiting = [(root, frozenset({extra}))]
    while waiting:
        name, extras = waiting.pop()
        for text in distribution(name).requires or ():
            need = Requirement(text)
            if not _is_wanted(need.marker, extras):
                continue
            key = canonicalize_name(need.name)
            if key not in found:
                found[key] = distribution(key).version
                waiting.append((key, frozenset(need.extras)))
    return found


def _is_wanted(marker: Marker | None, extras: frozenset[str]) -> bool:
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in (extras or {""}) | {""})


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_a_name_a_version_and_a_marker_at_most(line: str) -> None:
    assert re.fullmatch(
        r'[a-z0-9.-]+==[0-9][0-9.]*(; (python_version|sys_platform) [<>=!]+ "[a-z0-9.]+")?', line
    )


def test_everything_that_is_installed_for_the_tests_is_pinned_at_that_version() -> None:
    needed = _with_all_it_needs("hvtree", "dev")
    pins = _pins({})
    assert {name: pins.get(name) for name in needed} == needed


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
def test_each_name_has_one_version_on_each_python(version: str) -> None:
    environment = {"python_version": version, "sys_platform": "linux"}
    found = [Requirement(line) for line in LINES]
    names = [pin.name for pin in found if pin.marker is None or pin.marker.evaluate(environment)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("version", "qt"), [("3.11", "6.11.3"), ("3.12", "6.12.0"), ("3.14", "6.12.0")])
def test_python_3_11_is_kept_away_from_the_qt_that_breaks_it(version: str, qt: str) -> None:
    pins = _pins({"python_version": version})
    assert (pins["pyside6-essentials"], pins["shiboken6"]) == (qt, qt)
