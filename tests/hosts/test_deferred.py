"""Modules of others that are loaded with the first thing that is taken from them, or not at all."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hvtree.hosts.winrm.deferred import absent, deferred

NAMES = ("dear.goods", "dear", "first_user", "second_user", "third_user", "modest_user")


@pytest.fixture(autouse=True)
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package whose module `goods` is dear, and two modules that import it as a whole."""
    (tmp_path / "dear").mkdir()
    (tmp_path / "dear" / "__init__.py").touch()
    (tmp_path / "dear" / "goods.py").write_text("def buy():\n    return 'bought'\n")
    (tmp_path / "first_user.py").write_text("from dear import goods\n\ndef use():\n    return goods.buy()\n")
    (tmp_path / "second_user.py").write_text("import dear.goods\n\ndef use():\n    return dear.goods.buy()\n")
    (tmp_path / "third_user.py").write_text("from dear.goods import buy\n\ndef use():\n    return buy()\n")
    (tmp_path / "modest_user.py").write_text(
        "import warnings\n"
        "try:\n    import dear\nexcept ImportError:\n    dear = None\n    warnings.warn('Unable to find goods.')\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    for name in NAMES:
        sys.modules.pop(name, None)


def test_it_is_loaded_when_something_in_it_is_used_and_then_for_all() -> None:
    with deferred("dear.goods"):
        first = importlib.import_module("first_user")
        importlib.import_module("dear.goods")
    assert "dear.goods" not in sys.modules
    assert first.use() == "bought"
    goods = sys.modules["dear.goods"]
    assert first.use() == "bought"
    assert importlib.import_module("dear.goods") is goods


def test_who_takes_it_from_its_package_has_it() -> None:
    with deferred("dear.goods"):
        second = importlib.import_module("second_user")
    assert "dear.goods" not in sys.modules
    assert second.use() == "bought"
    assert sys.modules["dear"].__dict__["goods"] is sys.modules["dear.goods"]


def test_a_function_that_is_taken_by_its_name_loads_it_when_it_is_called() -> None:
    with deferred("dear.goods", "buy"):
        third = importlib.import_module("third_user")
    assert "dear.goods" not in sys.modules
    assert third.use() == "bought"
    assert "dear.goods" in sys.modules


def test_a_function_that_is_called_in_the_block_is_there() -> None:
    with deferred("dear.goods", "buy"):
        third = importlib.import_module("third_user")
        assert third.use() == "bought"
        assert importlib.import_module("dear.goods").buy() == "bought"


def test_who_inspects_it_does_not_load_it_and_learns_all_once_it_is_loaded() -> None:
    with deferred("dear.goods"):
        goods = importlib.import_module("first_user").goods
        assert not hasattr(goods, "__file__")
        assert sys.modules["dear.goods"] is goods
    assert goods.buy() == "bought"
    assert goods.__file__ == sys.modules["dear.goods"].__file__


def test_an_import_after_the_block_loads_it() -> None:
    with deferred("dear.goods"):
        first = importlib.import_module("first_user")
    second = importlib.import_module("second_user")
    assert sys.modules["dear.goods"].buy() == second.use() == first.use() == "bought"


def test_what_is_used_in_the_block_is_there() -> None:
    with deferred("dear.goods"):
        assert importlib.import_module("first_user").use() == "bought"
        goods = sys.modules["dear.goods"]
    assert sys.modules["dear.goods"] is goods


def test_nothing_changes_where_it_is_loaded_already() -> None:
    goods = importlib.import_module("dear.goods")
    with deferred("dear.goods"):
        assert sys.modules["dear.goods"] is goods
    assert sys.modules["dear.goods"] is goods


def test_what_is_not_in_it_is_missed_as_ever() -> None:
    with deferred("dear.goods"):
        importlib.import_module("first_user")
        stand_in = sys.modules["dear.goods"]
    with pytest.raises(AttributeError, match="sell"):
        _ = stand_in.sell


def test_an_error_in_the_block_leaves_nothing_behind() -> None:
    with pytest.raises(ModuleNotFoundError), deferred("dear.goods"):
        importlib.import_module("no_such_module")
    assert "dear.goods" not in sys.modules


@pytest.mark.filterwarnings("error")
def test_one_who_can_do_without_it_does() -> None:
    with absent("dear", "Unable to find"):
        modest = importlib.import_module("modest_user")
    assert modest.dear is None
    assert importlib.import_module("dear.goods").buy() == "bought"


def test_other_warnings_are_heard() -> None:
    with pytest.warns(UserWarning, match="goods"), absent("dear", "Something else"):
        importlib.import_module("modest_user")


def test_what_is_loaded_already_is_not_hidden() -> None:
    dear = importlib.import_module("dear")
    with absent("dear", ""):
        assert importlib.import_module("modest_user").dear is dear
    assert sys.modules["dear"] is dear
