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
    Its package is loaded and has it from now on, as after any import. Nothing changes where it is loaded already, nor for imports
    after the block. (`importlib.util.LazyLoader` does not do for a module that two import: up to Python 3.13 the second import loads
    it.)
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


def _call(name: str, function: str, *values: object, **named: object) -> object:
    return getattr(importlib.import_module(name), function)(*values, **named)


class _StandIn(ModuleType):
    """Stands where the module will be. What Python itself and its `inspect` ask of a module does not load it."""

    def __init__(self, name: str, functions: Sequence[str]) -> None:
        super().__init__(name)
        self.__dict__.update({function: partial(_call, name, function) for function in functions})
        self.__dict__["_answers"] = (
            () if functions else ("__path__",)
        )  # for its submodules; who imports a function asks it in vain

    def __getattr__(self, attribute: str) -> object:
        if attribute.startswith("__") and attribute not in self.__dict__["_answers"]:
            raise AttributeError(attribute)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), attribute)
