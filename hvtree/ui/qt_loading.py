"""Qt is loaded without what PySide6 brings along for programmers.

It brings a package written in Python, `shibokensupport`, embedded as source text that is compiled anew at every start. Most of it
describes Qt's functions: signatures for `help`, the words of a TypeError, stubs for editors. Here that is loaded when something in it
is used, which saves a third of what importing PySide6.QtCore takes: 37 of 96 ms [6.11.3, measured 2026-11-28].

It also replaces `builtins.__import__`: from then on it reads the source text of each module that anybody imports, to find out
whether `from __feature__ import snake_case` may concern it. HVTree has no use for that. It took 12 ms of the time to the first
paint, 55 to a filled window and 110 to the demo's tree, and held 7 million characters of source [6.11.3, measured 2026-11-26].
"""

from __future__ import annotations

import builtins
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

DESCRIBING = frozenset(
    f"shibokensupport.signature.{name}"
    for name in ("errorhandler", "layout", "parser", "lib.enum_sig", "lib.pyi_generator", "lib.tool")
)
"""What describes Qt's functions, and is reached by Python's import only. (`mapping` is not among it: PySide6 looks into that one from
C, as into a dictionary.) Where a version of PySide6 has them elsewhere, they are loaded as usual.
"""
OPTION = "PYSIDE6_OPTION_PYTHON_ENUM"
"""A variable with which a programmer makes PySide6 behave otherwise; `parser` reads it as it is loaded, so it is loaded then."""
USUAL_OPTION = "True"
"""What stands for the usual behaviour; PySide6 itself sets it, and processes inherit it."""


def load_qt() -> None:
    """Load PySide6.QtCore. Nothing is deferred if it is loaded already, nor where its support package is in files of its own."""
    is_usual = os.environ.get(OPTION, USUAL_OPTION) == USUAL_OPTION
    with _deferred(DESCRIBING if is_usual else frozenset()):
        import PySide6.QtCore  # noqa: F401, PLC0415  (it is loaded here and nowhere before)
    replaced = getattr(builtins, "__orig_import__", None)
    if replaced is not None:
        builtins.__import__ = replaced


@contextmanager
def _deferred(names: frozenset[str]) -> Iterator[None]:
    """Let the modules of these names that are imported in the block be loaded when something in them is used."""
    before, ours = sys.meta_path, _DeferringFinder(names)
    sys.meta_path = _FirstStays([ours, *before])
    try:
        yield
    finally:
        before[:] = [finder for finder in sys.meta_path if finder is not ours]
        sys.meta_path = before


class _FirstStays(list[Any]):
    """Finders, of which the first one stays the first: PySide6 inserts its own before all others while it loads the package.

    (A stand-in in `sys.modules` would not do: it throws out what it finds there of that package.)
    """

    def insert(self, index: Any, finder: Any) -> None:
        super().insert(index or 1, finder)


class _DeferringFinder:
    """Finds the modules of some names where the finders after it do."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in self._names:
            return None
        for finder in sys.meta_path:
            spec = finder.find_spec(name, path, target) if finder is not self else None
            if spec is not None:
                if (
                    spec.loader is not None and spec.origin is None
                ):  # embedded text; what is a file is loaded quickly
                    spec.loader = _DeferringLoader(spec.loader)
                return spec
        return None


class _DeferringLoader(Loader):
    """Loads a module with the first thing that is taken from it."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Deferred(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__[_Deferred.LOAD] = partial(self._load, module, module.__name__)

    def _load(self, module: ModuleType, name: str) -> None:
        spec = module.__spec__
        assert spec is not None  # the import system has set it
        given = spec.name
        spec.name = name  # PySide6 gives it another one, and finds the text by the first
        try:
            self._loader.exec_module(module)
        finally:
            spec.name = given


class _Deferred(ModuleType):
    """A module that is loaded with the first thing that is taken from it, and what Python itself asks of a module is none.

    What fails to load is tried again the next time: from C some of it must not fail a second time.
    """

    LOAD = "_hvtree_load"
    LOADING = threading.RLock()

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        with _Deferred.LOADING:
            load: Callable[[], None] | None = self.__dict__.pop(_Deferred.LOAD, None)
            if load is not None:
                try:
                    load()
                except BaseException:
                    self.__dict__[_Deferred.LOAD] = load
                    raise
        try:
            return self.__dict__[name]
        except KeyError:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}") from None
