"""Files that travel with the program are found in a checkout and in an installed package."""

from pathlib import Path

import pytest

from hvtree.assets import AssetNotFoundError, resource


def test_a_resource_of_the_checkout_is_found() -> None:
    assert resource("README.md").is_file()


def test_a_folder_is_a_resource_too(tmp_path: Path) -> None:
    (tmp_path / "icons").mkdir()
    assert resource("icons", roots=(tmp_path,)) == tmp_path / "icons"


def test_the_installed_copy_comes_before_the_checkout(tmp_path: Path) -> None:
    installed, checkout = tmp_path / "installed", tmp_path / "checkout"
    for root in (installed, checkout):
        (root / "worlds").mkdir(parents=True)
        (root / "worlds" / "lab.json").touch()
    assert resource("worlds/lab.json", roots=(installed, checkout)) == installed / "worlds" / "lab.json"


def test_a_missing_resource_is_named_with_what_to_do() -> None:
    with pytest.raises(AssetNotFoundError, match=r"“icons/none\.svg”.*Install HVTree again"):
        resource("icons/none.svg")


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../pyproject.toml", "icons/../../x", "icons\\host.svg"])
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="Not the name of a resource"):
        resource(name)
