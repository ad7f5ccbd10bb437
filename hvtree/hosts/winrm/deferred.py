"""Modules of others that are loaded when something in them is used, or never, and not when it is only said that they may be."""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from types import ModuleType


@contextmanager
def deferred(name: str, *functions: str) -> Iterator[None]:
    """Let whoever imports a module in the block, as a whole, load it with the first thing that he takes from it.

    `functions` of it may be taken one by one (`from module import function`): the module is loaded when one is called.
    Its package is loaded and has it from now on, as after any import. Nothing changes where it is loaded already; after the block
    `import package.module` loads it, and `from package import module` gives what stands for it. (`importlib.util.LazyLoader` does not
    do for a module that two import: up to Python 3.13 the second import loads it.)
    """
    package_name, _, own_name = name.rpartition(".")
    package = importlib.import_module(package_name) if package_name else None
    if name in sys.modules:
        yield
        return
    stand_in = _StandIn(name, functions)
    sys.modules[name] = stand_in
    if package is not None:
        setattr(package, own_name, stand_in)
    try:
        yield
    finally:
        if sys.modules.get(name) is stand_in:
            del sys.modules[name]


@contextmanager
def absent(name: str, complaint: str) -> Iterator[None]:
    """Let whoever can do without a module find that it is not installed, and suppress the warning that begins with `complaint`.

    Nothing changes where it is loaded already, nor for imports after the block.
    """
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # Python documents it, its stubs do not know it
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", complaint)
            yield
    finally:
        del sys.modules[name]


class _StandIn(ModuleType):
    """Stands where the module will be. Before it is loaded, what begins with two underscores is not known here, and loads nothing:
    Python itself and `inspect` ask any module for such things.
    """

    def __init__(self, name: str, functions: Sequence[str]) -> None:
        super().__init__(name)
        self.__dict__.update({function: partial(self._call, function) for function in functions})
        # Whoever imports a submodule has to get it. Whoever imports a function asks for this one, too, before he takes it.
        self.__dict__["_loading_names"] = () if functions else ("__path__", "__all__")

    def __getattr__(self, attribute: str) -> object:
        is_loaded = self.__name__ in sys.modules and sys.modules[self.__name__] is not self
        if attribute.startswith("__") and not is_loaded and attribute not in self.__dict__["_loading_names"]:
            raise AttributeError(attribute)
        return getattr(self._module(), attribute)

    def _call(self, function: str, *values: object, **named: object) -> object:
        return getattr(self._module(), function)(*values, **named)

    def _module(self) -> ModuleType:
        """Return the module itself, loaded."""
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return importlib.import_module(self.__name__)
