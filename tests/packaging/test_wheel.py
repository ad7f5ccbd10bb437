"""What the wheel holds: the package with its types, and the files that it reads at run time."""

import tomllib
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """The names of all files in a wheel that is built now."""
    folder = tmp_path_factory.mktemp("wheel")
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    with zipfile.ZipFile(wheel) as archive:
        return frozenset(archive.namelist())


def test_it_says_that_the_package_is_typed(names: frozenset[str]) -> None:
    assert "hvtree/py.typed" in names


def test_it_holds_every_module_and_resource(names: frozenset[str]) -> None:
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "hvtree").rglob("*.py")}
    resources = {
        f"hvtree/_resources/{path.relative_to(ROOT / 'resources').as_posix()}"
        for path in (ROOT / "resources").rglob("*")
        if path.is_file()
    }
    assert modules | resources <= names


def test_it_holds_nothing_else_than_the_package(names: frozenset[str]) -> None:
    assert {name.split("/")[0] for name in names} == {"hvtree", "hvtree-0.1.0.dist-info"}


def test_the_addresses_of_the_project_are_in_one_place() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {"homepage", "issues", "changelog", "security"} == project["urls"].keys()
